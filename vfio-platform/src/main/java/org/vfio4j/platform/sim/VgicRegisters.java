// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.kvm.abi.ArmVgicFlags;
import org.vfio4j.linux.Errno;

/** What registers hold, as attributes get and set them. Nothing here delivers an interrupt. */
final class VgicRegisters {
    private static final int CLEAR_TO_SET = 0x80;
    private static final int SGI_FRAME = 0x1_0000;
    private static final int GROUPS = 0x80;
    private static final int ENABLES = 0x100;
    private static final int CONFIGURATION = 0xc00;
    private static final int CONFIGURATION_END = 0xd00;

    /** ICFGR of 16 interrupts that are edges: each has the upper of two bits, and a level none. */
    private static final int ALL_EDGES = 0xaaaa_aaaa;

    /** ARE and DS, which are always on. */
    private static final int GICD_CTLR = 0x50;

    /** Product 'K', revision 3, implementer ARM. */
    private static final int IIDR = 0x4b00_343b;

    private static final int SPI_ID_BITS = 10;
    private static final int LPI_ID_BITS = 16;
    private static final int GICD_TYPER_LPIS = 1 << 17;
    private static final int TYPER_ID_BITS_SHIFT = 19;

    /** The system registers of gic_v3_icc_reg_descs, by the fields of their encoding. */
    private static final int ICC_PMR = instruction(4, 6, 0);

    private static final int ICC_SRE = instruction(12, 12, 5);
    private static final int ICC_CTLR = instruction(12, 12, 4);
    private static final Set<Integer> SYSTEM_REGISTERS = Set.of(
            ICC_PMR,
            instruction(12, 8, 3),
            instruction(12, 8, 4),
            instruction(12, 8, 5),
            instruction(12, 8, 6),
            instruction(12, 8, 7),
            instruction(12, 9, 0),
            instruction(12, 9, 1),
            instruction(12, 9, 2),
            instruction(12, 9, 3),
            instruction(12, 12, 3),
            ICC_CTLR,
            ICC_SRE,
            instruction(12, 12, 6),
            instruction(12, 12, 7));

    /** SRE, DFB and DIB, which are always on. */
    private static final long ICC_SRE_VALUE = 7;

    private final GuestVm vm;
    private final Map<Key, Integer> words = new HashMap<>();
    private final Map<Key, Long> systemRegisters = new HashMap<>();
    private final Map<Key, Integer> levels = new HashMap<>();

    VgicRegisters(GuestVm vm) {
        this.vm = vm;
    }

    /** A register: of which group of attributes, of which vCPU (-1 for all), and which. */
    private record Key(int group, int vcpu, long offset) {}

    private static int instruction(int crn, int crm, int op2) {
        return 3 << 14 | crn << 7 | crm << 3 | op2;
    }

    private VgicRegisterMap mapOf(int group) {
        if (vm.vgic().isV3()) {
            return group == ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS
                    ? VgicRegisterMap.V3_DISTRIBUTOR
                    : VgicRegisterMap.V3_REDISTRIBUTOR;
        }
        return group == ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS
                ? VgicRegisterMap.V2_DISTRIBUTOR
                : VgicRegisterMap.V2_CPU_INTERFACE;
    }

    /** Whether there is a 32-bit register. */
    void require(int group, long offset) {
        KernelError.require(mapOf(group).find(offset, vm.vgic().irqs()).isPresent(), Errno.ENXIO);
    }

    /** vgic_uaccess_read: what is not there reads as zeros. */
    int get(int group, GuestVcpu vcpu, long offset) {
        Optional<VgicRegisterMap.Block> block =
                mapOf(group).find(offset, vm.vgic().irqs());
        return block.map(found -> switch (found.kind()) {
                    case STATE, SET, CONFIGURATION -> word(key(group, vcpu, offset));
                    case CLEAR -> word(key(group, vcpu, offset - CLEAR_TO_SET));
                    case NOTHING -> 0;
                    case ONES -> -1;
                    case SGI_CONFIGURATION -> ALL_EDGES;
                    case DISTRIBUTOR -> distributor((int) offset);
                    case IMPLEMENTER -> IIDR;
                    case TYPER -> typer(vcpu, offset % 8 != 0);
                })
                .orElse(0);
    }

    /** vgic_uaccess_write: what is not there ignores it. */
    void set(int group, GuestVcpu vcpu, long offset, int value) {
        Optional<VgicRegisterMap.Block> block =
                mapOf(group).find(offset, vm.vgic().irqs());
        if (block.isEmpty()) {
            return;
        }
        switch (block.get().kind()) {
            case STATE -> words.put(key(group, vcpu, offset), value);
            case CONFIGURATION -> words.put(key(group, vcpu, offset), value & ALL_EDGES);
            case SET -> {
                Key key = key(group, vcpu, offset);
                words.put(key, word(key) | value);
            }
            case CLEAR -> {
                Key key = key(group, vcpu, offset - CLEAR_TO_SET);
                words.put(key, word(key) & ~value);
            }
            case DISTRIBUTOR -> setDistributor((int) offset, value);
            case NOTHING, ONES, SGI_CONFIGURATION, IMPLEMENTER, TYPER -> {}
        }
    }

