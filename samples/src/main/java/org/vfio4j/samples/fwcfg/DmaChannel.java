// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.vfio4j.platform.register.Region;

/**
 * Transfers of the device. A request is 16 bytes in memory, big-endian: control word, length, address of the data. The
 * device takes it up when the lower half of its address is written to the DMA address register, and answers in the
 * control word: 0, or the error bit. Anything else means that it is not done, and a request that it cannot read is never
 * answered.
 */
final class DmaChannel {
    /** Bytes of a request. */
    static final int REQUEST_SIZE = 16;

    private static final int ERROR = 0x01;
    private static final int SELECT = 0x08;
    private static final int KEY_SHIFT = 16;
    private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Region registers;
    private final int register;
    private final TransferMemory memory;
    private final Duration timeout;
    private boolean unanswered;

    DmaChannel(Region registers, int register, TransferMemory memory, Duration timeout) {
        if (memory.size() <= REQUEST_SIZE) {
            throw new IllegalArgumentException(
                    "expected memory of more than " + REQUEST_SIZE + " bytes for transfers, got " + memory.size());
        }
        this.registers = registers;
        this.register = register;
        this.memory = memory;
        this.timeout = timeout;
    }

    /** How many bytes a transfer moves at most. */
    int capacity() {
        return memory.size() - REQUEST_SIZE;
    }

    /** Reads an item from an offset on: one transfer for each part that fits the memory, and one for the offset. */
    void read(FwCfgRange range, byte[] to, int start) throws FwCfgException {
        read(range, to, start, seek(range));
    }

    /** Reads on behind the last transfer, without one for the offset. */
    void readOn(FwCfgRange range, byte[] to, int start) throws FwCfgException {
        read(range, to, start, true);
    }

    private void read(FwCfgRange range, byte[] to, int start, boolean selected) throws FwCfgException {
        for (long done = 0; done < range.length(); ) {
            FwCfgRange part = part(range, done);
            transfer(DmaOperation.READ, part, selected || done > 0);
            memory.get(REQUEST_SIZE, to, start + (int) done, (int) part.length());
            done += part.length();
        }
    }

    /** Writes to an item from an offset on. */
    void write(FwCfgRange range, byte[] from) throws FwCfgException {
        boolean selected = seek(range);
        for (long done = 0; done < range.length(); ) {
            FwCfgRange part = part(range, done);
            memory.put(REQUEST_SIZE, from, (int) done, (int) part.length());
            transfer(DmaOperation.WRITE, part, selected || done > 0);
            done += part.length();
        }
    }

    /** Selects the item and skips to the offset, unless the first transfer can do all of it. */
    private boolean seek(FwCfgRange range) throws FwCfgException {
        boolean selected = false;
        for (long done = 0; done < range.offset(); ) {
            long step = Math.min(range.offset() - done, 0xffff_ffffL);
            transfer(DmaOperation.SKIP, new FwCfgRange(range.key(), done, step), selected);
            selected = true;
            done += step;
        }
        return selected;
    }

    private FwCfgRange part(FwCfgRange range, long done) {
        return new FwCfgRange(range.key(), range.offset() + done, Math.min(range.length() - done, capacity()));
    }

    private void transfer(DmaOperation operation, FwCfgRange range, boolean selected) throws FwCfgException {
        if (unanswered) {
            throw new FwCfgException("the fw_cfg device has not answered a transfer, and may still make it;"
                    + " reset the device and open it again");
        }
        long data = memory.address() + REQUEST_SIZE;
        int select = selected ? 0 : SELECT | range.key() << KEY_SHIFT;
        memory.putInt(4, (int) range.length());
        memory.putInt(8, (int) (data >>> 32));
        memory.putInt(12, (int) data);
        memory.putInt(0, select | operation.bit());
        // The request must be in memory before the device is told where it is.
        VarHandle.fullFence();
        unanswered = true;
        start(memory.address());
        int answer = await(operation, range);
        unanswered = false;
        if (answer != 0) {
            throw FwCfgTransferException.refused(operation, range);
        }
    }

    /** The lower half comes last: it starts the transfer. A trapped region has no access of 64 bits. */
    private void start(long address) {
        registers.write32(register, bigEndian((int) (address >>> 32)));
        registers.write32(register + 4, bigEndian((int) address));
    }

    private int bigEndian(int value) {
        return registers.byteOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private int await(DmaOperation operation, FwCfgRange range) throws FwCfgException {
        long limit = timeout.toNanos();
        long begin = System.nanoTime();
        long pause = SPIN_NANOS;
        while (true) {
            // The clock before the answer: one that comes after the deadline, while nobody looked, still counts.
            long passed = System.nanoTime() - begin;
            int control = memory.getInt(0);
            if (control == 0 || (control & ERROR) != 0) {
                return control;
            }
            if (passed >= limit) {
                throw FwCfgTransferException.noAnswer(operation, range, timeout);
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
