// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaMemory;
import org.vfio4j.platform.dma.DmaRequest;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.irq.Interrupt;

/**
 * A virtio device on virtio-mmio: what all device types have in common. Its life is that of section 3.1: {@link #open}
 * resets it and agrees on features, {@link #queue} sets a queue up, {@link #start} lets it work, and {@link #close} resets
 * it again.
 *
 * <p>A device that breaks the rules, or does not answer in time, is reset and refuses everything from then on. A reset
 * is what makes its memory safe to use for something else, which matters most without an IOMMU.
 *
 * <p>To be used by one thread at a time.
 */
public final class VirtioDevice implements AutoCloseable {
    /** How much {@link #takePage} can give: more than a driver with a queue or two needs. */
    private static final int PAGES = 8;

    private final PlatformDevice platform;
    private final MmioTransport transport;
    private final Waiting waiting;
    private final DmaBuffer memory;
    private int pagesTaken;
    private long features;
    private Interrupt interrupt;
    private boolean configurationChanged;
    private IOException failure;
    private boolean closed;

    private VirtioDevice(PlatformDevice platform, MmioTransport transport, Waiting waiting) throws IOException {
        this.platform = platform;
        this.transport = transport;
        this.waiting = waiting;
        // Without an IOMMU, contiguous memory is a huge page, which Linux leaves where it is.
        this.memory = platform.dma()
                .allocate(DmaRequest.of(PAGES * RingLayout.PAGE)
                        .contiguously()
                        .addressBits(transport.queueAddressBits())
                        .order(transport.memoryOrder()));
    }

    /**
     * Resets a device and agrees with it on features.
     *
     * @param platform the device, which stays its owner's
     * @param type the device type of the driver, a number of section 5
     * @param wanted the features of the type that the driver knows, see {@link Features}
     * @param waiting how to wait for the device
     * @return the device, without queues
     * @throws VirtioException if it is no virtio-mmio device of the type, or driver and device do not fit
     * @throws IOException if its registers cannot be reached, or the kernel has no memory
     * @throws UnsupportedOperationException if it has no IOMMU, and was not opened with {@link DmaStack#NOIOMMU}
     */
    public static VirtioDevice open(PlatformDevice platform, int type, long wanted, Waiting waiting)
            throws IOException {
        MmioTransport transport = MmioTransport.of(platform.region(0));
        if (transport.deviceId() != type) {
            throw new VirtioException("%s: expected a virtio device of type %d, got one of type %d"
                    .formatted(transport.name(), type, transport.deviceId()));
        }
        VirtioDevice device = new VirtioDevice(platform, transport, waiting);
        try {
            device.negotiate(wanted);
            return device;
        } catch (IOException | RuntimeException failure) {
            try (device.memory) {
                throw failure;
            }
        }
    }

    private void negotiate(long wanted) throws VirtioException {
        transport.reset(waiting.timeout());
        transport.addStatus(MmioRegisters.ACKNOWLEDGE);
        transport.addStatus(MmioRegisters.DRIVER);
        long offered = transport.deviceFeatures();
        if (translated() && (offered & Features.ACCESS_PLATFORM) == 0) {
            throw refused("the device is behind an IOMMU but uses physical addresses, which this process does not have:"
                    + " it does not offer VIRTIO_F_ACCESS_PLATFORM");
        }
        features = offered & (wanted | Features.VERSION_1 | Features.ACCESS_PLATFORM);
        if (!transport.acceptFeatures(features)) {
            throw refused("the device does not work with the features 0x" + Long.toHexString(features) + " of its 0x"
                    + Long.toHexString(offered));
        }
    }

    private VirtioException refused(String why) {
        transport.addStatus(MmioRegisters.FAILED);
        return new VirtioException(transport.name() + ": " + why);
    }

    /** {@return device and region, for messages} */
    public String name() {
        return transport.name();
    }

    /**
     * Whether device and driver agreed on a feature.
     *
     * @param feature one bit
     * @return whether it is used
     */
    public boolean has(long feature) {
        return (features & feature) != 0;
    }

    /** {@return whether the device says how much it wrote: those of the legacy kind often say it wrong} */
    public boolean hasReliableLengths() {
        return transport.hasReliableLengths();
    }

    /**
     * Reads 32 bits of the configuration of the device's type.
     *
     * @param offset bytes from its start, a multiple of 4
     * @return the number
     */
    public int config32(long offset) {
        return transport.config32(offset);
    }

    /**
     * Reads 64 bits of the configuration, in two parts of one time (section 2.5.1).
     *
     * @param offset bytes from its start, a multiple of 4
     * @return the number
     * @throws DeviceFaultException if it changes all the time
     */
    public long config64(long offset) throws DeviceFaultException {
        return transport.config64(offset);
    }

    /** {@return whether the device said that its configuration changed, since this was last asked} */
    public boolean takeConfigurationChange() {
        boolean changed = configurationChanged;
        configurationChanged = false;
        return changed;
    }

