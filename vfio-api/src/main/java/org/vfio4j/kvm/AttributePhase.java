// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * When in a VM's life an attribute may be set. Linux enforces most of this with an errno that says little, and some of
 * it not at all: the initialization of a GICv3 without vCPUs succeeds, and no vCPU can be made afterwards.
 */
public enum AttributePhase {
    /** Always. */
    ANY("at any time", "nothing"),
    /** When the VM has all its vCPUs. */
    AFTER_VCPUS("after the vCPUs", "the VM to have all its vCPUs"),
    /** Before the interrupt controller is initialized. */
    BEFORE_INIT("before INIT", "an interrupt controller that is not initialized (CTRL/INIT)"),
    /** After the interrupt controller was initialized. */
    AFTER_INIT("after INIT", "an interrupt controller that is initialized (CTRL/INIT)"),
    /** Before any vCPU runs. */
    BEFORE_RUN("before the first run", "no vCPU to have run"),
    /** After the address of the ITS was set. */
    AFTER_ADDRESS("after the address", "the address of the ITS (ADDR/ITS)");

    private final String words;
    private final String expected;

    AttributePhase(String words, String expected) {
        this.words = words;
        this.expected = expected;
    }

    /** What has to be the case, for messages. */
    String expected() {
        return expected;
    }

    @Override
    public String toString() {
        return words;
    }
}
