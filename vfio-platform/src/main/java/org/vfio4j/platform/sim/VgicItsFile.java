// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_ITS_CTRL_RESET;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_ITS_RESTORE_TABLES;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_ITS_SAVE_TABLES;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_CTRL_INIT;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ADDR;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CTRL;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ITS_REGS;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_ITS_ADDR_TYPE;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.vfio4j.kvm.VgicIts;
import org.vfio4j.linux.Errno;

/** An ITS: {@code vgic-its.c}. No guest runs commands here, so its tables are always empty. */
final class VgicItsFile extends KvmDeviceFile {
    private static final int ALIGNMENT = 0x1_0000;
    private static final long CTLR = 0;
    private static final long IIDR = 4;
    private static final long TYPER = 8;
    private static final long QUEUES = 0x80;
    private static final long CREADR = 0x90;
    private static final long TABLES = 0x100;
    private static final long TABLES_END = 0x140;
    private static final long IDENTIFICATION = 0xffd0;
    private static final long END = 0x1_0000;

    private static final long QUIESCENT = 1L << 31;
    private static final long IIDR_VALUE = 0x4b00_043b;
    private static final int REVISION_SHIFT = 12;
    private static final int REVISION_MASK = 0xf;

    /** Physical LPIs; 16 bits of device and of event IDs, less one; entries of 8 bytes, less one. */
    private static final long TYPER_VALUE = 1 | 7 << 4 | 15 << 8 | 15 << 13;

    private final Map<Long, Long> registers = new HashMap<>();
    private long address = Vgic.UNDEFINED;

    VgicItsFile(GuestVm vm, LongFunction<UserBuffer> memory) {
        super(vm, memory);
    }

    @Override
    String description() {
        return "anon_inode:kvm-arm-vgic-its";
    }

    @Override
    void has(Attribute attribute) {
        switch (attribute.group()) {
            case KVM_DEV_ARM_VGIC_GRP_ADDR ->
                KernelError.require(attribute.number() == KVM_VGIC_ITS_ADDR_TYPE, Errno.ENXIO);
            case KVM_DEV_ARM_VGIC_GRP_CTRL -> {
                boolean known = attribute.number() == KVM_DEV_ARM_VGIC_CTRL_INIT
                        || attribute.number() == KVM_DEV_ARM_ITS_CTRL_RESET
                        || attribute.number() == KVM_DEV_ARM_ITS_SAVE_TABLES
                        || attribute.number() == KVM_DEV_ARM_ITS_RESTORE_TABLES;
                KernelError.require(known, Errno.ENXIO);
            }
            case KVM_DEV_ARM_VGIC_GRP_ITS_REGS -> {
                requireAligned(attribute.number());
                KernelError.require(isRegister(attribute.number()), Errno.ENXIO);
            }
            default -> throw unknown();
        }
    }

    @Override
    void set(Attribute attribute) {
        switch (attribute.group()) {
            case KVM_DEV_ARM_VGIC_GRP_ADDR -> setAddress(attribute);
            case KVM_DEV_ARM_VGIC_GRP_CTRL -> {
                // vgic_its_ctrl takes a command that it does not know for one that is done.
                if (attribute.number() == KVM_DEV_ARM_ITS_CTRL_RESET) {
                    registers.clear();
                }
            }
            case KVM_DEV_ARM_VGIC_GRP_ITS_REGS -> {
                long value = attribute.value().getLong(0);
                requireAccessible(attribute.number());
                write(attribute.number(), value);
            }
            default -> throw unknown();
        }
    }

    private void setAddress(Attribute attribute) {
        KernelError.require(attribute.number() == KVM_VGIC_ITS_ADDR_TYPE, Errno.ENODEV);
        long wanted = attribute.value().getLong(0);
        KernelError.require(address == Vgic.UNDEFINED, Errno.EEXIST);
        vm().requireRange(wanted, VgicIts.SIZE, ALIGNMENT);
        address = wanted;
    }

    @Override
    void get(Attribute attribute) {
        switch (attribute.group()) {
            case KVM_DEV_ARM_VGIC_GRP_ADDR -> {
                KernelError.require(attribute.number() == KVM_VGIC_ITS_ADDR_TYPE, Errno.ENODEV);
                attribute.value().putLong(0, address);
            }
            case KVM_DEV_ARM_VGIC_GRP_ITS_REGS -> {
                requireAccessible(attribute.number());
                attribute.value().putLong(0, read(attribute.number()));
            }
            default -> throw unknown();
        }
    }

    private void requireAccessible(long offset) {
        requireAligned(offset);
        KernelError.require(address != Vgic.UNDEFINED && isRegister(offset), Errno.ENXIO);
    }

    private static void requireAligned(long offset) {
        boolean word = Long.compareUnsigned(offset, TYPER) < 0 || Long.compareUnsigned(offset, IDENTIFICATION) >= 0;
        KernelError.requireValid(offset % (word ? Integer.BYTES : Long.BYTES) == 0);
    }

    private static boolean isRegister(long offset) {
        return offset >= 0 && offset < TYPER + Long.BYTES
                || offset >= QUEUES && offset < CREADR + Long.BYTES
                || offset >= TABLES && offset < TABLES_END
                || offset >= IDENTIFICATION && offset < END;
    }

    private long read(long offset) {
        if (offset == CTLR) {
            return QUIESCENT | registers.getOrDefault(CTLR, 0L);
        }
        if (offset == IIDR) {
            return IIDR_VALUE;
        }
        return offset == TYPER ? TYPER_VALUE : registers.getOrDefault(offset, 0L);
    }

    private void write(long offset, long value) {
        if (offset == CTLR) {
            registers.put(CTLR, value & 1);
        } else if (offset == IIDR) {
            KernelError.requireValid((value >> REVISION_SHIFT & REVISION_MASK) == 0);
        } else if (offset >= QUEUES && offset < TABLES_END) {
            registers.put(offset, value);
        }
    }
}
