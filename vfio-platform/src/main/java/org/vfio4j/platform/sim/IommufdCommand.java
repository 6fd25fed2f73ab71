// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.vfio4j.linux.Errno;

/**
 * The structure of a call to an iommufd, copied from the user (copy_struct_from_user): what the user left out is 0, and
 * what the kernel does not know must be 0.
 */
final class IommufdCommand {
    private final UserBuffer user;
    private final int userSize;
    private final ByteBuffer copy;

    private IommufdCommand(UserBuffer user, int userSize, ByteBuffer copy) {
        this.user = user;
        this.userSize = userSize;
        this.copy = copy;
    }

    /** EFAULT if it cannot be reached, EINVAL if it is too short, E2BIG if there is something behind what is known. */
    static IommufdCommand of(UserBuffer user, int minimum, int size) {
        long userSize = Integer.toUnsignedLong(user.getInt(0));
        KernelError.requireValid(userSize >= minimum);
        for (long i = size; i < userSize; i++) {
            user.require(i + 1);
            KernelError.require(user.getByte((int) i) == 0, Errno.E2BIG);
        }
        int known = (int) Math.min(userSize, size);
        ByteBuffer copy = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        for (int i = 0; i < known; i++) {
            copy.put(i, user.getByte(i));
        }
        return new IommufdCommand(user, known, copy);
    }

    int getInt(int offset) {
        return copy.getInt(offset);
    }

    int getByte(int offset) {
        return copy.get(offset);
    }

    int getShort(int offset) {
        return copy.getShort(offset);
    }

    long getLong(int offset) {
        return copy.getLong(offset);
    }

    void putInt(int offset, int value) {
        copy.putInt(offset, value);
    }

    void putLong(int offset, long value) {
        copy.putLong(offset, value);
    }

    /** Copies the structure back. */
    void respond() {
        user.put(0, Arrays.copyOf(copy.array(), userSize));
    }

    /** Copies one member back. */
    void respondLong(int offset) {
        user.putLong(offset, copy.getLong(offset));
    }
}
