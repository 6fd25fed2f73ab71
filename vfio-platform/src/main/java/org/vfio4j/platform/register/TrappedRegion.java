// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * Registers that the kernel accesses for us. vfio-platform turns a pread or pwrite of 1, 2 or 4 bytes at a multiple of
 * themselves into one access of that width with {@code ioread32} and its like, which take the device to be little-endian
 * and give a number in the CPU's order ({@code vfio_platform_read_mmio} of {@code
 * drivers/vfio/platform/vfio_platform_common.c}). It has no 64-bit access: 8 bytes become two accesses.
 *
 * <p>One access at a time: the lock keeps the buffers, and lets {@link #close} wait for the access that is being made.
 */
final class TrappedRegion extends Region {
    private final FileDescriptor device;
    private final long start;
    private final Object lock = new Object();
    private final ByteBuffer one;
    private final ByteBuffer two;
    private final ByteBuffer four;

    TrappedRegion(FileDescriptor device, String name, RegionInfo info, RegionAccess access) {
        super(name, info.size(), ByteOrder.LITTLE_ENDIAN, access, info.isReadable(), info.isWritable());
        this.device = device;
        this.start = info.offset();
        this.one = ByteBuffer.allocateDirect(1);
        this.two = ByteBuffer.allocateDirect(2).order(ByteOrder.nativeOrder());
        this.four = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    }

    @Override
    public int read8(long offset) {
        checkRead(offset, 1);
        synchronized (lock) {
            read(offset, one);
            return one.get(0) & 0xff;
        }
    }

    @Override
    public int read16(long offset) {
        checkRead(offset, 2);
        short value;
        synchronized (lock) {
            read(offset, two);
            value = two.getShort(0);
        }
        return value & 0xffff;
    }

    @Override
    public int read32(long offset) {
        checkRead(offset, 4);
        int value;
        synchronized (lock) {
            read(offset, four);
            value = four.getInt(0);
        }
        return value;
    }

    @Override
    public long read64(long offset) {
        checkRead(offset, 8);
        throw noWideAccess(offset, false);
    }

    @Override
    public void write8(long offset, int value) {
        checkValue(value, 1);
        checkWrite(offset, 1);
        synchronized (lock) {
            one.put(0, (byte) value);
            write(offset, one);
        }
    }

    @Override
    public void write16(long offset, int value) {
        checkValue(value, 2);
        checkWrite(offset, 2);
        synchronized (lock) {
            two.putShort(0, (short) value);
            write(offset, two);
        }
    }

    @Override
    public void write32(long offset, int value) {
        checkWrite(offset, 4);
        synchronized (lock) {
            four.putInt(0, value);
            write(offset, four);
        }
    }

    @Override
    public void write64(long offset, long value) {
        checkWrite(offset, 8);
        throw noWideAccess(offset, true);
    }

    @Override
    public void close() {
        synchronized (lock) {
            refuseAccesses();
        }
    }

    private void read(long offset, ByteBuffer buffer) {
        requireOpen();
        int result = device.pread(buffer, start + offset);
        if (result != buffer.capacity()) {
            throw failed(Step.READ_REGION, offset, buffer.capacity(), result);
        }
    }

    private void write(long offset, ByteBuffer buffer) {
        requireOpen();
        int result = device.pwrite(buffer, start + offset);
        if (result != buffer.capacity()) {
            throw failed(Step.WRITE_REGION, offset, buffer.capacity(), result);
        }
    }

    private void requireOpen() {
        if (isClosed()) {
            throw Refusal.closed(this);
        }
    }

    private RegisterAccessException failed(Step step, long offset, int width, int result) {
        String subject = name() + " offset 0x" + Long.toHexString(offset);
        IOException cause = result < 0
                ? VfioException.of(step, subject, -result)
                : new KernelReplyException(step, subject, result + " bytes of " + width);
        return new RegisterAccessException(name(), offset, width, step == Step.WRITE_REGION, cause);
    }

    private UnsupportedOperationException noWideAccess(long offset, boolean write) {
        return new UnsupportedOperationException(RegisterAccessException.describe(name(), offset, 8, write)
                + ": the kernel would make two accesses of 32 bits of it, as the region is trapped ("
                + access().explanation() + "); make two of 32 bits in the order that the data sheet asks for");
    }
}
