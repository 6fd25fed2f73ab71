// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.Arrays;
import org.vfio4j.kvm.abi.KvmFlags;

/** Why a vCPU stopped. */
public enum ExitReason {
    /** The guest accessed an address without memory: {@link Vcpu#mmio}. */
    MMIO(KvmFlags.KVM_EXIT_MMIO),
    /** The guest accessed an I/O port of x86: {@link Vcpu#io}. */
    IO(KvmFlags.KVM_EXIT_IO),
    /** The guest of x86 waits for an interrupt, and KVM has no interrupt controller that could bring one. */
    HLT(KvmFlags.KVM_EXIT_HLT),
    /** {@link Vcpu#kick}, or a signal to the thread. */
    INTERRUPTED(KvmFlags.KVM_EXIT_INTR),
    /** The guest asked for power off or reset: {@link Vcpu#systemEvent}. */
    SYSTEM_EVENT(KvmFlags.KVM_EXIT_SYSTEM_EVENT),
    /** The guest of x86 shut down, such as by a triple fault. */
    SHUTDOWN(KvmFlags.KVM_EXIT_SHUTDOWN),
    /** An access of an arm64 guest that the processor does not decode: {@link Vcpu#undecodedAccess}. */
    ARM_NISV(KvmFlags.KVM_EXIT_ARM_NISV),
    /** KVM gave up: {@link Vcpu#internalError}. */
    INTERNAL_ERROR(KvmFlags.KVM_EXIT_INTERNAL_ERROR),
    /** The processor refused the guest's state: {@link Vcpu#entryFailure}. */
    FAIL_ENTRY(KvmFlags.KVM_EXIT_FAIL_ENTRY),
    /** Anything else: {@link Vcpu#exitNumber}. */
    OTHER(-1);

    private static final ExitReason[] BY_NUMBER = byNumber();

    private final int number;

    ExitReason(int number) {
        this.number = number;
    }

    /** {@return the reason that {@code kvm_run} has the number of} */
    static ExitReason of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : OTHER;
    }

    private static ExitReason[] byNumber() {
        int last = 0;
        for (ExitReason reason : values()) {
            last = Math.max(last, reason.number);
        }
        ExitReason[] table = new ExitReason[last + 1];
        Arrays.fill(table, OTHER);
        for (ExitReason reason : values()) {
            if (reason != OTHER) {
                table[reason.number] = reason;
            }
        }
        return table;
    }
}
