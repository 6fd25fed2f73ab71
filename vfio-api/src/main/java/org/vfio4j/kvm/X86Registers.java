// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.X86Ioctl;
import org.vfio4j.kvm.abi.X86RegsLayout;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/** A copy of the general registers of an x86 vCPU. For one thread at a time. */
public final class X86Registers {
    /** The general registers, in the order of {@code struct kvm_regs}. */
    public enum Name {
        /** Accumulator. */
        RAX,
        /** Base. */
        RBX,
        /** Counter. */
        RCX,
        /** Data. */
        RDX,
        /** Source index. */
        RSI,
        /** Destination index. */
        RDI,
        /** Stack pointer. */
        RSP,
        /** Base pointer. */
        RBP,
        /** General. */
        R8,
        /** General. */
        R9,
        /** General. */
        R10,
        /** General. */
        R11,
        /** General. */
        R12,
        /** General. */
        R13,
        /** General. */
        R14,
        /** General. */
        R15,
        /** Instruction pointer. */
        RIP,
        /** Flags; bit 1 is always set. */
        RFLAGS
    }

    private final ByteBuffer regs = Structs.allocate(X86RegsLayout.SIZE);

    private X86Registers() {}

    static X86Registers get(FileDescriptor vcpu) throws VfioException {
        X86Registers registers = new X86Registers();
        VfioException.check(Step.KVM_GET_REGS, vcpu.name(), vcpu.ioctl(X86Ioctl.KVM_GET_REGS, registers.regs));
        return registers;
    }

    void set(FileDescriptor vcpu) throws VfioException {
        VfioException.check(Step.KVM_SET_REGS, vcpu.name(), vcpu.ioctl(X86Ioctl.KVM_SET_REGS, regs));
    }

    /**
     * Reads the copy.
     *
     * @param name which
     * @return the value
     */
    public long get(Name name) {
        return regs.getLong(name.ordinal() * Long.BYTES);
    }

    /**
     * Changes the copy.
     *
     * @param name which
     * @param value the value
     * @return this
     */
    public X86Registers with(Name name, long value) {
        regs.putLong(name.ordinal() * Long.BYTES, value);
        return this;
    }
}
