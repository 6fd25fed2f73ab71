// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.RunMmioLayout;

/**
 * An access of the guest where there is no memory. There is one of these for each vCPU, and what it says is of the last
 * {@link Vcpu#run} that returned {@link ExitReason#MMIO}. Only the thread that runs the vCPU may use it.
 *
 * <p>The guest goes on with the next run. What it reads then is the answer, or zeros if there is none. A read-modify-write
 * instruction is a read and then a write. An access that crosses a page is two accesses, or one and memory.
 */
public final class MmioExit {
    private long address;
    private long value;
    private int length;
    private boolean isWrite;

    MmioExit() {}

    void take(ByteBuffer shared) {
        address = shared.getLong(RunMmioLayout.PHYS_ADDR);
        length = shared.getInt(RunMmioLayout.LEN);
        isWrite = shared.get(RunMmioLayout.IS_WRITE) != 0;
        value = isWrite ? onlyLength(shared.getLong(RunMmioLayout.DATA)) : 0;
    }

    /** Gives the kernel the answer; both byte orders of KVM's x86 and arm64 hosts are little-endian. */
    void complete(ByteBuffer shared) {
        if (!isWrite) {
            shared.putLong(RunMmioLayout.DATA, value);
        }
    }

    /** {@return guest physical address} */
    public long address() {
        return address;
    }

    /** {@return bytes, 1 to 8; any alignment} */
    public int length() {
        return length;
    }

    /** {@return whether the guest writes} */
    public boolean isWrite() {
        return isWrite;
    }

    /** {@return what the guest writes, or the answer to a read so far: the bytes of the access, the first the lowest} */
    public long value() {
        return value;
    }

    /**
     * Answers a read.
     *
     * @param answer the bytes of the access, the first the lowest; those above its length are not used
     * @throws IllegalStateException if the guest writes
     */
    public void answer(long answer) {
        if (isWrite) {
            throw new IllegalStateException("a write has no answer: " + this);
        }
        value = onlyLength(answer);
    }

    private long onlyLength(long bytes) {
        return length >= Long.BYTES ? bytes : bytes & ~(-1L << length * Byte.SIZE);
    }

    @Override
    public String toString() {
        return (isWrite ? "write of 0x" + Long.toHexString(value) + " to" : "read of") + " 0x"
                + Long.toHexString(address) + ", " + length + " bytes";
    }
}
