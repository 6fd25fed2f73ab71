// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.samples.virtio.DeviceArgument;

/**
 * Copies between a virtio disk and files. The device is bound to a VFIO driver.
 *
 * <pre>
 * BlockTool [--noiommu] DEVICE info
 * BlockTool [--noiommu] DEVICE read SECTOR COUNT FILE
 * BlockTool [--noiommu] DEVICE write SECTOR FILE
 * BlockTool [--noiommu] DEVICE bench SECONDS
 * </pre>
 */
public final class BlockTool {
    /** Bytes at a time. */
    private static final int CHUNK = 1 << 20;

    private static final String USAGE =
            "expected [--noiommu] DEVICE info, DEVICE read SECTOR COUNT FILE, DEVICE write SECTOR FILE,"
                    + " or DEVICE bench SECONDS";

    private BlockTool() {}

    /**
     * Runs the sample.
     *
     * @param arguments a device's name, path or alias, and what to do
     * @throws IOException if the disk cannot be opened, read or written, or a file cannot
     */
    public static void main(String[] arguments) throws IOException {
        DeviceArgument argument = DeviceArgument.of(arguments);
        List<String> words = argument.operands();
        if (words.isEmpty()) {
            throw new IllegalArgumentException(USAGE);
        }
        try (PlatformDevice device = argument.open()) {
            run(device, words.get(0), words.subList(1, words.size()));
        }
    }

    static void run(PlatformDevice device, String command, List<String> operands) throws IOException {
        if (command.equals("bench") && operands.size() == 1) {
            new BlockBench(device, Duration.ofSeconds(Integer.parseUnsignedInt(operands.get(0)))).run();
            return;
        }
        try (VirtioBlk disk = VirtioBlk.open(device);
                DmaBuffer memory = disk.allocate(CHUNK)) {
            switch (command + " " + operands.size()) {
                case "info 0" -> describe(disk);
                case "read 3" ->
                    read(disk, memory, sector(operands.get(0)), sector(operands.get(1)), Path.of(operands.get(2)));
                case "write 2" -> write(disk, memory, sector(operands.get(0)), Path.of(operands.get(1)));
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
    }

    private static long sector(String word) {
        return Long.parseUnsignedLong(word);
    }

    private static void describe(VirtioBlk disk) {
        System.out.printf(
                "%d sectors of %d bytes, blocks of %d bytes, %s, %s%n",
                disk.sectors(),
                VirtioBlk.SECTOR,
                disk.blockSize(),
                disk.isReadOnly() ? "read-only" : "writable",
                disk.hasCache() ? "with a cache" : "without cache");
    }

    private static void read(VirtioBlk disk, DmaBuffer memory, long sector, long count, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            long bytes = Math.multiplyExact(count, VirtioBlk.SECTOR);
            for (long done = 0; done < bytes; ) {
                int length = (int) Math.min(CHUNK, bytes - done);
                disk.read(sector + done / VirtioBlk.SECTOR, memory.slice(0, length));
                byte[] chunk = new byte[length];
                memory.get(0, chunk);
                out.write(chunk);
                done += length;
            }
        }
    }

    private static void write(VirtioBlk disk, DmaBuffer memory, long sector, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            long at = sector;
            for (byte[] chunk = in.readNBytes(CHUNK); chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
                memory.put(0, chunk);
                disk.write(at, memory.slice(0, chunk.length));
                at += chunk.length / VirtioBlk.SECTOR;
            }
        }
        disk.flush();
    }
}
