// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vfio4j.kvm.ArmIrqLine;
import org.vfio4j.kvm.KvmCapability;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.PlacedIrq;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.IrqControl;
import org.vfio4j.vfio.IrqInfo;
import org.vfio4j.vfio.VfioException;

/**
 * The interrupts of a device that is assigned to a guest. They are the guest's while this is open: nobody else may open
 * them.
 *
 * <p>Where KVM can, the kernel delivers them alone ({@link LineDelivery#KERNEL}). Where it cannot, a thread of this object
 * does ({@link LineDelivery#PROGRAM}), and a level-triggered one is found to be over after an access of the guest: {@link
 * #accessed} has to be called after each trapped one. None is lost or comes twice either way, and several can be pending.
 * One thing only is slower than the kernel: while a vCPU reads the device all the time, each of its reads has the
 * interrupts of the device looked at again.
 *
 * <p>Safe for use by several threads. To be closed before the device and the VM; closing again does nothing.
 */
public final class GuestInterrupts implements AutoCloseable {
    private final Device device;
    private final Vm vm;
    private final TrapWhilePending mapped;
    private final List<GuestLine> lines = new ArrayList<>();
    private final Map<Integer, LineDelivery> deliveries = new TreeMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private ProgramDelivery program;

    private GuestInterrupts(Vm vm, Device device, TrapWhilePending mapped) {
        this.vm = vm;
        this.device = device;
        this.mapped = mapped;
    }

    /**
     * Connects the IRQs of an assigned device to a guest that does not run yet, where the guest's device tree has them. They
     * are attached to the assignment, which tells of accesses and closes them.
     *
     * @param vm the VM, with its interrupt controller ready
     * @param assigned the device
     * @param placed where the device is, with the IRQs that the guest is to have
     * @param delivery {@link LineDelivery#KERNEL} where KVM can, or {@link LineDelivery#PROGRAM} for all
     * @return the interrupts, enabled
     * @throws VfioException if VFIO or KVM refuses; nothing stays connected. EAGAIN if the interrupt controller of an arm64
     *     VM is not initialized yet
     * @throws IllegalArgumentException if an IRQ is placed as a level and is an edge, or the other way around
     * @throws IndexOutOfBoundsException if the device has no IRQ of an index
     */
    public static GuestInterrupts assign(Vm vm, GuestAssignment assigned, PlacedDevice placed, LineDelivery delivery)
            throws VfioException {
        List<GuestIrq> irqs = new ArrayList<>();
        for (PlacedIrq irq : placed.irqs()) {
            IrqInfo info = assigned.device().irqs().get(irq.index());
            if (info.isAutomasked() != irq.isLevel()) {
                throw new IllegalArgumentException(placed.name() + " IRQ " + irq.index() + " is "
                        + (irq.isLevel() ? "placed as a level, but is an edge" : "placed as an edge, but is a level"));
            }
            irqs.add(new GuestIrq(info, irq.spi()));
        }
        GuestInterrupts interrupts = assign(
                vm,
                assigned.device().device(),
                irqs,
                assigned.hasMemorySlots() ? assigned : TrapWhilePending.NOTHING_MAPPED,
                delivery);
        boolean attached = false;
        try {
            assigned.attach(interrupts);
            attached = true;
            return interrupts;
        } finally {
            if (!attached) {
                interrupts.close();
            }
        }
    }

    /**
     * Connects IRQs of a device to a guest.
     *
     * @param vm the VM, with its interrupt controller ready
     * @param device the device
     * @param irqs which IRQ is which interrupt of the guest
     * @param mapped takes the mapped regions away from the guest; {@link TrapWhilePending#NOTHING_MAPPED} if there are none
     * @param delivery {@link LineDelivery#KERNEL} where KVM can, or {@link LineDelivery#PROGRAM} for all
     * @return the interrupts, enabled
     * @throws VfioException if VFIO or KVM refuses; nothing stays connected. EAGAIN if the interrupt controller of an arm64
     *     VM is not initialized yet
     */
    public static GuestInterrupts assign(
            Vm vm, Device device, List<GuestIrq> irqs, TrapWhilePending mapped, LineDelivery delivery)
            throws VfioException {
        GuestInterrupts interrupts = new GuestInterrupts(vm, device, mapped);
        boolean connected = false;
        try {
            interrupts.connect(irqs, delivery);
            connected = true;
            return interrupts;
        } finally {
            if (!connected) {
                interrupts.close();
            }
        }
    }

    private void connect(List<GuestIrq> irqs, LineDelivery wanted) throws VfioException {
        LinuxSyscalls linux = device.descriptor().linux();
        List<ProgramGuestLine> programLines = new ArrayList<>();
        for (GuestIrq irq : irqs) {
            IrqControl host = device.irqControl(irq.irq().index());
            if (wanted == LineDelivery.KERNEL && vm.check(needed(irq)) != 0) {
                lines.add(KernelGuestLine.open(linux, vm, host, irq));
                deliveries.put(host.index(), LineDelivery.KERNEL);
            } else {
                ProgramGuestLine line = ProgramGuestLine.open(linux, host, irq, wire(irq.gsi()));
                lines.add(line);
                programLines.add(line);
                deliveries.put(host.index(), LineDelivery.PROGRAM);
            }
        }
        if (!programLines.isEmpty()) {
            program = ProgramDelivery.start(linux, device.name(), programLines, mapped);
        }
    }

    private static KvmCapability needed(GuestIrq irq) {
        return irq.irq().isAutomasked() ? KvmCapability.IRQFD_RESAMPLE : KvmCapability.IRQFD;
    }

    private GuestWire wire(int gsi) throws VfioException {
        boolean arm = vm.check(KvmCapability.ARM_PSCI_0_2) != 0;
        int number = arm ? ArmIrqLine.spi(gsi) : gsi;
        return high -> vm.setIrqLine(number, high);
    }

    /**
     * The guest made an access to the device that trapped, or the device was reset. To be called when the device has
     * answered and before the vCPU runs on, by its thread, with no lock that {@link TrapWhilePending} needs. Does nothing
     * where the kernel delivers all interrupts. Allocates no memory.
     *
     * @throws UncheckedIOException if VFIO or KVM refuses
     * @throws IllegalStateException if the thread that delivers interrupts has ended with an error, which is the cause
     */
    public void accessed() {
        if (program == null || closed.get()) {
            return;
        }
        try {
            program.accessed();
        } catch (VfioException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /**
     * How an interrupt is delivered.
     *
     * @param index which IRQ of the device
     * @return by whom
     * @throws IndexOutOfBoundsException if it is not connected
     */
    public LineDelivery delivery(int index) {
        LineDelivery delivery = deliveries.get(index);
        if (delivery == null) {
            throw new IndexOutOfBoundsException(
                    "IRQs " + deliveries.keySet() + " of " + device.name() + " are the guest's, not " + index);
        }
        return delivery;
    }

    /**
     * Disconnects the interrupts; a line that is high goes low. No interrupt comes to the guest any more once this returns.
     * Closing again does nothing.
     *
     * @throws UncheckedIOException if VFIO or KVM refuses; everything is disconnected nevertheless, or is when the device is
     *     closed
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        List<Closing> all = new ArrayList<>();
        if (program != null) {
            all.add(program::close);
        }
        lines.forEach(line -> all.add(line::close));
        CloseAll.of(all, closing -> {
            try {
                closing.close();
            } catch (VfioException refused) {
                throw new UncheckedIOException(refused);
            }
        });
    }

    private interface Closing {
        void close() throws VfioException;
    }
}
