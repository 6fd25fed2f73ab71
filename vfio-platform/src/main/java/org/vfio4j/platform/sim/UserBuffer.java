// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.vfio4j.linux.Errno;

/** Memory of the user at the address that a system call got. An access outside it is EFAULT, as copy_from_user's. */
final class UserBuffer {
    /** Address 0, or any that leads to nothing. */
    static final UserBuffer NOTHING = new UserBuffer(ByteBuffer.allocate(0));

    private final ByteBuffer bytes;

    private UserBuffer(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.nativeOrder());
    }

    /** The bytes from position to limit. */
    static UserBuffer of(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a system call needs a direct buffer, and got " + buffer);
        }
        return new UserBuffer(buffer.slice());
    }

    int length() {
        return bytes.capacity();
    }

    /** Refuses with EFAULT unless this many bytes can be reached. */
    void require(long length) {
        KernelError.require(length <= bytes.capacity(), Errno.EFAULT);
    }

    private void requireWritable(long length) {
        KernelError.require(!bytes.isReadOnly(), Errno.EFAULT);
        require(length);
    }

    byte getByte(int offset) {
        require(offset + 1L);
        return bytes.get(offset);
    }

    short getShort(int offset) {
        require(offset + 2L);
        return bytes.getShort(offset);
    }

    int getInt(int offset) {
        require(offset + 4L);
        return bytes.getInt(offset);
    }

    long getLong(int offset) {
        require(offset + 8L);
        return bytes.getLong(offset);
    }

    void putByte(int offset, int value) {
        requireWritable(offset + 1L);
        bytes.put(offset, (byte) value);
    }

    void putShort(int offset, int value) {
        requireWritable(offset + 2L);
        bytes.putShort(offset, (short) value);
    }

    void putInt(int offset, int value) {
        requireWritable(offset + 4L);
        bytes.putInt(offset, value);
    }

    void putLong(int offset, long value) {
        requireWritable(offset + 8L);
        bytes.putLong(offset, value);
    }

    void put(int offset, byte[] value) {
        requireWritable((long) offset + value.length);
        bytes.put(offset, value);
    }

    /** The NUL-terminated string at the start; EINVAL if it is longer than a limit (the kernel's strndup_user). */
    String getString(int limit) {
        for (int i = 0; i < limit; i++) {
            if (getByte(i) == 0) {
                byte[] text = new byte[i];
                bytes.get(0, text);
                return new String(text, StandardCharsets.UTF_8);
            }
        }
        throw new KernelError(Errno.EINVAL);
    }
}
