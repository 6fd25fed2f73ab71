// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** A vCPU of the simulated KVM: struct kvm_vcpu of arm64, as far as it is configured and not run. */
final class GuestVcpu {
    /** INVALID_GPA. */
    static final long NOWHERE = -1;

    private final GuestVm vm;
    private final int id;
    private boolean initialized;
    private boolean ran;
    private long stolenTime = NOWHERE;
    private RedistributorRegions.Region redistributor;

    GuestVcpu(GuestVm vm, int id) {
        this.vm = vm;
        this.id = id;
    }

    GuestVm vm() {
        return vm;
    }

    int id() {
        return id;
    }

    boolean isInitialized() {
        return initialized;
    }

    /** KVM_ARM_VCPU_INIT. */
    void initialize() {
        initialized = true;
    }

    boolean hasRun() {
        return ran;
    }

    void setRan() {
        ran = true;
    }

    /** The affinity as attributes have it, level 3 on top. reset_mpidr sets it, so before it is 0. */
    int affinity() {
        return initialized ? (id >> 12 & 0xff) << 16 | (id >> 4 & 0xff) << 8 | id & 0xf : 0;
    }

    /** Where the redistributor is; null if it is nowhere. */
    RedistributorRegions.Region redistributor() {
        return redistributor;
    }

    void setRedistributor(RedistributorRegions.Region region) {
        redistributor = region;
    }

    long stolenTime() {
        return stolenTime;
    }

    void setStolenTime(long address) {
        stolenTime = address;
    }
}
