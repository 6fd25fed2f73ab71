// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.rng;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.samples.virtio.Completion;
import org.vfio4j.samples.virtio.DeviceFaultException;
import org.vfio4j.samples.virtio.Segment;
import org.vfio4j.samples.virtio.VirtioDevice;
import org.vfio4j.samples.virtio.VirtioException;
import org.vfio4j.samples.virtio.Virtqueue;
import org.vfio4j.samples.virtio.Waiting;

/** A virtio entropy device, section 5.4. To be used by one thread at a time. */
public final class VirtioRng implements AutoCloseable {
    /** The number of section 5. */
    public static final int DEVICE_TYPE = 4;

    private static final int REQUEST_QUEUE = 0;
    private static final long NO_FEATURES = 0;

    private final VirtioDevice device;
    private final Virtqueue<DmaMemory> queue;
    private final DmaMemory page;

    private VirtioRng(VirtioDevice device) throws IOException {
        this.device = device;
        this.queue = device.queue(REQUEST_QUEUE);
        this.page = device.takePage();
        device.start();
    }

    /**
     * Opens a device; waits for interrupts, and at most 30 seconds for a request.
     *
     * @param platform the device, which stays its owner's
     * @return the source of random numbers
     * @throws VirtioException if it is none, or driver and device do not fit
     * @throws IOException if the kernel refuses something
     */
    public static VirtioRng open(PlatformDevice platform) throws IOException {
        return open(platform, Waiting.forInterrupts(Duration.ofSeconds(30)));
    }

    /**
     * Opens a device.
     *
     * @param platform the device, which stays its owner's
     * @param waiting how to wait for requests
     * @return the source of random numbers
     * @throws VirtioException if it is none, or driver and device do not fit
     * @throws IOException if the kernel refuses something
     */
    public static VirtioRng open(PlatformDevice platform, Waiting waiting) throws IOException {
        VirtioDevice device = VirtioDevice.open(platform, DEVICE_TYPE, NO_FEATURES, waiting);
        try {
            return new VirtioRng(device);
        } catch (IOException | RuntimeException failure) {
            try (device) {
                throw failure;
            }
        }
    }

    /**
     * Fills an array with random bytes. The device gives some at a time, as many as it has.
     *
     * @param bytes the array
     * @throws VirtioException if the device does not answer or breaks the rules, or did so earlier
     * @throws IOException if the kernel refuses something
     */
    public void fill(byte[] bytes) throws IOException {
        for (int done = 0; done < bytes.length; ) {
            int wanted = (int) Math.min(bytes.length - done, page.size());
            byte[] some = new byte[request(wanted)];
            page.get(0, some);
            System.arraycopy(some, 0, bytes, done, some.length);
            done += some.length;
        }
    }

    private int request(int wanted) throws IOException {
        device.requireUsable();
        Segment segment = new Segment(page.iova(), wanted);
        queue.add(page, List.of(), List.of(segment));
        device.notify(queue);
        Completion<DmaMemory> completion = device.await(queue);
        if (completion.written() == 0) {
            // Section 5.4.6.2: one byte or more. Asking again might never end.
            DeviceFaultException fault = new DeviceFaultException(device.name() + ": the device gave no bytes");
            device.fail(fault);
            throw fault;
        }
        return (int) completion.written();
    }

    /**
     * Resets the device and gives its memory back. Closing again does nothing.
     *
     * @throws VirtioException if the device does not become reset
     */
    @Override
    public void close() throws VirtioException {
        device.close();
    }
}
