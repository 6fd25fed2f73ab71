// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.vfio4j.platform.register.RegisterAccessException;
import org.vfio4j.samples.fwcfg.DmaTransfers;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgException;
import org.vfio4j.samples.fwcfg.TransferMemory;

/**
 * Reads and writes pointers by DMA and allocates nothing: what a replay needs, where the driver may be of no use yet. It
 * has one request and 8 bytes of data in memory of its own, which was allocated before.
 *
 * <p>An access is two transfers: select the item and skip to the offset, then read or write. Both are under the lock of
 * the driver, as the device has one cursor. After a transfer that was not answered there are no more: its memory is the
 * device's until the device is reset, and then another channel can have it.
 */
public final class ReplayChannel implements FirmwareItems {
    /** Bytes of memory that it uses. */
    public static final int MEMORY = 24;

    private static final int DATA = DmaTransfers.REQUEST_SIZE;

    private static final int READ = 0x02;
    private static final int SKIP = 0x04;
    private static final int WRITE = 0x10;

    private final FwCfg driver;
    private final DmaTransfers transfers;
    private final TransferMemory memory;
    private final Duration timeout;

    /**
     * A channel.
     *
     * @param driver of the device
     * @param memory memory that the device reaches, of {@link #MEMORY} bytes or more and not the driver's, as {@code
     *     TransferMemory.of(dma, 8)}
     * @param timeout for how long to wait for a transfer at most
     * @throws FwCfgException if the DMA address register is not where the driver's layout says
     * @throws IllegalArgumentException if the device has no DMA, or the memory is smaller
     */
    public ReplayChannel(FwCfg driver, TransferMemory memory, Duration timeout) throws FwCfgException {
        if (memory.size() < MEMORY) {
            throw new IllegalArgumentException("expected " + MEMORY + " bytes of memory, got " + memory.size());
        }
        this.driver = driver;
        this.transfers = driver.transfers(memory, timeout);
        this.memory = memory;
        this.timeout = timeout;
    }

    /**
     * Reads up to 8 bytes.
     *
     * @throws IllegalArgumentException if there is room for more
     */
    @Override
    public void read(int key, int offset, ByteBuffer into) throws IOException {
        int length = into.remaining();
        requireShort(length);
        synchronized (driver) {
            seek(key, offset);
            transfer(READ, length);
            long bytes = (long) memory.getInt(DATA) << 32 | Integer.toUnsignedLong(memory.getInt(DATA + 4));
            for (int i = 0; i < length; i++) {
                into.put((byte) (bytes >>> (56 - 8 * i)));
            }
        }
    }

    /**
     * Writes up to 8 bytes.
     *
     * @throws IllegalArgumentException if there are more
     */
    @Override
    public void write(int key, int offset, ByteBuffer from) throws IOException {
        int length = from.remaining();
        requireShort(length);
        synchronized (driver) {
            seek(key, offset);
            long bytes = 0;
            for (int i = 0; i < length; i++) {
                bytes |= (from.get() & 0xffL) << (56 - 8 * i);
            }
            memory.putInt(DATA, (int) (bytes >>> 32));
            memory.putInt(DATA + 4, (int) bytes);
            transfer(WRITE, length);
        }
    }

    private void seek(int key, int offset) throws IOException {
        // The driver's idea of the cursor is not so any more.
        driver.deviceWasReset();
        transfer(DmaTransfers.selecting(key) | SKIP, offset);
    }

    private void transfer(int control, int length) throws IOException {
        if (transfers.isUnanswered()) {
            throw new IOException("the device has not answered an earlier transfer, and may still make it");
        }
        switch (make(control, length)) {
            case DONE -> {}
            case REFUSED -> throw new IOException("the device refused the transfer");
            case NO_ANSWER -> throw new IOException("the device did not answer within " + timeout);
        }
    }

    private DmaTransfers.Result make(int control, int length) throws IOException {
        try {
            return transfers.make(control, length);
        } catch (RegisterAccessException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void requireShort(int length) {
        if (length > Long.BYTES) {
            throw new IllegalArgumentException("expected 8 bytes at most, got " + length);
        }
    }
}
