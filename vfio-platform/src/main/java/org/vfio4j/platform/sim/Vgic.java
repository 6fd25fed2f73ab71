// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.kvm.VgicV3;
import org.vfio4j.kvm.abi.ArmVgicFlags;
import org.vfio4j.linux.Errno;

/** The interrupt controller of a VM, a GICv2 or GICv3: struct vgic_dist. It belongs to the VM, not to the device file. */
final class Vgic {
    /** VGIC_ADDR_UNDEF. */
    static final long UNDEFINED = -1;

    /** SGIs and PPIs. */
    static final int PRIVATE_IRQS = 32;

    private static final int DEFAULT_SPIS = 256 - PRIVATE_IRQS;
    /** VGIC_MAX_RESERVED; the documentation says 1024, which is refused. */
    private static final int LARGEST_COUNT = 1023;

    private static final int GICV2_ALIGNMENT = 0x1000;
    private static final int GICV3_ALIGNMENT = 0x1_0000;

    private final GuestVm vm;
    private final boolean v3;
    private final RedistributorRegions redistributors;
    private final VgicRegisters registers;

    private long distributor = UNDEFINED;
    private long cpuInterface = UNDEFINED;
    private int spis;
    private boolean initialized;
    private boolean ready;

    Vgic(GuestVm vm, boolean v3) {
        this.vm = vm;
        this.v3 = v3;
        this.redistributors = new RedistributorRegions(vm);
        this.registers = new VgicRegisters(vm);
    }

    boolean isV3() {
        return v3;
    }

    boolean isInitialized() {
        return initialized;
    }

    int irqs() {
        return spis + PRIVATE_IRQS;
    }

    VgicRegisters registers() {
        return registers;
    }

    RedistributorRegions redistributors() {
        return redistributors;
    }

    long distributor() {
        return distributor;
    }

    long cpuInterface() {
        return cpuInterface;
    }

    void setDistributor(long address) {
        KernelError.require(distributor == UNDEFINED, Errno.EEXIST);
        if (v3) {
            vm.requireRange(address, VgicV3.DISTRIBUTOR_SIZE, GICV3_ALIGNMENT);
        } else {
            vm.requireRange(address, ArmVgicFlags.KVM_VGIC_V2_DIST_SIZE, GICV2_ALIGNMENT);
        }
        distributor = address;
    }

    void setCpuInterface(long address) {
        KernelError.require(cpuInterface == UNDEFINED, Errno.EEXIST);
        vm.requireRange(address, ArmVgicFlags.KVM_VGIC_V2_CPU_SIZE, GICV2_ALIGNMENT);
        cpuInterface = address;
    }

    void setIrqs(int count) {
        KernelError.requireValid(Integer.compareUnsigned(count, PRIVATE_IRQS + 32) >= 0
                && Integer.compareUnsigned(count, LARGEST_COUNT) <= 0
                && count % 32 == 0);
        KernelError.require(spis == 0, Errno.EBUSY);
        spis = count - PRIVATE_IRQS;
    }

    /** vgic_init; again it does nothing. */
    void initialize() {
        if (!initialized && spis == 0) {
            spis = DEFAULT_SPIS;
        }
        initialized = true;
    }

    void placeRedistributor(GuestVcpu vcpu) {
        if (v3) {
            redistributors.place(vcpu, distributor);
        }
    }

    /** kvm_vgic_map_resources. */
    void mapResources() {
        if (ready) {
            return;
        }
        if (v3) {
            for (GuestVcpu vcpu : vm.vcpus()) {
                KernelError.require(vcpu.redistributor() != null, Errno.ENXIO);
            }
            KernelError.require(distributor != UNDEFINED, Errno.ENXIO);
            redistributors.requireConsistent(distributor);
            KernelError.require(initialized, Errno.EBUSY);
        } else {
            KernelError.require(distributor != UNDEFINED && cpuInterface != UNDEFINED, Errno.ENXIO);
            KernelError.requireValid(distributor + ArmVgicFlags.KVM_VGIC_V2_DIST_SIZE <= cpuInterface
                    || cpuInterface + ArmVgicFlags.KVM_VGIC_V2_CPU_SIZE <= distributor);
            initialize();
        }
        ready = true;
    }
}
