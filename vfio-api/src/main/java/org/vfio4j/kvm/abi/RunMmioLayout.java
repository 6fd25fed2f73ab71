// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code mmio} of {@code struct kvm_run}, for {@link KvmFlags#KVM_EXIT_MMIO}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_run", within = "mmio")
public final class RunMmioLayout {
    /** u64: guest physical address. */
    public static final int PHYS_ADDR = 32;

    /** u8 eight times: the value as in memory; in for a read. */
    public static final int DATA = 40;

    /** u32: bytes, 1 to 8. */
    public static final int LEN = 48;

    /** u8: 1 for a write. */
    public static final int IS_WRITE = 52;

    private RunMmioLayout() {}
}
