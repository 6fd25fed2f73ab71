// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.vfio4j.kvm.abi.KvmFlags;

/** The types of devices that {@code KVM_CREATE_DEVICE} knows ({@code linux/kvm.h}, enum kvm_device_type). */
public enum KvmDeviceType implements AttributeOwner {
    /** An interrupt controller of PowerPC. */
    FSL_MPIC_20(KvmFlags.KVM_DEV_TYPE_FSL_MPIC_20),
    /** An interrupt controller of PowerPC. */
    FSL_MPIC_42(KvmFlags.KVM_DEV_TYPE_FSL_MPIC_42),
    /** An interrupt controller of PowerPC. */
    XICS(KvmFlags.KVM_DEV_TYPE_XICS),
    /** What tells KVM of VFIO's groups and devices: {@link KvmVfio}. */
    VFIO(KvmFlags.KVM_DEV_TYPE_VFIO),
    /** GICv2, an interrupt controller of arm64: {@link VgicV2}. */
    VGIC_V2(KvmFlags.KVM_DEV_TYPE_ARM_VGIC_V2),
    /** The floating interrupt controller of s390. */
    FLIC(KvmFlags.KVM_DEV_TYPE_FLIC),
    /** GICv3, an interrupt controller of arm64: {@link VgicV3}. */
    VGIC_V3(KvmFlags.KVM_DEV_TYPE_ARM_VGIC_V3),
    /** What turns messages into interrupts of a GICv3: {@link VgicIts}. */
    VGIC_ITS(KvmFlags.KVM_DEV_TYPE_ARM_VGIC_ITS),
    /** An interrupt controller of PowerPC. */
    XIVE(KvmFlags.KVM_DEV_TYPE_XIVE),
    /** A number that was reserved for stolen time of arm64, which became an attribute of VCPUs. */
    ARM_PV_TIME(KvmFlags.KVM_DEV_TYPE_ARM_PV_TIME),
    /** An interrupt controller of RISC-V. */
    RISCV_AIA(KvmFlags.KVM_DEV_TYPE_RISCV_AIA);

    private final int number;

    KvmDeviceType(int number) {
        this.number = number;
    }

    /** {@return the number of {@code KVM_DEV_TYPE_}, from 1} */
    public int number() {
        return number;
    }

    /**
     * The type of a number.
     *
     * @param number the number
     * @return the type, empty if this library does not know it
     */
    public static Optional<KvmDeviceType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** {@return the attributes that this library knows, one for each register group; empty for types it does not drive} */
    @Override
    public List<KvmAttribute> attributes() {
        return switch (this) {
            case VFIO -> VfioAttributes.ALL;
            case VGIC_V2 -> VgicV2Attributes.ALL;
            case VGIC_V3 -> VgicV3Attributes.ALL;
            case VGIC_ITS -> ItsAttributes.ALL;
            default -> List.of();
        };
    }

    @Override
    public String label() {
        return name();
    }
}
