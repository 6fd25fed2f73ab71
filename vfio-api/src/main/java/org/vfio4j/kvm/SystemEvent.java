// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * What a guest asked of its machine, on arm64 by PSCI.
 *
 * @param type what
 * @param number {@code KVM_SYSTEM_EVENT_} in {@code linux/kvm.h}
 * @param flags of the architecture
 */
public record SystemEvent(Type type, int number, long flags) {
    /** What a guest asks for. */
    public enum Type {
        /** Power off. */
        SHUTDOWN,
        /** Reset. */
        RESET,
        /** The guest says that it crashed. */
        CRASH,
        /** Anything else: {@link SystemEvent#number}. */
        OTHER
    }
}
