// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.platform.sim.DeviceModel;

/**
 * QEMU's fw_cfg device as it was seen to behave in QEMU 7.2 on the arm64 machine {@code virt} ({@code hw/nvram/fw_cfg.c}).
 * It counts what it is asked.
 */
final class FwCfgModel implements DeviceModel {
    private static final int ERROR = 0x01;
    private static final int READ = 0x02;
    private static final int SKIP = 0x04;
    private static final int SELECT = 0x08;
    private static final int WRITE = 0x10;
    private static final long DMA_SIGNATURE = 0x51454d5520434647L;
    private static final int WRITE_CHANNEL = 0x4000;

    private record Item(byte[] bytes, byte[] initial, boolean writable) {}

    private final RegisterLayout layout;
    private final GuestMemory memory;
    private final Map<Integer, Item> items = new TreeMap<>();
    private int selected;
    private long offset;
    private int addressHigh;
    private boolean dma = true;
    private boolean silent;

    /** How many reads of the data register there were. */
    private long dataReads;

    private long selects;
    private long transfers;
    private long bytesOfReads;

    FwCfgModel(RegisterLayout layout, GuestMemory memory) {
        this.layout = layout;
        this.memory = memory;
        item(0x00, "QEMU".getBytes(StandardCharsets.US_ASCII));
        revision(3);
    }

    FwCfgModel item(int key, byte[] bytes) {
        return add(key, bytes, false);
    }

    FwCfgModel writableItem(int key, byte[] bytes) {
        return add(key, bytes, true);
    }

    private FwCfgModel add(int key, byte[] bytes, boolean writable) {
        items.put(key, new Item(bytes.clone(), bytes.clone(), writable));
        return this;
    }

    private FwCfgModel revision(int revision) {
        return item(0x01, new byte[] {(byte) revision, 0, 0, 0});
    }

    /** {@code -global fw_cfg_mem.dma_enabled=off} */
    FwCfgModel withoutDma() {
        dma = false;
        return revision(1);
    }

    /** Transfers are taken up and never answered. */
    void silence() {
        silent = true;
    }

    byte[] bytes(int key) {
        return items.get(key).bytes().clone();
    }

    long dataReads() {
        return dataReads;
    }

    long selects() {
        return selects;
    }

    long transfers() {
        return transfers;
    }

    long bytesOfReads() {
        return bytesOfReads;
    }

    @Override
    public long read(int region, long at, int width) {
        if (at >= layout.data() && at < layout.data() + layout.dataWidth()) {
            // Ahead of the selector: on x86 the data register is the second byte of it.
            return at == layout.data() && width <= layout.dataWidth() ? readData(width) : 0;
        }
        if (layout.dma().isPresent() && at >= layout.dma().getAsInt() && dma) {
            long signature = Long.reverseBytes(DMA_SIGNATURE);
            return signature >>> 8 * (at - layout.dma().getAsInt());
        }
        return 0;
    }

    private long readData(int width) {
        dataReads++;
        bytesOfReads += width;
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        byte[] item = selectedBytes();
        for (int i = 0; i < width; i++) {
            if (offset < item.length) {
                bytes.put(i, item[(int) offset++]);
            }
        }
        return bytes.getLong(0);
    }

    private byte[] selectedBytes() {
        Item item = items.get(selected);
        return item == null ? new byte[0] : item.bytes();
    }

    @Override
    public void write(int region, long at, int width, long value) {
        if (at == layout.control() && width == 2) {
            int key = (int) value & 0xffff;
            selects++;
            select(layout.selectorOrder() == ByteOrder.LITTLE_ENDIAN ? key : Short.reverseBytes((short) key) & 0xffff);
        } else if (layout.dma().isPresent() && at >= layout.dma().getAsInt() && dma) {
            writeAddress((int) at - layout.dma().getAsInt(), width, value);
        }
    }

    private void select(int key) {
        selected = key & ~WRITE_CHANNEL;
        offset = 0;
    }

    private void writeAddress(int half, int width, long value) {
        if (width == 8 && half == 0) {
            transfer(Long.reverseBytes(value));
        } else if (width == 4 && half == 0) {
            addressHigh = Integer.reverseBytes((int) value);
        } else if (width == 4 && half == 4) {
            long low = Integer.toUnsignedLong(Integer.reverseBytes((int) value));
            transfer((long) addressHigh << 32 | low);
        }
    }

    private void transfer(long request) {
        addressHigh = 0;
        transfers++;
        byte[] block = new byte[16];
        try {
            memory.read(request, block);
        } catch (GuestMemory.UnmappedException e) {
            // A request that cannot be read has no place for an answer either.
            return;
        }
        if (silent) {
            return;
        }
        ByteBuffer fields = ByteBuffer.wrap(block);
        int control = fields.getInt(0);
        if ((control & SELECT) != 0) {
            select(control >>> 16);
        }
        long length = Integer.toUnsignedLong(fields.getInt(4));
        boolean done = move(control, length, fields.getLong(8));
        memory.write(request, ByteBuffer.allocate(4).putInt(done ? 0 : ERROR).array());
    }

    private boolean move(int control, long length, long address) {
        if ((control & READ) != 0) {
            return readTo(address, (int) length);
        }
        if ((control & WRITE) != 0) {
            return writeFrom(address, length);
        }
        if ((control & SKIP) != 0) {
            advance(length);
        }
        return true;
    }

    private void advance(long length) {
        offset = Math.min(selectedBytes().length, offset + length);
    }

    private boolean readTo(long address, int length) {
        byte[] item = selectedBytes();
        int from = (int) Math.min(offset, item.length);
        byte[] data = Arrays.copyOf(Arrays.copyOfRange(item, from, Math.min(item.length, from + length)), length);
        advance(length);
        bytesOfReads += length;
        try {
            memory.write(address, data);
        } catch (GuestMemory.UnmappedException e) {
            return false;
        }
        return true;
    }

    private boolean writeFrom(long address, long length) {
        if (length == 0) {
            return true;
        }
        Item item = items.get(selected);
        long at = offset;
        advance(length);
        if (item == null || !item.writable() || at + length > item.bytes().length) {
            return false;
        }
        byte[] data = new byte[(int) length];
        try {
            memory.read(address, data);
        } catch (GuestMemory.UnmappedException e) {
            return false;
        }
        System.arraycopy(data, 0, item.bytes(), (int) at, data.length);
        return true;
    }

    /** A reset of the machine: the guest's memory stays, what it has written here does not. */
    @Override
    public void reset() {
        items.values().forEach(item -> System.arraycopy(item.initial(), 0, item.bytes(), 0, item.bytes().length));
        select(0);
        addressHigh = 0;
    }
}
