// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.TransferMemory;

/**
 * What devices were told, to tell them again after a reset that kept memory. A record has 15 bytes: key (2), offset (4),
 * value (8) and size (1), little-endian. All memory is allocated at the start, the records outside the heap, and a replay
 * allocates nothing as long as nothing fails and {@link FirmwareItems} does not either, as {@link ReplayChannel}.
 *
 * <p>Records are replayed in the order of the program. One whose bytes a later one has all written is dropped; of those
 * that overlap otherwise the later one wins, as it comes later. Safe for use by several threads.
 */
public final class ReplayJournal {
    /** Bytes of a record. */
    public static final int RECORD = 15;

    private static final int OFFSET = 2;
    private static final int VALUE = 6;
    private static final int SIZE = 14;

    private final FirmwareItems items;
    private final SystemStates states;
    private final ByteBuffer records;
    private final TableMemory[] memories;
    private final ByteBuffer pointer = scratch();
    private final ByteBuffer readBack = scratch();
    private int count;

    /**
     * A copy of a journal's content.
     *
     * @param records the bytes of its records
     * @param memories the memory of each
     */
    record Snapshot(byte[] records, TableMemory[] memories) {}

    /**
     * A journal without records.
     *
     * @param items of the device, as a {@link ReplayChannel} reaches them
     * @param states whether the machine can wake up from S3, see {@link SystemStates#read}
     * @param capacity how many records it can have, 1 or more
     */
    public ReplayJournal(FirmwareItems items, SystemStates states, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("expected room for at least one record, got " + capacity);
        }
        this.items = Objects.requireNonNull(items, "items");
        this.states = Objects.requireNonNull(states, "states");
        this.records =
                ByteBuffer.allocateDirect(Math.multiplyExact(capacity, RECORD)).order(ByteOrder.LITTLE_ENDIAN);
        this.memories = new TableMemory[capacity];
    }

    /**
     * The journal of a device, with a channel of its own.
     *
     * @param driver of the device, which has to have DMA
     * @param memory of the channel, as {@code TransferMemory.of(dma, 8)}
     * @param timeout for how long to wait for a transfer at most
     * @param capacity how many records it can have, 1 or more
     * @return the journal, without records
     * @throws IOException if the device does not say whether it can wake up from S3
     */
    public static ReplayJournal of(FwCfg driver, TransferMemory memory, Duration timeout, int capacity)
            throws IOException {
        SystemStates states = SystemStates.read(FirmwareFiles.of(driver));
        return new ReplayJournal(new ReplayChannel(driver, memory, timeout), states, capacity);
    }

    private static ByteBuffer scratch() {
        return ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return how many records it can have} */
    public int capacity() {
        return memories.length;
    }

    /** {@return the records, in the order of a replay} */
    public synchronized List<ReplayRecord> records() {
        List<ReplayRecord> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(new ReplayRecord(key(i), Integer.toUnsignedLong(offset(i)), value(i), size(i)));
        }
        return list;
    }

    /** {@return a copy of the records as they are kept, 15 bytes each} */
    public synchronized byte[] bytes() {
        byte[] copy = new byte[count * RECORD];
        records.get(0, copy);
        return copy;
    }

    /**
     * Tells a device a pointer, and remembers it when the device has it.
     *
     * @param key of the device's file, 0 to 0xffff
     * @param offset in the file, bytes, unsigned
     * @param value the pointer
     * @param size of the pointer: 1, 2, 4 or 8 bytes
     * @param memory what it points into
     * @throws ReplayException if the journal is full ({@link ReplayFault#FULL}; the device was not told), or the device
     *     does not take it; no record is left then
     */
    public synchronized void write(int key, int offset, long value, int size, TableMemory memory)
            throws ReplayException {
        Objects.requireNonNull(memory, "memory");
        if (key < 0 || key > 0xffff || size < 1 || size > Long.BYTES || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("expected a key of 16 bits and a size of 1, 2, 4 or 8, got 0x"
                    + Integer.toHexString(key) + " and " + size);
        }
        if (size < Long.BYTES && value >>> (8 * size) != 0) {
            throw new IllegalArgumentException("0x" + Long.toHexString(value) + " does not fit " + size + " bytes");
        }
        if (count - covered(key, offset, size) == capacity()) {
            throw new ReplayException(
                    ReplayFault.FULL,
                    "the journal has its " + capacity() + " records. Remedy: make it with a larger capacity.",
                    null);
        }
        requireMapped(memory, value);
        tell(key, offset, value, size);
        dropCovered(key, offset, size);
        put(count++, key, offset, value, size, memory);
    }

    /**
     * Does what a reset asks for: after one that lost memory the records are dropped, after one that kept it they are
     * replayed, each read back. All are tried, also if one fails.
     *
     * @param kind what the reset left of memory. After {@link ResetKind#SUSPEND_TO_RAM} nothing is done on a machine that
     *     does not offer it
     * @return how many records were replayed
     * @throws ReplayException if a device does not take a pointer again, or the memory it points into is not mapped any
     *     more: the device is not told then
     */
    public synchronized int reset(ResetKind kind) throws ReplayException {
        Objects.requireNonNull(kind, "kind");
        if (kind == ResetKind.MEMORY_LOST) {
            Arrays.fill(memories, 0, count, null);
            count = 0;
            return 0;
        }
        if (kind == ResetKind.SUSPEND_TO_RAM && !states.suspendToRam()) {
            return 0;
        }
        return replay();
    }

    private int replay() throws ReplayException {
        ReplayException failed = null;
        for (int i = 0; i < count; i++) {
            try {
                requireMapped(memories[i], value(i));
                tell(key(i), offset(i), value(i), size(i));
            } catch (ReplayException e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
        return count;
    }

    synchronized Snapshot snapshot() {
        return new Snapshot(bytes(), Arrays.copyOf(memories, count));
    }

    synchronized void restore(Snapshot snapshot) {
        Arrays.fill(memories, null);
        count = snapshot.memories().length;
        records.put(0, snapshot.records());
        System.arraycopy(snapshot.memories(), 0, memories, 0, count);
    }

    private static void requireMapped(TableMemory memory, long value) throws ReplayException {
        if (!memory.isMapped()) {
            throw new ReplayException(
                    ReplayFault.UNMAPPED,
                    "the memory of 0x" + Long.toHexString(value) + " is not mapped any more",
                    null);
        }
    }

    private void tell(int key, int offset, long value, int size) throws ReplayException {
        try {
            pointer.clear().putLong(0, value).limit(size);
            items.write(key, offset, pointer);
            readBack.clear().limit(size);
            items.read(key, offset, readBack);
            readBack.clear();
        } catch (IOException e) {
            String record = new ReplayRecord(key, Integer.toUnsignedLong(offset), value, size).toString();
            throw new ReplayException(ReplayFault.REFUSED, record + ": " + e.getMessage(), e);
        }
        if (((readBack.getLong(0) ^ value) & lowBytes(size)) != 0) {
            throw new ReplayException(
                    ReplayFault.NOT_TAKEN,
                    new ReplayRecord(key, Integer.toUnsignedLong(offset), value, size) + ": read back as 0x"
                            + Long.toHexString(readBack.getLong(0) & lowBytes(size)),
                    null);
        }
    }

    private static long lowBytes(int size) {
        return -1L >>> (64 - 8 * size);
    }

    private int covered(int key, int offset, int size) {
        int covered = 0;
        for (int i = 0; i < count; i++) {
            covered += isCovered(i, key, offset, size) ? 1 : 0;
        }
        return covered;
    }

    private boolean isCovered(int record, int key, int offset, int size) {
        long first = Integer.toUnsignedLong(offset(record));
        long newFirst = Integer.toUnsignedLong(offset);
        return key(record) == key && first >= newFirst && first + size(record) <= newFirst + size;
    }

    private void dropCovered(int key, int offset, int size) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!isCovered(i, key, offset, size)) {
                put(kept++, key(i), offset(i), value(i), size(i), memories[i]);
            }
        }
        Arrays.fill(memories, kept, count, null);
        count = kept;
    }

    private void put(int record, int key, int offset, long value, int size, TableMemory memory) {
        int at = record * RECORD;
        records.putShort(at, (short) key);
        records.putInt(at + OFFSET, offset);
        records.putLong(at + VALUE, value);
        records.put(at + SIZE, (byte) size);
        memories[record] = memory;
    }

    private int key(int record) {
        return records.getShort(record * RECORD) & 0xffff;
    }

    private int offset(int record) {
        return records.getInt(record * RECORD + OFFSET);
    }

    private long value(int record) {
        return records.getLong(record * RECORD + VALUE);
    }

    private int size(int record) {
        return records.get(record * RECORD + SIZE);
    }
}
