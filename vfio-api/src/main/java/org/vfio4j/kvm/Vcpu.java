// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * A vCPU. One thread at a time runs it, a platform thread, and best always the same: changing it costs the kernel time.
 *
 * <p>{@link #run}, and what it left to look at ({@link #mmio}, {@link #io} and so on), are for that thread. {@link #kick}
 * and {@link #close} are for any thread at any time. The other methods are so too, but wait until the vCPU does not run.
 * After {@code close()} all but {@code kick} throw {@link IllegalStateException}.
 *
 * <p>Source: {@code linux/kvm.h}, {@code virt/kvm/kvm_main.c}.
 */
public final class Vcpu implements AutoCloseable {
    private final Vm vm;
    private final int id;
    private final FileDescriptor descriptor;
    private final VcpuRun run;
    private final KvmAttributes attributes;

    private Vcpu(Vm vm, int id, FileDescriptor descriptor, VcpuRun run) {
        this.vm = vm;
        this.id = id;
        this.descriptor = descriptor;
        this.run = run;
        this.attributes = new KvmAttributes(descriptor, KvmObject.VCPU, vm.progress());
    }

    static Vcpu create(Vm vm, int id, int sharedSize) throws VfioException {
        String name = "vCPU " + id;
        int fd = VfioException.check(Step.KVM_CREATE_VCPU, name, vm.descriptor().ioctl(KvmIoctl.KVM_CREATE_VCPU, id));
        FileDescriptor descriptor = FileDescriptor.owning(vm.descriptor().linux(), fd, name);
        boolean mapped = false;
        try {
            VcpuRun run = VcpuRun.map(descriptor, sharedSize);
            mapped = true;
            return new Vcpu(vm, id, descriptor, run);
        } finally {
            if (!mapped) {
                descriptor.close();
            }
        }
    }

    /** {@return the attributes of the vCPU} */
    public KvmAttributes attributes() {
        return attributes;
    }

    /** {@return which vCPU of its VM} */
    public int id() {
        return id;
    }

    /**
     * Runs the guest until something is to be done for it. An access that the last run returned for is completed first.
     * Allocates no memory.
     *
     * <p>The thread blocks a signal for the rest of its life, {@code SIGRTMIN} (34), with which {@link #kick} works. Do not
     * unblock it.
     *
     * @return why the vCPU stopped
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if another thread runs it, or the thread is a virtual one
     */
    public ExitReason run() throws VfioException {
        vm.progress().vcpuRuns();
        return run.run();
    }

    /**
     * Has {@link #run} return {@link ExitReason#INTERRUPTED}: the one in progress, or else the next. Several kicks before
     * that count as one. A run that returns for another reason meanwhile does not use the kick up. Does nothing after
     * {@code close()}.
     *
     * @throws VfioException if the thread that runs the vCPU cannot be signalled
     */
    public void kick() throws VfioException {
        run.kick();
    }

    /**
     * The access that the last run returned {@link ExitReason#MMIO} for.
     *
     * @return the access; the same object each time
     * @throws IllegalStateException if it returned for another reason
     */
    public MmioExit mmio() {
        return run.exit().mmio();
    }

    /**
     * The access that the last run returned {@link ExitReason#IO} for.
     *
     * @return the access; the same object each time
     * @throws IllegalStateException if it returned for another reason
     */
    public IoExit io() {
        return run.exit().io();
    }

    /**
     * What the last run returned {@link ExitReason#SYSTEM_EVENT} for.
     *
     * @return what the guest asked for
     * @throws IllegalStateException if it returned for another reason
     */
    public SystemEvent systemEvent() {
        return run.exit().rare(ExitReason.SYSTEM_EVENT, SystemEvent.class);
    }

    /**
     * The access that the last run returned {@link ExitReason#ARM_NISV} for.
     *
     * @return the access
     * @throws IllegalStateException if it returned for another reason
     */
    public UndecodedAccess undecodedAccess() {
        return run.exit().undecodedAccess();
    }

    /**
     * What the last run returned {@link ExitReason#INTERNAL_ERROR} for.
     *
     * @return the error
     * @throws IllegalStateException if it returned for another reason
     */
    public InternalError internalError() {
        return run.exit().rare(ExitReason.INTERNAL_ERROR, InternalError.class);
    }

    /**
     * What the last run returned {@link ExitReason#FAIL_ENTRY} for.
     *
     * @return the failure
     * @throws IllegalStateException if it returned for another reason
     */
    public EntryFailure entryFailure() {
        return run.exit().rare(ExitReason.FAIL_ENTRY, EntryFailure.class);
    }

    /** {@return the number of the last exit, {@code KVM_EXIT_} in {@code linux/kvm.h}} */
    public int exitNumber() {
        return run.exit().number();
    }

    /**
     * Enables a capability of this vCPU.
     *
     * @param capability which
     * @param arguments up to four, of the capability
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if there are more than four arguments
     */
    public void enable(KvmCapability capability, long... arguments) throws VfioException {
        Capabilities.enable(descriptor, capability, arguments);
    }

    /**
     * Initializes a vCPU of arm64 as one of the kind that the machine prefers, or resets it. Before that it does not run.
     *
     * @param features what it has
     * @throws VfioException if the kernel refuses
     */
    public void init(ArmFeature... features) throws VfioException {
        ArmInit.init(vm.descriptor(), descriptor, features);
    }

    /**
     * Reads a register of up to 64 bits.
     *
     * @param id which, with its size, see {@link OneReg}
     * @return the value, unsigned
     * @throws VfioException if the kernel refuses; ENOENT if there is no such register
     * @throws IllegalArgumentException if the register is larger
     */
    public long getOneReg(long id) throws VfioException {
        return OneReg.get(descriptor, id);
    }

    /**
     * Writes a register of up to 64 bits.
     *
     * @param id which, with its size, see {@link OneReg}
     * @param value the value; the bits above the register's size are not used
     * @throws VfioException if the kernel refuses; ENOENT if there is no such register
     * @throws IllegalArgumentException if the register is larger
     */
    public void setOneReg(long id, long value) throws VfioException {
        OneReg.set(descriptor, id, value);
    }

    /**
     * Reads a register of any size.
     *
     * @param id which, with its size, see {@link OneReg}
     * @return the bytes, the lowest first
     * @throws VfioException if the kernel refuses; ENOENT if there is no such register
     */
    public byte[] getLargeReg(long id) throws VfioException {
        return OneReg.getBytes(descriptor, id);
    }

    /**
     * Writes a register of any size.
     *
     * @param id which, with its size, see {@link OneReg}
     * @param value the bytes, the lowest first
     * @throws VfioException if the kernel refuses; ENOENT if there is no such register
     * @throws IllegalArgumentException if the value is not as long as the register
     */
    public void setLargeReg(long id, byte... value) throws VfioException {
        OneReg.setBytes(descriptor, id, value);
    }

    /**
     * Reads the general registers of an x86 vCPU.
     *
     * @return a copy
     * @throws VfioException if the kernel refuses
     */
    public X86Registers getRegisters() throws VfioException {
        return X86Registers.get(descriptor);
    }

    /**
     * Writes the general registers of an x86 vCPU.
     *
     * @param registers all of them
     * @throws VfioException if the kernel refuses
     */
    public void setRegisters(X86Registers registers) throws VfioException {
        registers.set(descriptor);
    }

    /**
     * Reads the segments and control registers of an x86 vCPU.
     *
     * @return a copy
     * @throws VfioException if the kernel refuses
     */
    public X86SpecialRegisters getSpecialRegisters() throws VfioException {
        return X86SpecialRegisters.get(descriptor);
    }

    /**
     * Writes the segments and control registers of an x86 vCPU.
     *
     * @param registers all of them
     * @throws VfioException if the kernel refuses
     */
    public void setSpecialRegisters(X86SpecialRegisters registers) throws VfioException {
        registers.set(descriptor);
    }

    /** {@return the descriptor, for calls that this class does not make; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    /**
     * Closes the vCPU. A thread that runs it is stopped first: its run returns {@link ExitReason#INTERRUPTED}, and the
     * next one throws. Closing again does nothing.
     */
    @Override
    public void close() {
        try {
            run.close();
        } finally {
            try {
                descriptor.close();
            } finally {
                vm.releaseVcpu(this);
            }
        }
    }
}
