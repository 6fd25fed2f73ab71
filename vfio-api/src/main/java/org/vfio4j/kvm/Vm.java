// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.vfio4j.kvm.abi.IrqLevelLayout;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.OpenChildren;
import org.vfio4j.vfio.internal.ReusedStruct;

/**
 * A VM: its memory, its vCPUs, its interrupt lines.
 *
 * <p>The kernel keeps a VM for as long as a descriptor of it, of one of its vCPUs or of one of its devices is open. So
 * closing a VM first closes its vCPUs, which stops those that run, and then its other children, the youngest first. Its
 * devices it leaves open, as {@link KvmDevice} is useful without it; afterwards nothing else of the VM is left. Closing again does nothing. All methods are safe for use by several threads;
 * after {@code close()} they throw {@link IllegalStateException}.
 *
 * <p>Source: {@code linux/kvm.h}, {@code virt/kvm/kvm_main.c}, {@code virt/kvm/eventfd.c}.
 */
public final class Vm implements AutoCloseable {
    private final FileDescriptor descriptor;
    private final int sharedSize;
    private final Consumer<Vm> whenClosed;
    private final OpenChildren<Vcpu> vcpus = new OpenChildren<>(Vcpu::close);
    private final OpenChildren<AutoCloseable> others = new OpenChildren<>(Vm::closeChild);
    private final VmProgress progress = new VmProgress();
    private final KvmAttributes attributes;
    private final ReusedStruct lines = ReusedStruct.ofSize(IrqLevelLayout.SIZE);

    /** {@code sharedSize}: bytes of the memory that a vCPU shares with the kernel. */
    Vm(FileDescriptor descriptor, int sharedSize, Consumer<Vm> whenClosed) {
        this.descriptor = descriptor;
        this.sharedSize = sharedSize;
        this.whenClosed = whenClosed;
        this.attributes = new KvmAttributes(descriptor, KvmObject.VM, progress);
    }

    /**
     * Asks for a capability of this VM.
     *
     * @param capability which
     * @return 0 if it is not there, else 1 or how much of it there is
     * @throws VfioException if the kernel does not say
     */
    public int check(KvmCapability capability) throws VfioException {
        return Kvm.check(descriptor, capability);
    }

    /**
     * Enables a capability of this VM.
     *
     * @param capability which, such as {@link KvmCapability#ARM_NISV_TO_USER}
     * @param arguments up to four, of the capability
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if there are more than four arguments
     */
    public void enable(KvmCapability capability, long... arguments) throws VfioException {
        Capabilities.enable(descriptor, capability, arguments);
    }

    /**
     * Gives memory of this process to the guest, or changes what is in the slot. It must stay allocated until the slot is
     * closed: the guest goes on using it. Guest address, size and host address are multiples of the page size, so a region
     * of a device that is smaller than a page cannot be a slot.
     *
     * @param slot which, 0 to below {@link KvmCapability#NR_MEMSLOTS}
     * @param guestAddress guest physical address
     * @param size bytes, not 0
     * @param hostAddress address in this process
     * @param flags what it is besides memory
     * @return the slot; {@code close()} takes the memory away
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if the size is 0
     */
    public MemorySlot memory(int slot, long guestAddress, long size, long hostAddress, MemoryFlag... flags)
            throws VfioException {
        return adopt(MemorySlot.create(this, slot, guestAddress, size, hostAddress, MemoryFlag.bitsOf(flags)));
    }

    /**
     * Creates a vCPU.
     *
     * @param id which, 0 to below {@link KvmCapability#MAX_VCPUS}
     * @return the vCPU; on arm64 to be initialized with {@link Vcpu#init}
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if the VM's GIC is initialized, as there can be no more vCPUs then
     */
    public Vcpu createVcpu(int id) throws VfioException {
        progress.requireVcpusPossible();
        Vcpu vcpu = Vcpu.create(this, id, sharedSize);
        progress.vcpuCreated();
        if (!vcpus.add(vcpu)) {
            vcpu.close();
            throw closed();
        }
        return vcpu;
    }

    /**
     * Creates the interrupt controllers of a PC: two 8259, an I/O APIC, and a local APIC in each vCPU that is created
     * afterwards. On arm64 they are devices of their own.
     *
     * @throws VfioException if the kernel refuses
     */
    public void createIrqChip() throws VfioException {
        check(Step.KVM_CREATE_IRQCHIP, "VM", descriptor.ioctl(KvmIoctl.KVM_CREATE_IRQCHIP, 0));
    }

    /**
     * Sets an interrupt line. Allocates no memory in the long run.
     *
     * @param irq which: on x86 a GSI, on arm64 what {@link ArmIrqLine} says
     * @param high the level
     * @throws VfioException if the kernel refuses
     */
    public void setIrqLine(int irq, boolean high) throws VfioException {
        ByteBuffer level = lines.take().putInt(IrqLevelLayout.IRQ, irq).putInt(IrqLevelLayout.LEVEL, high ? 1 : 0);
        int result = descriptor.ioctl(KvmIoctl.KVM_IRQ_LINE, level);
        lines.giveBack(level);
        if (result < 0) {
            throw VfioException.of(Step.KVM_IRQ_LINE, "IRQ 0x" + Integer.toHexString(irq), -result);
        }
    }

