// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Set;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.kvm.abi.KvmFlags;

/**
 * What KVM found at boot: the interrupt controllers that it can give to guests. They follow from the board's own, as
 * vgic_v2_probe and vgic_v3_probe of {@code arch/arm64/kvm/vgic} take it from the tree.
 *
 * @param gicV3 whether guests can have a GICv3, and ITSs with it
 * @param gicV2 whether guests can have a GICv2
 */
record KvmHost(boolean gicV3, boolean gicV2) {
    /** The bits of a guest's physical address: at most, at least, and of a VM without a type. */
    static final int IPA_LIMIT = 44;

    static final int IPA_MINIMUM = 32;
    static final int IPA_DEFAULT = 40;

    private static final int VGIC_V3_MAX_CPUS = 512;
    private static final int VGIC_V2_MAX_CPUS = 8;

    private static final Set<String> GIC_V2 = Set.of("arm,gic-400", "arm,cortex-a15-gic");

    /** A GICv3's regions that are of the GICv2 in it: GICC, GICH and GICV follow the distributor and redistributors. */
    private static final int REGIONS_WITH_V2 = 5;

    static KvmHost of(DeviceTree tree) {
        boolean v3 = false;
        boolean v2 = false;
        for (Node node : tree.nodes()) {
            if (node.compatible().contains("arm,gic-v3")) {
                v3 = true;
                v2 |= Addresses.reg(node).size() >= REGIONS_WITH_V2;
            }
            v2 |= node.compatible().stream().anyMatch(GIC_V2::contains);
        }
        return new KvmHost(v3, v2);
    }

    /** kvm_vgic_get_max_vcpus; without a GIC the same number. */
    int maxVcpus() {
        return gicV3 || !gicV2 ? VGIC_V3_MAX_CPUS : VGIC_V2_MAX_CPUS;
    }

    int maxVcpus(int vgic) {
        return vgic == KvmFlags.KVM_DEV_TYPE_ARM_VGIC_V2 ? VGIC_V2_MAX_CPUS : VGIC_V3_MAX_CPUS;
    }

    /** Whether there is a GIC at all: vgic_present. */
    boolean hasGic() {
        return gicV2 || gicV3;
    }

    /** Which types kvm_device_ops_table has. */
    boolean hasDeviceType(int type) {
        return switch (type) {
            case KvmFlags.KVM_DEV_TYPE_VFIO -> true;
            case KvmFlags.KVM_DEV_TYPE_ARM_VGIC_V2 -> gicV2;
            case KvmFlags.KVM_DEV_TYPE_ARM_VGIC_V3, KvmFlags.KVM_DEV_TYPE_ARM_VGIC_ITS -> gicV3;
            default -> false;
        };
    }

    /** kvm_vm_ioctl_check_extension_generic and that of arm64, as far as the framework asks. */
    int check(long capability, GuestVm vm) {
        return switch ((int) capability) {
            case KvmFlags.KVM_CAP_IRQCHIP -> hasGic() ? 1 : 0;
            case KvmFlags.KVM_CAP_USER_MEMORY,
                    KvmFlags.KVM_CAP_DEVICE_CTRL,
                    KvmFlags.KVM_CAP_VCPU_ATTRIBUTES,
                    KvmFlags.KVM_CAP_ONE_REG,
                    KvmFlags.KVM_CAP_IMMEDIATE_EXIT -> 1;
            case KvmFlags.KVM_CAP_NR_VCPUS -> 1;
            case KvmFlags.KVM_CAP_MAX_VCPUS -> vm == null ? maxVcpus() : vm.maxVcpus();
            case KvmFlags.KVM_CAP_NR_MEMSLOTS -> GuestVm.MEMORY_SLOTS;
            case KvmFlags.KVM_CAP_ARM_VM_IPA_SIZE -> IPA_LIMIT;
            default -> 0;
        };
    }
}
