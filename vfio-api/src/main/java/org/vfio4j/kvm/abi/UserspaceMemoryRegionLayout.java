// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_userspace_memory_region}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_userspace_memory_region")
public final class UserspaceMemoryRegionLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** u32: which slot. */
    public static final int SLOT = 0;

    /** u32: {@code KVM_MEM_}. */
    public static final int FLAGS = 4;

    /** u64: guest physical address. */
    public static final int GUEST_PHYS_ADDR = 8;

    /** u64: bytes, 0 to remove the slot. */
    public static final int MEMORY_SIZE = 16;

    /** u64: address in this process. */
    public static final int USERSPACE_ADDR = 24;

    private UserspaceMemoryRegionLayout() {}
}
