// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct kvm_msi}. */
@Uapi(header = "linux/kvm.h", struct = "kvm_msi")
public final class MsiLayout {
    /** Bytes. */
    public static final int SIZE = 32;

    /** u32: the doorbell, low half. */
    public static final int ADDRESS_LO = 0;

    /** u32: high half. */
    public static final int ADDRESS_HI = 4;

    /** u32: what is written. */
    public static final int DATA = 8;

    /** u32: bit 0, the device's id is valid. */
    public static final int FLAGS = 12;

    /** u32: the device's id. */
    public static final int DEVID = 16;

    private MsiLayout() {}
}
