// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

/**
 * A device tree that is not well formed, or a value in it that is not what the caller asked for. The message always
 * says what was expected, what was found, and where.
 */
public final class DeviceTreeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. The first seven are libfdt's errors of the same names ({@code libfdt.h}). */
    public enum Kind {
        /** The blob does not begin with 0xd00dfeed. */
        BAD_MAGIC,
        /** A blob version that this reader does not read. */
        BAD_VERSION,
        /** A block, or the blob itself, ends before its content does. */
        TRUNCATED,
        /** A block does not begin at a multiple of its alignment. */
        ALIGNMENT,
        /** The token stream is not a tree. */
        BAD_STRUCTURE,
        /** A property name lies outside the strings block. */
        BAD_OFFSET,
        /** A property's value has another length or content than its type. */
        BAD_VALUE,
        /** More nested nodes than {@link DeviceTree#MAX_DEPTH}. */
        TOO_DEEP,
        /** A blob, or what it expands to, is larger than the reader's documented limit. */
        TOO_LARGE,
        /** Device tree source text that cannot be read. */
        BAD_SOURCE
    }

    private final Kind kind;
    private final String place;

    /**
     * Creates the exception. The message is detail, kind and place, with control characters as {@code \xNN}.
     *
     * @param kind what is wrong
     * @param place a byte offset, a node path, or a line and column
     * @param detail what was expected and what was found
     */
    public DeviceTreeException(Kind kind, String place, String detail) {
        super(printable(detail + " (" + kind + " at " + place + ")"));
        this.kind = kind;
        this.place = place;
    }

    // A message may quote names of a hostile tree, and it goes to terminals and into one line of a log.
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                printable.append(String.format("\\x%02x", (int) c));
            } else {
                printable.append(c);
            }
        }
        return printable.toString();
    }

    /** {@return what is wrong} */
    public Kind kind() {
        return kind;
    }

    /** {@return where: a byte offset, a node path, or a line and column} */
    public String place() {
        return place;
    }
}
