// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * The kernel's part of a trapped region, over qtest: the descriptor's offsets are guest-physical addresses or I/O ports. As
 * vfio-platform does, an access is split into those of 4, 2 and 1 bytes that are aligned ({@code
 * vfio_platform_read_mmio} of {@code drivers/vfio/platform/vfio_platform_common.c}).
 */
final class QtestSyscalls implements LinuxSyscalls {
    static final int DESCRIPTOR = 3;

    private final Qtest qtest;
    private final Qtest.Space space;

    QtestSyscalls(Qtest qtest, Qtest.Space space) {
        this.qtest = qtest;
        this.space = space;
    }

    @Override
    public int pread(int fd, ByteBuffer buffer, long offset) {
        ByteBuffer to = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (long at = offset; to.hasRemaining(); ) {
                int width = width(at, to.remaining());
                put(to, width, qtest.read(space, at, width));
                at += width;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.remaining();
    }

    @Override
    public int pwrite(int fd, ByteBuffer buffer, long offset) {
        ByteBuffer from = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (long at = offset; from.hasRemaining(); ) {
                int width = width(at, from.remaining());
                qtest.write(space, at, width, get(from, width));
                at += width;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.remaining();
    }

    private static int width(long offset, int left) {
        int width = 4;
        while (width > left || offset % width != 0) {
            width /= 2;
        }
        return width;
    }

    private static void put(ByteBuffer to, int width, long value) {
        switch (width) {
            case 4 -> to.putInt((int) value);
            case 2 -> to.putShort((short) value);
            default -> to.put((byte) value);
        }
    }

    private static long get(ByteBuffer from, int width) {
        return switch (width) {
            case 4 -> Integer.toUnsignedLong(from.getInt());
            case 2 -> Short.toUnsignedLong(from.getShort());
            default -> Byte.toUnsignedLong(from.get());
        };
    }

    @Override
    public int close(int fd) {
        return 0;
    }

    @Override
    public int pageSize() {
        return 4096;
    }

    @Override
    public int open(String path, int flags) {
        throw none();
    }

    @Override
    public int ioctl(int fd, int request, long argument) {
        throw none();
    }

    @Override
    public int ioctl(int fd, int request, ByteBuffer argument) {
        throw none();
    }

    @Override
    public int read(int fd, ByteBuffer buffer) {
        throw none();
    }

    @Override
    public int write(int fd, ByteBuffer buffer) {
        throw none();
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        throw none();
    }

    @Override
    public int munmap(long address, long length) {
        throw none();
    }

    @Override
    public ByteBuffer memory(long address, int length) {
        throw none();
    }

    @Override
    public long addressOf(ByteBuffer buffer) {
        throw none();
    }

    @Override
    public int eventfd(int initialValue, int flags) {
        throw none();
    }

    @Override
    public int poll(ByteBuffer descriptors, int timeoutMillis) {
        throw none();
    }

    private static UnsupportedOperationException none() {
        return new UnsupportedOperationException("the bench has registers, and no kernel");
    }
}
