// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A property: a name and bytes. The bytes have no type of their own, so the caller says how to read them; every typed
 * read checks the length first and throws {@link DeviceTreeException.Kind#BAD_VALUE} if it does not fit.
 *
 * <p>Two properties are equal if name and bytes are.
 */
public final class Property {
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final String name;
    private final byte[] data;
    private final int offset;
    private final int length;

    Property(String name, byte[] data, int offset, int length) {
        this.name = name;
        this.data = data;
        this.offset = offset;
        this.length = length;
    }

    /** {@return the name, as it stands in the tree} */
    public String name() {
        return name;
    }

    /** {@return the length of the value in bytes; 0 for a property that is only present} */
    public int length() {
        return length;
    }

    /** {@return a copy of the value} */
    public byte[] bytes() {
        return Arrays.copyOfRange(data, offset, offset + length);
    }

    /**
     * One byte of the value.
     *
     * @param index 0 to {@link #length()} - 1
     * @return the byte, 0 to 255
     */
    public int byteAt(int index) {
        return data[offset + checkIndex(index, length, "byte")] & 0xff;
    }

    /** {@return the number of whole 32-bit cells; bytes after the last whole cell do not count} */
    public int cellCount() {
        return length >>> 2;
    }

    /**
     * One big-endian 32-bit cell.
     *
     * @param index 0 to {@link #cellCount()} - 1
     * @return the cell; read it as unsigned
     */
    public int cell(int index) {
        checkIndex(index, cellCount(), "cell");
        return (int) U32.get(data, offset + (index << 2));
    }

    /** {@return all whole cells, in order} */
    public int[] cells() {
        int[] cells = new int[cellCount()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cell(i);
        }
        return cells;
    }

    /** {@return the value as one 32-bit number; it must be exactly four bytes} */
    public int u32() {
        expectLength(4, "one 32-bit number");
        return cell(0);
    }

    /** {@return the value as one 64-bit number; it must be exactly eight bytes} */
    public long u64() {
        expectLength(8, "one 64-bit number");
        return (long) cell(0) << 32 | (cell(1) & 0xffff_ffffL);
    }

    /** {@return the value as one string; it must be NUL-terminated and hold no other NUL} */
    public String string() {
        List<String> strings = strings();
        if (strings.size() != 1) {
            throw bad("one string", strings.size() + " strings");
        }
        return strings.get(0);
    }

    /** {@return the value as a list of NUL-terminated strings; an empty value is an empty list} */
    public List<String> strings() {
        if (length > 0 && data[offset + length - 1] != 0) {
            throw bad("NUL-terminated strings", "no NUL at the end");
        }
        List<String> strings = new ArrayList<>(2);
        int start = offset;
        for (int i = offset; i < offset + length; i++) {
            if (data[i] == 0) {
                strings.add(new String(data, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return strings;
    }

    /**
     * Whether the value reads as text: at least one string, each of printable characters and not empty, the last one
     * NUL-terminated. A guess, as the bytes carry no type; the same one the device tree compiler makes.
     *
     * @return true if it does
     */
    public boolean looksLikeStrings() {
        if (length == 0 || data[offset + length - 1] != 0) {
            return false;
        }
        boolean previousNul = true;
        for (int i = offset; i < offset + length; i++) {
            int b = data[i] & 0xff;
            if (b == 0 ? previousNul : b < 0x20 || b > 0x7e) {
                return false;
            }
            previousNul = b == 0;
        }
        return true;
    }

    /** Whether one of the value's strings, each ended by a NUL or by the end, is an ASCII text; case does not matter. */
    boolean holdsStringIgnoreCase(String text) {
        int start = 0;
        while (start < length) {
            int end = start;
            while (end < length && data[offset + end] != 0) {
                end++;
            }
            if (end - start == text.length() && matchesIgnoreCase(text, start)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    private boolean matchesIgnoreCase(String text, int start) {
        for (int i = 0; i < text.length(); i++) {
            if (lowerCase(data[offset + start + i] & 0xff) != lowerCase(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    /** Whether the value's first string, ended by a NUL or by the end, is an ASCII text. */
    boolean firstStringIs(String text) {
        if (length < text.length() || (length > text.length() && data[offset + text.length()] != 0)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (data[offset + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Property that
                && name.equals(that.name)
                && Arrays.equals(data, offset, offset + length, that.data, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = name.hashCode();
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + data[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return name + "[" + length + " bytes]";
    }

    private void expectLength(int expected, String what) {
        if (length != expected) {
            throw bad(what + " (" + expected + " bytes)", length + " bytes");
        }
    }

    private DeviceTreeException bad(String expected, String found) {
        return new DeviceTreeException(
                DeviceTreeException.Kind.BAD_VALUE,
                "property '" + name + "'",
                "expected " + expected + ", found " + found);
    }

    private int checkIndex(int index, int size, String what) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(
                    "property '" + name + "': " + what + " " + index + " of " + size + " was asked for");
        }
        return index;
    }
}
