// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.ArmVgicFlags;

/**
 * How far a VM is, as far as it went through this library: what decides which attributes are still, or already, legal.
 * One for a VM, its vCPUs and its devices. Only grows, so a value that was read a moment ago is not wrong in a harmful way:
 * the kernel has the last word.
 */
final class VmProgress {
    private volatile int vcpus;
    private volatile boolean initialized;
    private volatile boolean running;

    /**
     * Refuses when no vCPU can be made any more (kvm_arch_vcpu_precreate of {@code arch/arm64/kvm/arm.c}).
     *
     * @throws IllegalStateException if the interrupt controller is initialized
     */
    void requireVcpusPossible() {
        if (initialized) {
            throw new IllegalStateException(
                    "expected all vCPUs to be made before the interrupt controller is initialized"
                            + " (CTRL/INIT), got a further one after " + vcpus);
        }
    }

    synchronized void vcpuCreated() {
        vcpus++;
    }

    /** Called before each run of a vCPU, so it is no more than a read but for the first time. */
    void vcpuRuns() {
        if (!running) {
            running = true;
        }
    }

    /** Notes what setting an attribute changed. */
    void noteSet(AttributeOwner owner, int group, long number) {
        if (isInit(VgicV3Attributes.INIT, owner, group, number)
                || isInit(VgicV2Attributes.INIT, owner, group, number)) {
            initialized = true;
        }
        noteGot(owner, group);
    }

    /** Notes what getting an attribute changed: an access to a register initializes a GICv2. */
    void noteGot(AttributeOwner owner, int group) {
        if (owner == KvmDeviceType.VGIC_V2
                && (group == ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS
                        || group == ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_REGS)) {
            initialized = true;
        }
    }

    private static boolean isInit(KvmAttribute init, AttributeOwner owner, int group, long number) {
        return owner == init.owner() && group == init.group() && number == init.number();
    }

    /** What is in the way of a phase, as "got"; null if nothing is. */
    String obstacleTo(AttributePhase phase) {
        return switch (phase) {
            case ANY, AFTER_ADDRESS -> null;
            case AFTER_VCPUS -> vcpus > 0 ? null : "none so far, and Linux makes no vCPU after it";
            case BEFORE_INIT -> initialized ? "one that is" : running ? "one of which a vCPU has run" : null;
            case AFTER_INIT -> initialized ? null : "one that is not";
            case BEFORE_RUN -> running ? "one that has" : null;
        };
    }
}
