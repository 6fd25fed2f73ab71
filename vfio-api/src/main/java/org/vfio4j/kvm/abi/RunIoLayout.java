// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The member {@code io} of {@code struct kvm_run}, for {@link KvmFlags#KVM_EXIT_IO}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_run", within = "io")
public final class RunIoLayout {
    /** u8: {@code KVM_EXIT_IO_}. */
    public static final int DIRECTION = 32;

    /** u8: bytes of one access, 1, 2 or 4. */
    public static final int SIZE_AT = 33;

    /** u16: which port. */
    public static final int PORT = 34;

    /** u32: how many accesses. */
    public static final int COUNT = 36;

    /** u64: where their values are, from the beginning of {@code struct kvm_run}. */
    public static final int DATA_OFFSET = 40;

    private RunIoLayout() {}
}
