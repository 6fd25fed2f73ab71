// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Memory for the structures that ioctls take: direct, in native byte order, zeroed. */
public final class Structs {
    private Structs() {}

    /** {@return a structure of the given size} */
    public static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** {@return a structure of the given size whose first member is {@code argsz}, already filled in} */
    public static ByteBuffer withArgsz(int bytes) {
        return allocate(bytes).putInt(0, bytes);
    }

    /** {@return an int that the kernel gets the address of} */
    public static ByteBuffer ofInt(int value) {
        return allocate(Integer.BYTES).putInt(0, value);
    }

    /** {@return a text as C has it} */
    public static ByteBuffer ofString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return allocate(bytes.length + 1).put(0, bytes);
    }
}
