// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.IrqControl;
import org.vfio4j.vfio.IrqInfo;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * The interrupts of an open device, each one open once, and the thread that calls their handlers. {@code
 * PlatformDevice.interrupt} is the easy way to them.
 *
 * <p>Safe for use by several threads. Closing it closes the interrupts; closing again does nothing.
 */
public final class Interrupts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Interrupts.class.getPackageName());

    private final Device device;
    private final List<IrqInfo> irqs;
    private final Waiter waiter;
    private final Map<Integer, Interrupt> open = new HashMap<>();
    private boolean closed;

    /**
     * The interrupts of a device; none is open yet.
     *
     * @param device the device; it stays its owner's
     * @param irqs what the kernel says of its IRQs, by index
     */
    public Interrupts(Device device, List<IrqInfo> irqs) {
        this.device = device;
        this.irqs = List.copyOf(irqs);
        this.waiter = new Waiter(linux(), device.name());
    }

    private LinuxSyscalls linux() {
        return device.descriptor().linux();
    }

    /**
     * Opens an interrupt: enables it, and unmasks it if it is level-triggered.
     *
     * @param index which, from 0
     * @param polling how to look at the device if Linux could not request the line; empty to be told with an exception
     * @return the interrupt; the one that is open already, if there is one
     * @throws IndexOutOfBoundsException if there is none of this index
     * @throws VfioException if the kernel refuses: at {@link Step#REQUEST_IRQ} if polling is what remains
     * @throws IllegalStateException if this or the device is closed
     */
    public Interrupt open(int index, Optional<Polling> polling) throws VfioException {
        IrqInfo info = irqs.get(Objects.checkIndex(index, irqs.size()));
        synchronized (open) {
            if (closed) {
                throw new IllegalStateException("the device " + device.name() + " is closed");
            }
            Interrupt known = open.get(index);
            if (known != null && !known.isClosed()) {
                return known;
            }
            IrqControl control = device.irqControl(index);
            Interrupt interrupt = new Interrupt(control.name(), info, line(control, info, polling), waiter);
            open.put(index, interrupt);
            return interrupt;
        }
    }

    private Line line(IrqControl control, IrqInfo info, Optional<Polling> polling) throws VfioException {
        try {
            return KernelLine.open(linux(), control, info.isAutomasked());
        } catch (VfioException refused) {
            if (refused.step() != Step.REQUEST_IRQ || polling.isEmpty()) {
                throw refused;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    control.name() + " is polled every " + polling.get().interval() + ": " + refused.getMessage());
            return new PolledLine(control.name(), polling.get(), refused);
        }
    }

    /**
     * Closes every one of them, and lets no more be opened. It waits for handlers as {@link Interrupt#close} does.
     *
     * @throws java.io.UncheckedIOException if the kernel does not disable one. All are closed nevertheless
     */
    @Override
    public void close() {
        List<Interrupt> all;
        synchronized (open) {
            closed = true;
            all = List.copyOf(open.values());
            open.clear();
        }
        CloseAll.of(all, Interrupt::close);
    }
}
