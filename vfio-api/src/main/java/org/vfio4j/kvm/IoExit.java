// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.RunIoLayout;

/**
 * An access of an x86 guest to an I/O port, or several by a string instruction. There is one of these for each vCPU, and
 * what it says is of the last {@link Vcpu#run} that returned {@link ExitReason#IO}. Only the thread that runs the vCPU may
 * use it. The guest goes on with the next run; what it reads then is the answers, or zeros.
 */
public final class IoExit {
    private int[] values = new int[1];
    private int port;
    private int width;
    private int count;
    private int at;
    private boolean isWrite;

    IoExit() {}

    void take(ByteBuffer shared) {
        port = Short.toUnsignedInt(shared.getShort(RunIoLayout.PORT));
        width = shared.get(RunIoLayout.SIZE_AT);
        count = shared.getInt(RunIoLayout.COUNT);
        at = (int) shared.getLong(RunIoLayout.DATA_OFFSET);
        isWrite = shared.get(RunIoLayout.DIRECTION) == KvmFlags.KVM_EXIT_IO_OUT;
        if (count > values.length) {
            values = new int[count];
        }
        for (int i = 0; i < count; i++) {
            values[i] = isWrite ? get(shared, at + i * width) : 0;
        }
    }

    void complete(ByteBuffer shared) {
        if (!isWrite) {
            for (int i = 0; i < count; i++) {
                put(shared, at + i * width, values[i]);
            }
        }
    }

    /** {@return which port} */
    public int port() {
        return port;
    }

    /** {@return bytes of one access: 1, 2 or 4} */
    public int width() {
        return width;
    }

    /** {@return how many accesses, one after the other to the same port} */
    public int count() {
        return count;
    }

    /** {@return whether the guest writes} */
    public boolean isWrite() {
        return isWrite;
    }

    /**
     * What the guest writes, or the answer so far.
     *
     * @param index which access, 0 to below {@link #count}
     * @return the value, unsigned
     * @throws IndexOutOfBoundsException if there is no such access
     */
    public int value(int index) {
        return values[Objects.checkIndex(index, count)];
    }

    /**
     * Answers a read.
     *
     * @param index which access, 0 to below {@link #count}
     * @param answer the value; the bits above its width are not used
     * @throws IndexOutOfBoundsException if there is no such access
     * @throws IllegalStateException if the guest writes
     */
    public void answer(int index, int answer) {
        if (isWrite) {
            throw new IllegalStateException("a write has no answer: " + this);
        }
        values[Objects.checkIndex(index, count)] = answer;
    }

    private int get(ByteBuffer shared, int offset) {
        return switch (width) {
            case 1 -> Byte.toUnsignedInt(shared.get(offset));
            case 2 -> Short.toUnsignedInt(shared.getShort(offset));
            default -> shared.getInt(offset);
        };
    }

    private void put(ByteBuffer shared, int offset, int value) {
        switch (width) {
            case 1 -> shared.put(offset, (byte) value);
            case 2 -> shared.putShort(offset, (short) value);
            default -> shared.putInt(offset, value);
        }
    }

    @Override
    public String toString() {
        return count + (isWrite ? " writes to port 0x" : " reads of port 0x") + Integer.toHexString(port) + ", " + width
                + " bytes";
    }
}
