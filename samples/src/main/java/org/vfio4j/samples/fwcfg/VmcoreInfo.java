// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a guest writes into {@code etc/vmcoreinfo}: where QEMU finds the notes that a dump of the guest's memory needs
 * ({@code struct fw_cfg_vmcoreinfo} of {@code include/uapi/linux/qemu_fw_cfg.h}).
 *
 * @param hostFormat what the host takes, 0 to 0xffff; a guest leaves it as it is
 * @param guestFormat what the notes are, 0 to 0xffff: {@link #NONE} or {@link #ELF}
 * @param size bytes of the notes, unsigned
 * @param address physical address of the notes, unsigned
 */
public record VmcoreInfo(int hostFormat, int guestFormat, int size, long address) {
    /** There are no notes. */
    public static final int NONE = 0;

    /** An ELF note. */
    public static final int ELF = 1;

    /** Bytes of the item. */
    public static final int SIZE = 16;

    /**
     * Checks the ranges.
     *
     * @param hostFormat see above
     * @param guestFormat see above
     * @param size see above
     * @param address see above
     * @throws IllegalArgumentException if a format has more than 16 bits
     */
    public VmcoreInfo {
        if ((hostFormat & ~0xffff) != 0 || (guestFormat & ~0xffff) != 0) {
            throw new IllegalArgumentException(
                    "expected formats of 16 bits, got " + hostFormat + " and " + guestFormat);
        }
    }

    /**
     * Reads the item.
     *
     * @param bytes the item, of 16 bytes
     * @return what it says
     */
    public static VmcoreInfo of(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("expected " + SIZE + " bytes, got " + bytes.length);
        }
        ByteBuffer item = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new VmcoreInfo(
                Short.toUnsignedInt(item.getShort(0)),
                Short.toUnsignedInt(item.getShort(2)),
                item.getInt(4),
                item.getLong(8));
    }

    /** {@return the item, little-endian} */
    public byte[] bytes() {
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) hostFormat)
                .putShort((short) guestFormat)
                .putInt(size)
                .putLong(address)
                .array();
    }
}
