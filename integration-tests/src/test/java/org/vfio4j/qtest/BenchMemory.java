// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.vfio4j.samples.fwcfg.TransferMemory;
import org.vfio4j.samples.fwcfg.loader.TableMemory;

/** Memory of the bench's machine. */
final class BenchMemory implements TransferMemory {
    private final Qtest qtest;
    private final long address;
    private final int size;

    BenchMemory(Qtest qtest, long address, int size) {
        this.qtest = qtest;
        this.address = address;
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public int getInt(int offset) {
        byte[] bytes = new byte[Integer.BYTES];
        get(offset, bytes, 0, bytes.length);
        return ByteBuffer.wrap(bytes).getInt();
    }

    @Override
    public void putInt(int offset, int value) {
        put(offset, ByteBuffer.allocate(Integer.BYTES).putInt(value).array(), 0, Integer.BYTES);
    }

    @Override
    public void get(int offset, byte[] to, int start, int length) {
        try {
            qtest.read(address + offset, to, start, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void put(int offset, byte[] from, int start, int length) {
        try {
            qtest.write(address + offset, from, start, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same memory, for tables. */
    TableMemory tables() {
        return new Tables(this);
    }

    private record Tables(BenchMemory memory) implements TableMemory {
        @Override
        public long address() {
            return memory.address();
        }

        @Override
        public long size() {
            return memory.size();
        }

        @Override
        public boolean isMapped() {
            return true;
        }

        @Override
        public void read(long offset, byte[] into) {
            memory.get((int) offset, into, 0, into.length);
        }

        @Override
        public void write(long offset, byte[] from) {
            memory.put((int) offset, from, 0, from.length);
        }
    }
}
