// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.virtio.Waiting;

/**
 * Reads and writes blocks of 4 KiB, each when the one before is done, and prints how long they took. What is written is
 * what was read there before. {@code integration-tests/bench/block_io.c} does the same through Linux's own driver, with the
 * same places in the same order.
 */
final class BlockBench {
    private static final int BLOCK = 4096;
    private static final int MOST_SAMPLES = 1 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** Any that can be read without effect: the magic value. */
    private static final long REGISTER = 0;

    private final PlatformDevice device;
    private final Duration time;

    BlockBench(PlatformDevice device, Duration time) {
        this.device = device;
        this.time = time;
    }

    void run() throws IOException {
        for (Waiting waiting : new Waiting[] {Waiting.forInterrupts(TIMEOUT), Waiting.polling(TIMEOUT)}) {
            try (VirtioBlk disk = VirtioBlk.open(device, waiting);
                    DmaBuffer memory = disk.allocate(BLOCK)) {
                String way = waiting.interrupts() ? "interrupts" : "polling";
                for (boolean random : new boolean[] {false, true}) {
                    for (BlockOperation operation : new BlockOperation[] {BlockOperation.READ, BlockOperation.WRITE}) {
                        String name =
                                operation.name().toLowerCase(Locale.ROOT) + (random ? " random " : " sequential ");
                        // Twice: what is printed is compiled.
                        requests(disk, memory, operation, random);
                        print(name + way, requests(disk, memory, operation, random));
                    }
                }
            }
        }
        registerReads();
        print("register read", registerReads());
    }

    /** Nanoseconds of each request. */
    private long[] requests(VirtioBlk disk, DmaBuffer memory, BlockOperation operation, boolean random)
            throws IOException {
        BlockPlaces places = new BlockPlaces(disk.sectors() * VirtioBlk.SECTOR / BLOCK, random);
        long[] samples = new long[MOST_SAMPLES];
        int count = 0;
        long end = System.nanoTime() + time.toNanos();
        while (count < MOST_SAMPLES && System.nanoTime() < end) {
            long sector = places.next() * (BLOCK / VirtioBlk.SECTOR);
            if (operation == BlockOperation.WRITE) {
                disk.read(sector, memory);
            }
            long start = System.nanoTime();
            disk.await(disk.submit(operation, sector, memory));
            samples[count++] = System.nanoTime() - start;
        }
        return Arrays.copyOf(samples, count);
    }

    private long[] registerReads() throws IOException {
        Region registers = device.region(0);
        long[] samples = new long[MOST_SAMPLES];
        int count = 0;
        long end = System.nanoTime() + time.toNanos();
        while (count < MOST_SAMPLES && System.nanoTime() < end) {
            long start = System.nanoTime();
            registers.read32(REGISTER);
            samples[count++] = System.nanoTime() - start;
        }
        return Arrays.copyOf(samples, count);
    }

    private static void print(String name, long[] samples) {
        Arrays.sort(samples);
        double seconds = Arrays.stream(samples).sum() / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s\t%d\t%.0f /s\t1%% %.1f us\tmedian %.1f us\t99%% %.1f us%n",
                name,
                samples.length,
                samples.length / seconds,
                samples[samples.length / 100] / 1e3,
                samples[samples.length / 2] / 1e3,
                samples[(int) (samples.length * 0.99)] / 1e3);
    }
}
