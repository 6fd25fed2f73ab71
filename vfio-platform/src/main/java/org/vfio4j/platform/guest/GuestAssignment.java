// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.vfio.VfioException;

/**
 * A device that is assigned to a guest: its regions on the guest's bus, those pages of them that can be in memory slots, and
 * the guest's memory mapped for its DMA. Begin with {@link #of}:
 *
 * <pre>{@code
 * try (GuestAssignment rtc = GuestAssignment.of(device)
 *         .place(placement.find("9010000.pl031").orElseThrow())
 *         .memorySlots(vm, nextSlot::getAndIncrement)
 *         .assign(bus)) {
 *     ...
 * }
 * }</pre>
 *
 * <p>A region that can be mapped is accessed by the guest without a trap, but for the pages with an {@link Overlay}. All
 * other accesses trap, and come over the bus; also those to a mapped region while it is {@linkplain #trap() taken away}. A
 * region that is smaller than a page, or begins inside of one, is never in a memory slot: that would give its neighbours
 * away.
 *
 * <p>To be closed before the device and the VM; closing again does nothing. Safe for use by several threads.
 */
public final class GuestAssignment implements TrapWhilePending, AutoCloseable {
    private final PlatformDevice device;
    private final List<PassthroughRegion> regions = new ArrayList<>();
    private final List<MappedPages> pages = new ArrayList<>();
    /** What is to be undone, the last first. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

    private boolean closed;

    GuestAssignment(PlatformDevice device) {
        this.device = device;
    }

    /**
     * Begins to assign a device.
     *
     * @param device the device, open
     * @return what to say how
     */
    public static GuestAssignmentBuilder of(PlatformDevice device) {
        return new GuestAssignmentBuilder(device);
    }

    /** What one step of assigning made, and how it is undone. */
    void made(Runnable undoing) {
        undo.push(undoing);
    }

    void add(PassthroughRegion region) {
        made(region::close);
        regions.add(region);
    }

    void add(MappedPages mapped) throws VfioException {
        made(mapped::close);
        pages.add(mapped);
        mapped.map();
    }

    /** Whether there is anything to {@link #trap}. */
    boolean hasMemorySlots() {
        return !pages.isEmpty();
    }

    /** {@return the device} */
    public PlatformDevice device() {
        return device;
    }

    /** {@return the regions that the guest has, in the order in which they were placed} */
    public List<PassthroughRegion> regions() {
        return List.copyOf(regions);
    }

    /**
     * Has the interrupts of the device follow the guest's accesses ({@link GuestInterrupts#accessed}), and closes them before
     * everything else of this. To be called before the vCPUs run.
     *
     * @param interrupts those of the device, made with this as what {@linkplain TrapWhilePending takes the mapped regions
     *     away}
     * @throws IllegalStateException if this is closed
     */
    public void attach(GuestInterrupts interrupts) {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException(device.entry().name() + " is no longer assigned");
            }
            made(interrupts::close);
        }
        regions.forEach(region -> region.afterAccess(interrupts::accessed));
    }

    /**
     * Takes the memory slots of the device away from the guest, so that all of its accesses trap. When this returns, no
     * access goes by them any more. Does nothing if they are away.
     *
     * @throws IOException if the kernel refuses; those that it keeps stay the guest's until they are given back or this is
     *     closed
     */
    @Override
    public synchronized void trap() throws IOException {
        try {
            CloseAll.of(pages, MappedPages::trap);
        } catch (UncheckedIOException refused) {
            throw refused.getCause();
        }
    }

    /**
     * Gives them back. Does nothing if they are there, or if this is closed.
     *
     * @throws IOException if the kernel refuses; those that it refuses trap
     */
    @Override
    public synchronized void map() throws IOException {
        for (MappedPages mapped : pages) {
            mapped.map();
        }
    }

    /**
     * Takes the device away from the guest: its memory slots, its addresses on the bus, and the guest's memory from the
     * device. Everything is tried, also if something fails. Closing again does nothing.
     *
     * @throws UncheckedIOException if the kernel refuses
     */
    @Override
    public void close() {
        List<Runnable> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(undo);
            undo.clear();
        }
        // Without the lock: interrupts wait for their thread, which may want to trap.
        CloseAll.of(all, Runnable::run);
    }

    @Override
    public String toString() {
        return device.entry().name() + " assigned with " + regions;
    }
}
