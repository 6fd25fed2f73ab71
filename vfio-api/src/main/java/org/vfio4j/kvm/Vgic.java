// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.vfio.VfioException;

/** What a GICv2, a GICv3 and an ITS check alike before the kernel does. */
final class Vgic {
    private static final int SMALLEST_COUNT = 64;

    /** The documentation says 1024, but vgic_set_common_attr refuses more than VGIC_MAX_RESERVED, 1023. */
    private static final int LARGEST_COUNT = 992;

    private Vgic() {}

    /** vgic_set_common_attr of {@code arch/arm64/kvm/vgic/vgic-kvm-device.c}. */
    static void setIrqCount(KvmDevice gic, KvmAttribute attribute, int count) throws VfioException {
        if (count < SMALLEST_COUNT || count > LARGEST_COUNT || count % 32 != 0) {
            throw new IllegalArgumentException(
                    "expected a multiple of 32 from 64 to 992 interrupts for " + attribute + ", got " + count);
        }
        gic.attributes().set(attribute, count);
    }

    /** vgic_check_iorange of the same. How many bits an address has is for the kernel to say. */
    static void setAddress(KvmDevice gic, KvmAttribute attribute, long address, long alignment) throws VfioException {
        if (address % alignment != 0) {
            throw new IllegalArgumentException("expected an address that is a multiple of 0x"
                    + Long.toHexString(alignment) + " for " + attribute + ", got 0x" + Long.toHexString(address));
        }
        gic.attributes().set(attribute, address);
    }
}
