// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.samples.virtio.Waiting;
import org.vfio4j.samples.virtio.model.DiskFunction;
import org.vfio4j.samples.virtio.model.VirtioBoard;
import org.vfio4j.samples.virtio.model.VirtioBoard.Kind;
import org.vfio4j.samples.virtio.model.VirtioMmioModel;

/** A simulated disk of random bytes, opened. */
final class DiskOnBoard implements AutoCloseable {
    static final int SIZE = 4 << 20;
    static final long SEED = 20260101;
    private static final Waiting WAITING = Waiting.forInterrupts(Duration.ofSeconds(10));

    final VirtioBoard board;
    final DiskFunction function;
    final PlatformDevice platform;
    final VirtioBlk disk;

    DiskOnBoard(Kind kind) throws IOException {
        this(kind, newFunction(), WAITING);
    }

    DiskOnBoard(Kind kind, DiskFunction function) throws IOException {
        this(kind, function, WAITING);
    }

    DiskOnBoard(Kind kind, DiskFunction function, Waiting waiting) throws IOException {
        this.function = function;
        this.board = new VirtioBoard(kind, function);
        this.platform = board.open();
        boolean opened = false;
        try {
            this.disk = VirtioBlk.open(platform, waiting);
            opened = true;
        } finally {
            if (!opened) {
                platform.close();
            }
        }
    }

    static DiskFunction newFunction() {
        byte[] bytes = new byte[SIZE];
        new Random(SEED).nextBytes(bytes);
        return new DiskFunction(bytes);
    }

    VirtioMmioModel model() {
        return board.model();
    }

    /** Ordinary pages: without an IOMMU each is somewhere else. */
    DmaMemory memory(int size) throws IOException {
        return platform.dma().allocate(size);
    }

    static byte[] bytesOf(DmaMemory memory) {
        byte[] bytes = new byte[Math.toIntExact(memory.size())];
        memory.get(0, bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        try (platform) {
            disk.close();
        }
    }
}
