// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

/** A queue of bytes with a bound. Not safe for use by several threads. */
final class ByteRing {
    private final byte[] bytes;
    private int head;
    private int size;

    ByteRing(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == bytes.length;
    }

    void add(byte value) {
        if (isFull()) {
            throw new IllegalStateException("expected room for a byte");
        }
        bytes[(head + size) % bytes.length] = value;
        size++;
    }

    /** Takes as many as there are, and gives their number. */
    int take(byte[] to, int offset, int length) {
        int taken = Math.min(length, size);
        int first = Math.min(taken, bytes.length - head);
        System.arraycopy(bytes, head, to, offset, first);
        System.arraycopy(bytes, 0, to, offset + first, taken - first);
        head = (head + taken) % bytes.length;
        size -= taken;
        return taken;
    }
}
