// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegisterAccessException;

/**
 * Single transfers of a device, for which nothing is allocated. A request is 16 bytes in memory, big-endian: control word,
 * length, address of the data, which follows it. The device takes it up when the lower half of its address is written to
 * the DMA address register, and answers in the control word: 0, or the error bit. Anything else means that it is not done,
 * and a request that it cannot read is never answered.
 *
 * <p>To be used by one thread at a time. {@link FwCfg#transfers} makes them.
 */
public final class DmaTransfers {
    /** Bytes of a request. The data begins behind it. */
    public static final int REQUEST_SIZE = 16;

    /** How a transfer ended. */
    public enum Result {
        /** The device made it. */
        DONE,
        /** The device set the error bit. */
        REFUSED,
        /** The device did not answer in time, and may still make it: there must be no more transfers. */
        NO_ANSWER
    }

    private static final int CONTROL = 0;
    private static final int LENGTH = 4;
    private static final int ADDRESS_HIGH = 8;
    private static final int ADDRESS_LOW = 12;
    private static final int ERROR = 0x01;
    private static final int SELECT = 0x08;
    private static final int KEY_SHIFT = 16;
    private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Region registers;
    private final int register;
    private final TransferMemory memory;
    private final long timeout;
    private boolean unanswered;

    /**
     * Transfers of a device.
     *
     * @param registers of the device
     * @param register offset of the DMA address register
     * @param memory for request and data
     * @param timeout for how long to wait for a transfer at most
     * @throws IllegalArgumentException if the memory has no room for a request and a byte of data
     */
    DmaTransfers(Region registers, int register, TransferMemory memory, Duration timeout) {
        if (memory.size() <= REQUEST_SIZE) {
            throw new IllegalArgumentException(
                    "expected memory of more than " + REQUEST_SIZE + " bytes for transfers, got " + memory.size());
        }
        this.registers = registers;
        this.register = register;
        this.memory = memory;
        this.timeout = timeout.toNanos();
    }

    /** {@return whether a transfer was begun and not answered: the device may still make it} */
    public boolean isUnanswered() {
        return unanswered;
    }

    /**
     * {@return what a control word needs besides the operation to select an item}
     *
     * @param key the item
     */
    public static int selecting(int key) {
        return SELECT | key << KEY_SHIFT;
    }

    /**
     * Makes a transfer.
     *
     * @param control the control word
     * @param length bytes of data, unsigned
     * @return how it ended
     * @throws RegisterAccessException if the register cannot be written
     * @throws IllegalStateException if an earlier one {@link #isUnanswered}
     */
    public Result make(int control, int length) {
        if (unanswered) {
            throw new IllegalStateException("expected that every transfer before was answered");
        }
        long data = memory.address() + REQUEST_SIZE;
        memory.putInt(LENGTH, length);
        memory.putInt(ADDRESS_HIGH, (int) (data >>> 32));
        memory.putInt(ADDRESS_LOW, (int) data);
        memory.putInt(CONTROL, control);
        // The request must be in memory before the device is told where it is.
        VarHandle.fullFence();
        unanswered = true;
        start(memory.address());
        Result result = await();
        unanswered = result == Result.NO_ANSWER;
        return result;
    }

    /** The lower half comes last: it starts the transfer. A trapped region has no access of 64 bits. */
    private void start(long address) {
        registers.write32(register, bigEndian((int) (address >>> 32)));
        registers.write32(register + 4, bigEndian((int) address));
    }

    private int bigEndian(int value) {
        return registers.byteOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private Result await() {
        long begin = System.nanoTime();
        long pause = SPIN_NANOS;
        while (true) {
            // The clock before the answer: one that comes after the deadline, while nobody looked, still counts.
            long passed = System.nanoTime() - begin;
            int control = memory.getInt(CONTROL);
            if (control == 0) {
                return Result.DONE;
            }
            if ((control & ERROR) != 0) {
                return Result.REFUSED;
            }
            if (passed >= timeout) {
                return Result.NO_ANSWER;
            }
            if (passed < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }
}
