// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/** Memory of these tests: bytes at a made-up address. */
final class HeapMemory implements TableMemory {
    private final long address;
    private final byte[] bytes;
    private boolean mapped = true;

    HeapMemory(long address, int size) {
        this.address = address;
        this.bytes = new byte[size];
    }

    byte[] read() {
        return bytes.clone();
    }

    void unmap() {
        mapped = false;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public boolean isMapped() {
        return mapped;
    }

    @Override
    public void read(long offset, byte[] into) {
        System.arraycopy(bytes, (int) offset, into, 0, into.length);
    }

    @Override
    public void write(long offset, byte[] from) {
        System.arraycopy(from, 0, bytes, (int) offset, from.length);
    }
}
