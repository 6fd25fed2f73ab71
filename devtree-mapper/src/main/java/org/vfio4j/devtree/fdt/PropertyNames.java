// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.vfio4j.devtree.fdt.FdtFormat.malformed;

import java.nio.charset.StandardCharsets;
import org.vfio4j.devtree.DeviceTreeException.Kind;

/**
 * The strings block: each name is decoded once per offset. A table of pages instead of a hash table, as no choice of
 * offsets makes it slow. Names may overlap (a tail shared with another name), so a hostile blob of n bytes could state
 * names of n * n / 2 bytes together; that is refused.
 */
final class PropertyNames {
    private static final int PAGE_BITS = 7;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;
    // Without shared tails the names together are no longer than the block; sharing in real trees adds a few percent.
    private static final int SHARING_LIMIT = 16;
    private static final int SHARING_ALLOWANCE = 1 << 20;

    private final byte[] blob;
    private final int begin;
    private final int size;
    private final String[][] pages;
    private long budget;

    PropertyNames(byte[] blob, FdtHeader header) {
        this.blob = blob;
        this.begin = header.strings();
        this.size = header.stringsEnd() - begin;
        this.pages = new String[(size >>> PAGE_BITS) + 1][];
        this.budget = (long) SHARING_LIMIT * size + SHARING_ALLOWANCE;
    }

    /**
     * A name.
     *
     * @param offset its offset in the strings block, as the property states it
     * @param statedAt where in the blob it is stated
     * @return the name
     */
    String get(int offset, int statedAt) {
        if (offset < 0 || offset >= size) {
            throw malformed(
                    Kind.BAD_OFFSET,
                    statedAt,
                    "the name of a property is at " + Integer.toUnsignedString(offset) + " in a strings block of "
                            + size + " bytes");
        }
        String[] page = pages[offset >>> PAGE_BITS];
        if (page == null) {
            page = new String[PAGE_SIZE];
            pages[offset >>> PAGE_BITS] = page;
        }
        String name = page[offset & (PAGE_SIZE - 1)];
        if (name == null) {
            name = decode(begin + offset, statedAt);
            page[offset & (PAGE_SIZE - 1)] = name;
        }
        return name;
    }

    private String decode(int from, int statedAt) {
        int end = from;
        while (end < begin + size && blob[end] != 0) {
            end++;
        }
        if (end == begin + size) {
            throw malformed(Kind.TRUNCATED, from, "a property name has no NUL before the end of the strings block");
        }
        budget -= end - from;
        if (budget < 0) {
            throw malformed(
                    Kind.TOO_LARGE,
                    statedAt,
                    "property names that overlap are together more than " + SHARING_LIMIT + " times the strings block");
        }
        return new String(blob, from, end - from, StandardCharsets.ISO_8859_1);
    }
}