    /**
     * Takes a page of the driver's memory, which is contiguous for the device, in its byte order. It is given back when
     * the device is closed.
     *
     * @return the memory, zeroed
     * @throws IllegalStateException if there are no more
     */
    public DmaMemory takePage() {
        if (pagesTaken == PAGES) {
            throw new IllegalStateException(name() + ": expected at most " + PAGES + " pages to be taken");
        }
        return memory.slice((long) pagesTaken++ * RingLayout.PAGE, RingLayout.PAGE);
    }

    /**
     * Allocates memory for data. Close it when no request has it any more. Without an IOMMU it is made of huge pages,
     * because Linux may move others while the device uses them ({@link DmaStack#NOIOMMU}).
     *
     * @param size bytes, 1 or more
     * @return the memory, zeroed
     * @throws IOException if the kernel has none
     */
    public DmaBuffer allocate(long size) throws IOException {
        DmaRequest request = DmaRequest.of(size);
        return platform.dma().allocate(translated() ? request : request.inHugePages());
    }

    private boolean translated() {
        return platform.stack().filter(stack -> stack != DmaStack.NOIOMMU).isPresent();
    }

    /**
     * Sets a queue up, as large as the device has it but at most a page. To be called before {@link #start}.
     *
     * @param index which, from 0
     * @param <T> what stands for a request
     * @return the queue
     * @throws VirtioException if the device has no such queue
     */
    public <T> Virtqueue<T> queue(int index) throws VirtioException {
        int most = transport.select(index);
        if (most == 0) {
            throw refused("expected a queue " + index + ", which the device does not have");
        }
        if (transport.isPlaced()) {
            throw refused("expected queue " + index + " to be unused after a reset");
        }
        RingLayout layout = RingLayout.upTo(most);
        DmaMemory ring = takePage();
        transport.place(layout, ring.iova());
        Virtqueue<T> queue = new Virtqueue<>(name(), index, layout, ring);
        queue.setInterrupts(waiting.interrupts());
        return queue;
    }

    /**
     * Lets the device work, section 3.1.1 step 8.
     *
     * @throws IOException if the kernel does not give the interrupt
     */
    public void start() throws IOException {
        if (waiting.interrupts()) {
            interrupt = platform.interrupt(0);
        }
        transport.addStatus(MmioRegisters.DRIVER_OK);
    }

    /**
     * Tells the device of requests in a queue.
     *
     * @param queue a queue of the device
     * @throws VirtioException if the device failed earlier
     */
    public void notify(Virtqueue<?> queue) throws VirtioException {
        requireUsable();
        if (queue.wantsNotification()) {
            transport.notifyQueue(queue.index());
        }
    }

    /**
     * Waits until the device is done with one of the requests of a queue, whichever.
     *
     * @param queue a queue of the device, with a request that was notified
     * @param <T> what stands for a request
     * @return the request
     * @throws DeviceTimeoutException if it does not come to an end
     * @throws DeviceFaultException if the device breaks the rules
     * @throws IOException if the kernel does not wait
     */
    public <T> Completion<T> await(Virtqueue<T> queue) throws IOException {
        requireUsable();
        try {
            long end = System.nanoTime() + waiting.timeout().toNanos();
            Optional<Completion<T>> done = queue.poll();
            while (done.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new DeviceTimeoutException(name(), "complete a request", waiting.timeout());
                }
                sleep(Duration.ofNanos(left));
                done = queue.poll();
            }
            return done.get();
        } catch (IOException broken) {
            fail(broken);
            throw broken;
        }
    }

    /** Until the device has something to say. What it wrote has to be looked at afterwards, as its line is lowered here. */
    private void sleep(Duration atMost) throws IOException {
        if (!waiting.interrupts()) {
            Thread.onSpinWait();
            return;
        }
        interrupt.await(atMost);
        int reasons = transport.takeInterrupts();
        if (MmioRegisters.CONFIGURATION_CHANGE.in(reasons) != 0) {
            if (transport.hasStatus(MmioRegisters.DEVICE_NEEDS_RESET)) {
                throw new DeviceFaultException(name() + ": the device has an error and asks to be reset");
            }
            configurationChanged = true;
        }
    }

    /**
     * Gives the device up: resets it, so that it uses no memory any more, and refuses everything from now on.
     *
     * @param reason why
     */
    public void fail(IOException reason) {
        failure = reason;
        try {
            transport.reset(waiting.timeout());
        } catch (DeviceTimeoutException stuck) {
            reason.addSuppressed(stuck);
        }
    }

    /**
     * Checks that requests can be given to it.
     *
     * @throws VirtioException if the device failed earlier
     * @throws IllegalStateException if it is closed
     */
    public void requireUsable() throws VirtioException {
        if (closed) {
            throw new IllegalStateException(name() + " is closed");
        }
        if (failure != null) {
            throw new VirtioException(name() + ": the device was reset after an error; open it again", failure);
        }
    }

    /**
     * Resets the device and gives its memory back. Requests in flight are forgotten. Closing again does nothing.
     *
     * @throws DeviceTimeoutException if the device does not become reset. Its memory stays allocated then until the
     *     platform device is closed, as it may still write to it
     */
    @Override
    public void close() throws DeviceTimeoutException {
        if (closed) {
            return;
        }
        closed = true;
        if (interrupt != null) {
            interrupt.close();
        }
        transport.reset(waiting.timeout());
        memory.close();
    }
}