    /**
     * Replaces all routes of interrupt lines.
     *
     * @param routes the new ones
     * @throws VfioException if the kernel refuses
     */
    public void route(List<GsiRoute> routes) throws VfioException {
        check(
                Step.KVM_SET_GSI_ROUTING,
                routes.size() + " routes",
                descriptor.ioctl(KvmIoctl.KVM_SET_GSI_ROUTING, GsiRouting.encode(routes)));
    }

    /**
     * Delivers a message-signalled interrupt.
     *
     * @param msi the message
     * @return whether it was delivered; false if the guest has blocked it
     * @throws VfioException if the kernel refuses
     */
    public boolean signalMsi(Msi msi) throws VfioException {
        return check(Step.KVM_SIGNAL_MSI, msi.toString(), descriptor.ioctl(KvmIoctl.KVM_SIGNAL_MSI, msi.encode())) > 0;
    }

    /**
     * Has an eventfd raise an interrupt in the guest each time it is signalled: an edge.
     *
     * @param gsi which line; on arm64 n is SPI n, interrupt id n+32
     * @param trigger the eventfd, which the kernel reads from now on
     * @return the assignment; {@code close()} takes it away. It keeps the eventfd's descriptor open
     * @throws VfioException if the kernel refuses
     */
    public IrqFd irqFd(int gsi, EventFd trigger) throws VfioException {
        return adopt(IrqFd.assign(this, gsi, trigger, null));
    }

    /**
     * Has an eventfd raise a level-triggered line, which the kernel lowers when the guest ends the interrupt. It then
     * signals the other eventfd, so that the device's interrupt is enabled again.
     *
     * @param gsi which line; on arm64 n is SPI n, interrupt id n+32
     * @param trigger the eventfd that raises the line
     * @param resample the eventfd that is signalled at the end of the interrupt
     * @return the assignment; {@code close()} takes it away. It keeps the eventfds' descriptors open
     * @throws VfioException if the kernel refuses
     */
    public IrqFd irqFd(int gsi, EventFd trigger, EventFd resample) throws VfioException {
        return adopt(IrqFd.assign(this, gsi, trigger, resample));
    }

    /**
     * Has a write of the guest signal an eventfd instead of stopping the vCPU.
     *
     * @param match which writes
     * @param event the eventfd
     * @return the assignment; {@code close()} takes it away. It keeps the eventfd's descriptor open
     * @throws VfioException if the kernel refuses
     */
    public IoEventFd ioEventFd(IoEventMatch match, EventFd event) throws VfioException {
        return adopt(IoEventFd.assign(this, match, event));
    }

    /**
     * Whether there is a type of device ({@code KVM_CREATE_DEVICE_TEST}). No device is made.
     *
     * @param type which
     * @return whether there is; that does not mean that this VM can have one, or one more
     * @throws VfioException if the kernel does not say
     */
    public boolean supports(KvmDeviceType type) throws VfioException {
        return KvmDevice.isSupported(descriptor, type.number());
    }

    /**
     * Creates a device. It is not closed with the VM, and keeps the kernel's VM for as long as it is open.
     *
     * @param type which
     * @return the device
     * @throws VfioException if the kernel refuses
     * @throws KernelReplyException if the kernel gives no descriptor of it
     */
    public KvmDevice createDevice(KvmDeviceType type) throws VfioException, KernelReplyException {
        return KvmDevice.create(descriptor, type, progress);
    }

    /** {@return the attributes of the VM itself} */
    public KvmAttributes attributes() {
        return attributes;
    }

    /** {@return how far the VM is} */
    VmProgress progress() {
        return progress;
    }

    /** {@return the descriptor, for calls that this class does not make; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    /** Stops and closes the vCPUs, then the other children, and then the VM. Closing again does nothing. */
    @Override
    public void close() {
        CloseAll.of(
                List.<Runnable>of(vcpus::close, others::close, descriptor::close, () -> whenClosed.accept(this)),
                Runnable::run);
    }

    /** Takes in what is to be closed before this VM; what comes too late is closed at once. */
    <C extends AutoCloseable> C adopt(C child) {
        if (!others.add(child)) {
            closeChild(child);
            throw closed();
        }
        return child;
    }

    /** Takes out what {@link #adopt} took in. */
    void release(AutoCloseable child) {
        others.remove(child);
    }

    void releaseVcpu(Vcpu vcpu) {
        vcpus.remove(vcpu);
    }

    private static int check(Step step, String subject, int result) throws VfioException {
        return VfioException.check(step, subject, result);
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("VM is closed");
    }

    private static void closeChild(AutoCloseable child) {
        try {
            child.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("a child of a VM throws no checked exception", e);
        }
    }
}
