// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;

/**
 * The selector and the data register. A read of the data register gives the next bytes of the selected item, in their
 * order in memory whatever the width.
 *
 * <p>It is read at its own offset only: QEMU answers 0 at those behind it. So an access of 8 bytes must be one access,
 * which it is not on a trapped region.
 */
final class DataRegister {
    private static final int SKIP_CHUNK = 4096;

    private final Region registers;
    private final RegisterLayout layout;
    private final int widest;

    DataRegister(Region registers, RegisterLayout layout) {
        this.registers = registers;
        this.layout = layout;
        boolean mapped = registers.access().kind() == RegionAccess.Kind.MAPPED;
        this.widest = Math.min(layout.dataWidth(), mapped ? 8 : 4);
    }

    /** Begins to read an item. */
    void select(int key) {
        int value = registers.byteOrder() == layout.selectorOrder() ? key : Short.reverseBytes((short) key) & 0xffff;
        registers.write16(layout.control(), value);
    }

    /** Reads the next bytes, and not one more: the next read goes on behind them. */
    void read(byte[] to, int start, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(to, start, length).order(registers.byteOrder());
        for (int width = widest; width > 0; width /= 2) {
            while (bytes.remaining() >= width) {
                readOnce(bytes, width);
            }
        }
    }

    private void readOnce(ByteBuffer to, int width) {
        switch (width) {
            case 8 -> to.putLong(registers.read64(layout.data()));
            case 4 -> to.putInt(registers.read32(layout.data()));
            case 2 -> to.putShort((short) registers.read16(layout.data()));
            default -> to.put((byte) registers.read8(layout.data()));
        }
    }

    /** Reads bytes that nobody wants: the register interface has no other way to go forward. */
    void skip(long count) {
        byte[] unwanted = new byte[(int) Math.min(count, SKIP_CHUNK)];
        for (long left = count; left > 0; left -= unwanted.length) {
            read(unwanted, 0, (int) Math.min(left, unwanted.length));
        }
    }
}
