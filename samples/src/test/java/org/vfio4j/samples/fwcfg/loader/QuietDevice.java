// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.vfio4j.platform.register.RegisterHandler;
import org.vfio4j.samples.fwcfg.TransferMemory;

/**
 * The registers of a fw_cfg device of Arm and its memory, which allocate nothing: selector at 8, data register at 0, DMA
 * address register at 16. It has the items 0 (signature), 1 (features), and 0x20, which can be written.
 */
final class QuietDevice implements RegisterHandler, TransferMemory {
    static final int KEY = 0x20;
    private static final long ADDRESS = 0x4000_0000L;
    private static final int NONE = -1;

    private final ByteBuffer memory = ByteBuffer.allocate(64);
    private final byte[] signature = {'Q', 'E', 'M', 'U'};
    private final byte[] features = {3, 0, 0, 0};
    private final byte[] item = new byte[16];
    private int selected = NONE;
    private long cursor;
    private long high;
    private boolean silent;
    private int resets;

    byte[] item() {
        return item;
    }

    /** Forgets what it was told. */
    void reset() {
        Arrays.fill(item, (byte) 0);
        select(NONE);
        resets++;
    }

    int resets() {
        return resets;
    }

    /** Requests are not answered any more. */
    void silence() {
        silent = true;
    }

    @Override
    public long read(long offset, int width) {
        if (offset >= 16) {
            return offset == 16 ? Integer.reverseBytes(0x51454d55) : Integer.reverseBytes(0x20434647);
        }
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (next() & 0xffL) << 8 * i;
        }
        return value;
    }

    @Override
    public void write(long offset, int width, long value) {
        if (offset == 8) {
            select(Short.toUnsignedInt(Short.reverseBytes((short) value)));
        } else if (offset == 16) {
            high = Integer.toUnsignedLong(Integer.reverseBytes((int) value));
        } else if (offset == 20 && !silent) {
            transfer(high << 32 | Integer.toUnsignedLong(Integer.reverseBytes((int) value)));
        }
    }

    private void select(int key) {
        selected = key;
        cursor = 0;
    }

    private byte[] bytes() {
        return selected == 0 ? signature : selected == 1 ? features : selected == KEY ? item : null;
    }

    private byte next() {
        byte[] bytes = bytes();
        return bytes != null && cursor < bytes.length ? bytes[(int) cursor++] : 0;
    }

    private void transfer(long request) {
        int at = (int) (request - ADDRESS);
        int control = memory.getInt(at);
        int length = memory.getInt(at + 4);
        int data = (int) (memory.getLong(at + 8) - ADDRESS);
        if ((control & 8) != 0) {
            select(control >>> 16);
        }
        boolean refused = false;
        if ((control & 2) != 0) {
            for (int i = 0; i < length; i++) {
                memory.put(data + i, next());
            }
        } else if ((control & 0x10) != 0) {
            refused = selected != KEY || cursor + length > item.length;
            for (int i = 0; i < length && !refused; i++) {
                item[(int) cursor++] = memory.get(data + i);
            }
        } else if ((control & 4) != 0) {
            cursor += Integer.toUnsignedLong(length);
        }
        memory.putInt(at, refused ? 1 : 0);
    }

    @Override
    public int size() {
        return memory.capacity();
    }

    @Override
    public long address() {
        return ADDRESS;
    }

    @Override
    public int getInt(int offset) {
        return memory.getInt(offset);
    }

    @Override
    public void putInt(int offset, int value) {
        memory.putInt(offset, value);
    }

    @Override
    public void get(int offset, byte[] to, int start, int length) {
        memory.get(offset, to, start, length);
    }

    @Override
    public void put(int offset, byte[] from, int start, int length) {
        memory.put(offset, from, start, length);
    }
}
