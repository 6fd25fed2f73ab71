// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Some memory at a physical address, as a device sees it and as a driver does. */
final class Ram implements GuestMemory, TransferMemory {
    private final long base;
    private final byte[] bytes;

    Ram(long base, int size) {
        this.base = base;
        this.bytes = new byte[size];
    }

    @Override
    public void read(long address, byte[] into) {
        System.arraycopy(bytes, at(address, into.length), into, 0, into.length);
    }

    @Override
    public void write(long address, byte[] from) {
        System.arraycopy(from, 0, bytes, at(address, from.length), from.length);
    }

    private int at(long address, int length) {
        long at = address - base;
        if (at < 0 || at + length > bytes.length) {
            throw new UnmappedException(address);
        }
        return (int) at;
    }

    @Override
    public int size() {
        return bytes.length;
    }

    @Override
    public long address() {
        return base;
    }

    @Override
    public int getInt(int offset) {
        return ByteBuffer.wrap(bytes).getInt(offset);
    }

    @Override
    public void putInt(int offset, int value) {
        ByteBuffer.wrap(bytes).putInt(offset, value);
    }

    @Override
    public void get(int offset, byte[] to, int start, int length) {
        System.arraycopy(bytes, Objects.checkFromIndexSize(offset, length, bytes.length), to, start, length);
    }

    @Override
    public void put(int offset, byte[] from, int start, int length) {
        System.arraycopy(from, start, bytes, Objects.checkFromIndexSize(offset, length, bytes.length), length);
    }
}
