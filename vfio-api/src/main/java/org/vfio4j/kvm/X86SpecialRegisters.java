// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.X86DtableLayout;
import org.vfio4j.kvm.abi.X86Ioctl;
import org.vfio4j.kvm.abi.X86SegmentLayout;
import org.vfio4j.kvm.abi.X86SregsLayout;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/** A copy of the segments and control registers of an x86 vCPU. For one thread at a time. */
public final class X86SpecialRegisters {
    /** The segments. */
    public enum Segment {
        /** Code. */
        CS(X86SregsLayout.CS),
        /** Data. */
        DS(X86SregsLayout.DS),
        /** Extra data. */
        ES(X86SregsLayout.ES),
        /** Data. */
        FS(X86SregsLayout.FS),
        /** Data. */
        GS(X86SregsLayout.GS),
        /** Stack. */
        SS(X86SregsLayout.SS),
        /** Task. */
        TR(X86SregsLayout.TR),
        /** Local descriptors. */
        LDT(X86SregsLayout.LDT);

        private final int offset;

        Segment(int offset) {
            this.offset = offset;
        }
    }

    /** The descriptor tables. */
    public enum Table {
        /** Global. */
        GDT(X86SregsLayout.GDT),
        /** Of interrupts. */
        IDT(X86SregsLayout.IDT);

        private final int offset;

        Table(int offset) {
            this.offset = offset;
        }
    }

    /** The control registers. */
    public enum Control {
        /** Mode. */
        CR0(X86SregsLayout.CR0),
        /** Address of a page fault. */
        CR2(X86SregsLayout.CR2),
        /** Page table. */
        CR3(X86SregsLayout.CR3),
        /** Features. */
        CR4(X86SregsLayout.CR4),
        /** Task priority. */
        CR8(X86SregsLayout.CR8),
        /** Extended features. */
        EFER(X86SregsLayout.EFER),
        /** Where the local APIC is. */
        APIC_BASE(X86SregsLayout.APIC_BASE);

        private final int offset;

        Control(int offset) {
            this.offset = offset;
        }
    }

    private final ByteBuffer sregs = Structs.allocate(X86SregsLayout.SIZE);

    private X86SpecialRegisters() {}

    static X86SpecialRegisters get(FileDescriptor vcpu) throws VfioException {
        X86SpecialRegisters registers = new X86SpecialRegisters();
        VfioException.check(Step.KVM_GET_SREGS, vcpu.name(), vcpu.ioctl(X86Ioctl.KVM_GET_SREGS, registers.sregs));
        return registers;
    }

    void set(FileDescriptor vcpu) throws VfioException {
        VfioException.check(Step.KVM_SET_SREGS, vcpu.name(), vcpu.ioctl(X86Ioctl.KVM_SET_SREGS, sregs));
    }

    /**
     * Reads the copy.
     *
     * @param name which segment
     * @return what it is
     */
    public X86Segment get(Segment name) {
        int at = name.offset;
        return new X86Segment(
                sregs.getLong(at + X86SegmentLayout.BASE),
                sregs.getInt(at + X86SegmentLayout.LIMIT),
                Short.toUnsignedInt(sregs.getShort(at + X86SegmentLayout.SELECTOR)),
                sregs.get(at + X86SegmentLayout.TYPE),
                sregs.get(at + X86SegmentLayout.DPL),
                flag(at + X86SegmentLayout.PRESENT),
                flag(at + X86SegmentLayout.DB),
                flag(at + X86SegmentLayout.S),
                flag(at + X86SegmentLayout.L),
                flag(at + X86SegmentLayout.G),
                flag(at + X86SegmentLayout.AVL),
                flag(at + X86SegmentLayout.UNUSABLE));
    }

    /**
     * Changes the copy.
     *
     * @param name which segment
     * @param segment what it is
     * @return this
     */
    public X86SpecialRegisters with(Segment name, X86Segment segment) {
        int at = name.offset;
        sregs.putLong(at + X86SegmentLayout.BASE, segment.base())
                .putInt(at + X86SegmentLayout.LIMIT, segment.limit())
                .putShort(at + X86SegmentLayout.SELECTOR, (short) segment.selector())
                .put(at + X86SegmentLayout.TYPE, (byte) segment.type())
                .put(at + X86SegmentLayout.DPL, (byte) segment.privilege());
        putFlag(at + X86SegmentLayout.PRESENT, segment.isPresent());
        putFlag(at + X86SegmentLayout.DB, segment.is32Bit());
        putFlag(at + X86SegmentLayout.S, segment.isCodeOrData());
        putFlag(at + X86SegmentLayout.L, segment.is64Bit());
        putFlag(at + X86SegmentLayout.G, segment.isLimitInPages());
        putFlag(at + X86SegmentLayout.AVL, segment.isAvailable());
        putFlag(at + X86SegmentLayout.UNUSABLE, segment.isUnusable());
        return this;
    }

    /**
     * Reads the copy.
     *
     * @param name which control register
     * @return the value
     */
    public long get(Control name) {
        return sregs.getLong(name.offset);
    }

    /**
     * Changes the copy.
     *
     * @param name which control register
     * @param value the value
     * @return this
     */
    public X86SpecialRegisters with(Control name, long value) {
        sregs.putLong(name.offset, value);
        return this;
    }

    /**
     * Reads the copy.
     *
     * @param name which table
     * @return where it is
     */
    public long baseOf(Table name) {
        return sregs.getLong(name.offset + X86DtableLayout.BASE);
    }

    /**
     * Reads the copy.
     *
     * @param name which table
     * @return its bytes less 1
     */
    public int limitOf(Table name) {
        return Short.toUnsignedInt(sregs.getShort(name.offset + X86DtableLayout.LIMIT));
    }

    /**
     * Changes the copy.
     *
     * @param name which table
     * @param base where it is
     * @param limit its bytes less 1, 16 bits
     * @return this
     */
    public X86SpecialRegisters with(Table name, long base, int limit) {
        sregs.putLong(name.offset + X86DtableLayout.BASE, base)
                .putShort(name.offset + X86DtableLayout.LIMIT, (short) limit);
        return this;
    }

    private boolean flag(int at) {
        return sregs.get(at) != 0;
    }

    private void putFlag(int at, boolean flag) {
        sregs.put(at, (byte) (flag ? 1 : 0));
    }
}
