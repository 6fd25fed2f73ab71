// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.Binding;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.samples.virtio.blk.BlockOperation;
import org.vfio4j.samples.virtio.blk.BlockRequest;
import org.vfio4j.samples.virtio.blk.VirtioBlk;
import org.vfio4j.samples.virtio.rng.VirtioRng;

/**
 * What {@link VirtioIT} runs in a guest: {@code VirtioGuest SEED SECTORS DISK ENTROPY NEIGHBOUR}. Two virtio devices are
 * driven through VFIO, while Linux drives a third one in the same page.
 */
public final class VirtioGuest {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.ofMachine();
    private static final PlatformBus BUS = new PlatformBus(HostFiles.ofMachine());
    private static final int RANDOM_BYTES = 5000;

    private VirtioGuest() {}

    /**
     * Runs it.
     *
     * @param arguments a seed, the disks' size in sectors, names of the devices of disk and entropy source, and the disk of
     *     Linux, such as {@code /dev/vda}
     * @throws Exception if something fails, or is not as it should be
     */
    public static void main(String[] arguments) throws Exception {
        DiskPattern pattern = new DiskPattern(Long.parseLong(arguments[0]), Integer.parseInt(arguments[1]));
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> neighbour =
                CompletableFuture.supplyAsync(() -> NeighbourDisk.exercise(arguments[4], pattern, done::get));
        try {
            withDevice(arguments[2], device -> exerciseDisk(device, pattern));
            withDevice(arguments[3], VirtioGuest::exerciseEntropy);
        } finally {
            done.set(true);
        }
        System.out.println("neighbour " + neighbour.get());
    }

    private interface Exercise {
        void run(PlatformDevice device) throws Exception;
    }

    private static void withDevice(String name, Exercise exercise) throws Exception {
        try (Binding bound = BUS.bind(BUS.find(name));
                PlatformDevice device =
                        PlatformDevice.open(LINUX, HostFiles.ofMachine(), bound.device(), DmaStack.NOIOMMU)) {
            exercise.run(device);
        }
    }

    private static void exerciseDisk(PlatformDevice device, DiskPattern pattern) throws Exception {
        try (VirtioBlk disk = VirtioBlk.open(device)) {
            System.out.println("sectors " + disk.sectors());
            System.out.println("mappable " + device.regions().get(0).isMappable());
            try (DmaBuffer all = disk.allocate((long) pattern.sectors() * DiskPattern.SECTOR)) {
                disk.read(0, all);
                System.out.println("read " + digest(bytesOf(all)));
                write(device, disk, pattern);
                disk.flush();
                disk.read(0, all);
                System.out.println("written " + digest(bytesOf(all)));
            }
        }
    }

    /** Two requests at a time; ordinary pages, which are all over the physical memory. */
    private static void write(PlatformDevice device, VirtioBlk disk, DiskPattern pattern) throws IOException {
        Deque<BlockRequest> inFlight = new ArrayDeque<>();
        Deque<DmaBuffer> memory = new ArrayDeque<>();
        for (DiskPattern.Write write : pattern.writes()) {
            // In as many places as Linux likes; the simulation's memory is never in one.
            DmaBuffer data = device.dma().allocate(write.data().length);
            data.put(0, write.data());
            if (data.segments().size() > disk.maximumSegments()) {
                finish(disk, inFlight, memory, 1);
                disk.write(write.sector(), data);
                data.close();
            } else {
                inFlight.add(disk.submit(BlockOperation.WRITE, write.sector(), data));
                memory.add(data);
                finish(disk, inFlight, memory, 2);
            }
        }
        finish(disk, inFlight, memory, 1);
    }

    /** Waits until there are fewer requests in flight than this. */
    private static void finish(VirtioBlk disk, Deque<BlockRequest> inFlight, Deque<DmaBuffer> memory, int fewerThan)
            throws IOException {
        while (inFlight.size() >= fewerThan) {
            disk.await(inFlight.remove());
            memory.remove().close();
        }
    }

    private static void exerciseEntropy(PlatformDevice device) throws Exception {
        byte[] bytes = new byte[RANDOM_BYTES];
        try (VirtioRng rng = VirtioRng.open(device)) {
            rng.fill(bytes);
        }
        System.out.println("random " + HexFormat.of().formatHex(bytes));
    }

    static byte[] bytesOf(DmaBuffer memory) {
        byte[] bytes = new byte[Math.toIntExact(memory.size())];
        memory.get(0, bytes);
        return bytes;
    }

    /** Of what a disk has, to compare in a line. */
    static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
