// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V2_ADDR_TYPE_CPU;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V2_ADDR_TYPE_DIST;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V3_ADDR_TYPE_DIST;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V3_ADDR_TYPE_REDIST;
import static org.vfio4j.kvm.abi.ArmVgicFlags.KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION;

import org.vfio4j.platform.sim.KvmDeviceFile.Attribute;

/** The group ADDR of a GIC: kvm_vgic_addr of {@code vgic-kvm-device.c}. */
final class VgicAddresses {
    private static final long BASE_MASK = 0x000f_ffff_ffff_0000L;
    private static final int INDEX_MASK = 0xfff;
    private static final int FLAGS_MASK = 0xf000;
    private static final int COUNT_SHIFT = 52;

    private VgicAddresses() {}

    /** Refuses with ENXIO what a GIC of this version does not have. */
    static void require(Vgic vgic, long number) {
        boolean known = vgic.isV3()
                ? number == KVM_VGIC_V3_ADDR_TYPE_DIST
                        || number == KVM_VGIC_V3_ADDR_TYPE_REDIST
                        || number == KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION
                : number == KVM_VGIC_V2_ADDR_TYPE_DIST || number == KVM_VGIC_V2_ADDR_TYPE_CPU;
        if (!known) {
            throw KvmDeviceFile.unknown();
        }
    }

    static void set(Vgic vgic, Attribute attribute) {
        long address = attribute.value().getLong(0);
        require(vgic, attribute.number());
        switch ((int) attribute.number()) {
            case KVM_VGIC_V2_ADDR_TYPE_DIST, KVM_VGIC_V3_ADDR_TYPE_DIST -> vgic.setDistributor(address);
            case KVM_VGIC_V2_ADDR_TYPE_CPU -> vgic.setCpuInterface(address);
            case KVM_VGIC_V3_ADDR_TYPE_REDIST -> vgic.redistributors().add(0, address, 0, vgic.distributor());
            default -> addRegion(vgic, address);
        }
    }

    private static void addRegion(Vgic vgic, long word) {
        int count = (int) (word >>> COUNT_SHIFT);
        KernelError.requireValid(count != 0 && (word & FLAGS_MASK) == 0);
        vgic.redistributors().add(index(word), word & BASE_MASK, count, vgic.distributor());
    }

    /** The index of a word, of which Linux keeps 8 bits. */
    private static int index(long word) {
        return (int) word & INDEX_MASK & 0xff;
    }

    static void get(Vgic vgic, Attribute attribute) {
        long asked = attribute.number() == KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION
                ? attribute.value().getLong(0)
                : 0;
        require(vgic, attribute.number());
        attribute
                .value()
                .putLong(
                        0,
                        switch ((int) attribute.number()) {
                            case KVM_VGIC_V2_ADDR_TYPE_DIST, KVM_VGIC_V3_ADDR_TYPE_DIST -> vgic.distributor();
                            case KVM_VGIC_V2_ADDR_TYPE_CPU -> vgic.cpuInterface();
                            case KVM_VGIC_V3_ADDR_TYPE_REDIST ->
                                vgic.redistributors().first();
                            default -> {
                                RedistributorRegions.Region region =
                                        vgic.redistributors().get(index(asked));
                                yield index(asked) | region.base() | (long) region.count() << COUNT_SHIFT;
                            }
                        });
    }
}
