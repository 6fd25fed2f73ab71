// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.KvmFlags;

/** What a memory slot can be besides memory. */
public enum MemoryFlag {
    /** KVM logs which pages the guest writes. */
    LOG_DIRTY_PAGES(KvmFlags.KVM_MEM_LOG_DIRTY_PAGES),
    /** The guest can only read; a write of it is {@link ExitReason#MMIO}. Needs {@link KvmCapability#READONLY_MEM}. */
    READ_ONLY(KvmFlags.KVM_MEM_READONLY);

    private final int bit;

    MemoryFlag(int bit) {
        this.bit = bit;
    }

    static int bitsOf(MemoryFlag... flags) {
        int bits = 0;
        for (MemoryFlag flag : flags) {
            bits |= flag.bit;
        }
        return bits;
    }
}
