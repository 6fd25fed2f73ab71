// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.VfioException;

/**
 * Registers that are loaded and stored.
 *
 * <p>The shapes of the accesses are no matter of taste; each is one access in the interpreter and in compiled code, on
 * x86-64 and on AArch64, and others are not:
 *
 * <ul>
 *   <li>A read is volatile, so that it is neither merged nor moved, and its value goes to a field, as the compiler leaves
 *       out a load that nobody needs, volatile or not. There is no volatile view of bytes; fences do the same for them.
 *   <li>A write is plain, as the interpreter on x86-64 makes an exchange of a volatile store, which also reads the
 *       register. The fences keep compiled code from merging it with its neighbours and from leaving out the first of
 *       two.
 * </ul>
 *
 * <p>The buffer never leaves this class. Its mapping stays until no thread can be in an access any more, see {@link
 * Mapping}.
 */
final class MappedRegion extends Region {
    private static final VarHandle SHORTS =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final Cleaner CLEANER = Cleaner.create();

    private final Mapping mapping;
    private final ByteBuffer registers;
    /** What was read last. Never read: it is there to be written. */
    @SuppressWarnings("unused")
    private int sink;

    @SuppressWarnings("unused")
    private long wideSink;

    private MappedRegion(Mapping mapping, ByteBuffer registers, String name, RegionInfo info, RegionAccess access) {
        super(name, info.size(), ByteOrder.nativeOrder(), access, info.isReadable(), info.isWritable());
        this.mapping = mapping;
        this.registers = registers.order(ByteOrder.nativeOrder());
    }

    /** Maps a region. Its registers are in the CPU's order. */
    static MappedRegion map(FileDescriptor device, String name, RegionInfo info, RegionAccess access)
            throws VfioException {
        Mapping mapping = Mapping.of(device, name, info);
        boolean made = false;
        try {
            MappedRegion region = new MappedRegion(mapping, mapping.bytes(), name, info, access);
            CLEANER.register(region, mapping::unmap);
            made = true;
            return region;
        } finally {
            if (!made) {
                mapping.unmap();
            }
        }
    }

    @Override
    public int read8(long offset) {
        checkRead(offset, 1);
        try {
            VarHandle.acquireFence();
            byte value = registers.get((int) offset);
            VarHandle.acquireFence();
            sink = value;
            checkAfterRead();
            return value & 0xff;
        } catch (InternalError abort) {
            throw aborted(offset, 1, false, abort);
        }
    }

    @Override
    public int read16(long offset) {
        checkRead(offset, 2);
        try {
            short value = (short) SHORTS.getVolatile(registers, (int) offset);
            sink = value;
            checkAfterRead();
            return value & 0xffff;
        } catch (InternalError abort) {
            throw aborted(offset, 2, false, abort);
        }
    }

    @Override
    public int read32(long offset) {
        checkRead(offset, 4);
        try {
            int value = (int) INTS.getVolatile(registers, (int) offset);
            sink = value;
            checkAfterRead();
            return value;
        } catch (InternalError abort) {
            throw aborted(offset, 4, false, abort);
        }
    }

    @Override
    public long read64(long offset) {
        checkRead(offset, 8);
        try {
            long value = (long) LONGS.getVolatile(registers, (int) offset);
            wideSink = value;
            checkAfterRead();
            return value;
        } catch (InternalError abort) {
            throw aborted(offset, 8, false, abort);
        }
    }

    @Override
    public void write8(long offset, int value) {
        checkValue(value, 1);
        checkWrite(offset, 1);
        try {
            VarHandle.releaseFence();
            registers.put((int) offset, (byte) value);
            VarHandle.releaseFence();
            keepMapping();
        } catch (InternalError abort) {
            throw aborted(offset, 1, true, abort);
        }
    }

    @Override
    public void write16(long offset, int value) {
        checkValue(value, 2);
        checkWrite(offset, 2);
        try {
            VarHandle.releaseFence();
            registers.putShort((int) offset, (short) value);
            VarHandle.releaseFence();
            keepMapping();
        } catch (InternalError abort) {
            throw aborted(offset, 2, true, abort);
        }
    }

    @Override
    public void write32(long offset, int value) {
        checkWrite(offset, 4);
        try {
            VarHandle.releaseFence();
            registers.putInt((int) offset, value);
            VarHandle.releaseFence();
            keepMapping();
        } catch (InternalError abort) {
            throw aborted(offset, 4, true, abort);
        }
    }

    @Override
    public void write64(long offset, long value) {
        checkWrite(offset, 8);
        try {
            VarHandle.releaseFence();
            registers.putLong((int) offset, value);
            VarHandle.releaseFence();
            keepMapping();
        } catch (InternalError abort) {
            throw aborted(offset, 8, true, abort);
        }
    }

    /**
     * Ends access to the device: what was mapped becomes plain memory of our own, which an access that has begun reads
     * and writes without harm. The addresses are given back when this object is unreachable, so no access can be left.
     */
    @Override
    public void close() {
        if (refuseAccesses()) {
            mapping.replace();
        }
    }

    /** A value that was read while the region was being closed may be of the memory that took its place. */
    private void checkAfterRead() {
        if (isClosed()) {
            throw Refusal.closed(this);
        }
    }

    /** The mapping does not go away before the write; a read has its store to a field for that. */
    private void keepMapping() {
        Reference.reachabilityFence(this);
    }

    private RegisterAccessException aborted(long offset, int width, boolean write, InternalError abort) {
        return new RegisterAccessException(name(), offset, width, write, abort);
    }
}
