// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.vfio4j.devtree.DeviceTreeException;

/** The numbers of the format (Devicetree Specification 0.4, 5.2 to 5.4; {@code fdt.h} of libfdt). */
final class FdtFormat {
    static final int MAGIC = 0xd00dfeed;
    static final int FIRST_VERSION = 2;
    static final int LAST_VERSION = 17;
    /** What a writer of version 17 states: a reader of version 16 can read the blob. */
    static final int LAST_COMPATIBLE_VERSION = 16;

    /** Header size of version 17 and later. */
    static final int HEADER_SIZE = 40;

    static final int RESERVATION_SIZE = 16;
    static final int RESERVATION_ALIGNMENT = 8;
    static final int TOKEN_SIZE = 4;

    static final int BEGIN_NODE = 1;
    static final int END_NODE = 2;
    static final int PROP = 3;
    static final int NOP = 4;
    static final int END = 9;

    /** Token, value length and name offset, which come before the value of a property. */
    static final int PROPERTY_HEADER_SIZE = 12;

    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private FdtFormat() {}

    static int u32(byte[] blob, int at) {
        return (int) U32.get(blob, at);
    }

    static long u64(byte[] blob, int at) {
        return (long) U64.get(blob, at);
    }

    static int alignToToken(int offset) {
        return (offset + TOKEN_SIZE - 1) & -TOKEN_SIZE;
    }

    static DeviceTreeException malformed(DeviceTreeException.Kind kind, long offset, String detail) {
        return new DeviceTreeException(kind, "byte 0x" + Long.toHexString(offset), detail);
    }
}
