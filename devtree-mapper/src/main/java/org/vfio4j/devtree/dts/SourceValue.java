// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The value of a property while it is put together: bytes, and references that are filled in at the end. */
final class SourceValue {
    /**
     * A reference in the value.
     *
     * @param offset where its bytes go
     * @param path true for the target's path, inserted; false for its phandle, over four bytes kept free
     * @param reference the target
     */
    private record Slot(int offset, boolean path, SourceReference reference) {}

    private byte[] bytes = new byte[16];
    private int length;
    private final List<Slot> slots = new ArrayList<>(0);

    void addByte(int value) {
        grow(1);
        bytes[length++] = (byte) value;
    }

    void add(byte[] more, int offset, int count) {
        grow(count);
        System.arraycopy(more, offset, bytes, length, count);
        length += count;
    }

    void addString(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        add(utf8, 0, utf8.length);
        addByte(0);
    }

    /** Adds a big-endian number of a width in bits. */
    void addNumber(long value, int bits) {
        for (int shift = bits - 8; shift >= 0; shift -= 8) {
            addByte((int) (value >>> shift));
        }
    }

    void addPhandle(SourceReference reference) {
        slots.add(new Slot(length, false, reference));
        addNumber(-1, 32);
    }

    void addPath(SourceReference reference) {
        slots.add(new Slot(length, true, reference));
    }

    /**
     * The value with its references filled in.
     *
     * @param phandles the phandle of a reference's target
     * @param paths the path of a reference's target
     */
    SourceValue resolved(ToIntFunction<SourceReference> phandles, Function<SourceReference, String> paths) {
        if (slots.isEmpty()) {
            return this;
        }
        SourceValue resolved = new SourceValue();
        int from = 0;
        for (Slot slot : slots) {
            resolved.add(bytes, from, slot.offset() - from);
            from = slot.offset();
            if (slot.path()) {
                resolved.addString(paths.apply(slot.reference()));
            } else {
                resolved.addNumber(phandles.applyAsInt(slot.reference()), 32);
                from += 4;
            }
        }
        resolved.add(bytes, from, length - from);
        return resolved;
    }

    boolean hasReferences() {
        return !slots.isEmpty();
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void grow(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