    private Key key(int group, GuestVcpu vcpu, long offset) {
        boolean shared = group == ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
        return new Key(group, shared ? -1 : vcpu.id(), offset);
    }

    private int word(Key key) {
        return words.getOrDefault(key, atStart(key));
    }

    private int atStart(Key key) {
        boolean v3 = vm.vgic().isV3();
        boolean redistributor = key.group() == ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_REDIST_REGS;
        long offset = redistributor ? key.offset() - SGI_FRAME : key.offset();
        if (v3 && offset >= GROUPS && offset < ENABLES) {
            return redistributor || offset > GROUPS ? -1 : 0;
        }
        // SGIs are enabled; those and SPIs are edges.
        if (redistributor && offset == ENABLES) {
            return 0xffff;
        }
        return !redistributor && offset >= CONFIGURATION && offset < CONFIGURATION_END ? ALL_EDGES : 0;
    }

    private int distributor(int offset) {
        int irqs = vm.vgic().irqs() / 32 - 1;
        if (!vm.vgic().isV3()) {
            return switch (offset) {
                case 0 -> words.getOrDefault(new Key(0, -1, 0), 0);
                case 4 -> irqs | (vm.vcpus().size() - 1) << 5;
                default -> IIDR;
            };
        }
        return switch (offset) {
            case 0 -> GICD_CTLR | words.getOrDefault(new Key(0, -1, 0), 0);
            case 4 ->
                irqs
                        | (vm.hasIts()
                                ? (LPI_ID_BITS - 1) << TYPER_ID_BITS_SHIFT | GICD_TYPER_LPIS
                                : (SPI_ID_BITS - 1) << TYPER_ID_BITS_SHIFT);
            case 8 -> IIDR;
            default -> 0;
        };
    }

    private void setDistributor(int offset, int value) {
        if (offset == 0) {
            words.put(new Key(0, -1, 0), value & (vm.vgic().isV3() ? 2 : 1));
        } else if (offset == 8) {
            KernelError.requireValid(value == IIDR);
        }
    }

    /** vgic_mmio_read_v3r_typer: affinity, number, whether it is the last. */
    private int typer(GuestVcpu vcpu, boolean high) {
        if (high) {
            return vcpu.affinity();
        }
        int index = vm.vcpus().indexOf(vcpu);
        boolean last = index == vm.vcpus().size() - 1;
        return index << 8 | (last ? 1 << 4 : 0) | (vm.hasIts() ? 1 : 0);
    }

    /** A system register of the CPU interface, by its encoding; ENOENT or ENXIO if it is none. */
    void requireSystemRegister(int encoding, Errno otherwise) {
        KernelError.require(SYSTEM_REGISTERS.contains(encoding), otherwise);
    }

    long getSystemRegister(GuestVcpu vcpu, int encoding) {
        requireSystemRegister(encoding, Errno.ENOENT);
        long atStart = encoding == ICC_SRE ? ICC_SRE_VALUE : 0;
        return systemRegisters.getOrDefault(new Key(0, vcpu.id(), encoding), atStart);
    }

    void setSystemRegister(GuestVcpu vcpu, int encoding, long value) {
        requireSystemRegister(encoding, Errno.ENOENT);
        KernelError.requireValid(encoding != ICC_SRE || value == ICC_SRE_VALUE);
        systemRegisters.put(new Key(0, vcpu.id(), encoding), value);
    }

    /**
     * Levels of input lines: SPIs once for all, PPIs for each vCPU, and SGIs have none. Of a line that is an edge the level
     * is kept, and not shown (vgic_read_irq_line_level_info).
     */
    int getLevels(GuestVcpu vcpu, int first) {
        int shown = 0;
        int all = levels.getOrDefault(levelsKey(vcpu, first), 0);
        for (int i = 0; i < 32; i++) {
            if ((all & 1 << i) != 0 && (first == 0 || isLevel(first + i))) {
                shown |= 1 << i;
            }
        }
        return shown;
    }

    private boolean isLevel(int irq) {
        long offset = CONFIGURATION + irq / 16 * 4;
        int configuration = word(new Key(ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS, -1, offset));
        return (configuration & 2 << irq % 16 * 2) == 0;
    }

    void setLevels(GuestVcpu vcpu, int first, int value) {
        if (first < vm.vgic().irqs()) {
            levels.put(levelsKey(vcpu, first), first == 0 ? value & 0xffff_0000 : value);
        }
    }

    private static Key levelsKey(GuestVcpu vcpu, int first) {
        return new Key(0, first == 0 ? vcpu.id() : -1, first);
    }
}
