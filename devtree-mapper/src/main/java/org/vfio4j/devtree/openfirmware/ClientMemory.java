// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The client's memory as services use it: no access without a check, addresses of 32 bits, texts of one byte per
 * character. A method that fails says so and has touched nothing.
 */
final class ClientMemory {
    private final GuestMemory memory;

    ClientMemory(GuestMemory memory) {
        this.memory = memory;
    }

    boolean contains(long address, int length) {
        return memory.contains(address, length);
    }

    /** The bytes of a range; empty if it is not all memory. */
    Optional<byte[]> bytes(long address, int length) {
        if (length < 0 || !memory.contains(address, length)) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        if (length > 0) {
            memory.read(address, bytes);
        }
        return Optional.of(bytes);
    }

    /**
     * A NUL-terminated text. It may end with the last byte of memory: what is behind its NUL is not looked at.
     *
     * @param limit the longest text, in bytes without the NUL
     */
    Optional<String> string(long address, int limit) {
        byte[] text = new byte[limit + 1];
        int known = 0;
        // One read if so much is memory, which it nearly always is; else byte by byte.
        if (memory.contains(address, text.length)) {
            memory.read(address, text);
            known = text.length;
        }
        byte[] one = new byte[1];
        for (int i = 0; i <= limit; i++) {
            if (i >= known) {
                if (!memory.contains(address + i, 1)) {
                    return Optional.empty();
                }
                memory.read(address + i, one);
                text[i] = one[0];
            }
            if (text[i] == 0) {
                return Optional.of(new String(text, 0, i, StandardCharsets.ISO_8859_1));
            }
        }
        return Optional.empty();
    }

    /** Writes the first bytes of an array; false if the range is not all memory. Writing no bytes always works. */
    boolean write(long address, byte[] bytes, int length) {
        if (length == 0) {
            return true;
        }
        if (!memory.contains(address, length)) {
            return false;
        }
        memory.write(address, bytes, length);
        return true;
    }

    /**
     * Writes a text into a buffer of the client: as much of it as fits, and its NUL if there is room for that too.
     *
     * @param room the buffer's length, unsigned
     * @return the length of the whole text without the NUL; -1 if what was to be written is not all memory
     */
    int writeText(long address, int room, String text) {
        byte[] bytes = terminated(text);
        return write(address, bytes, least(room, bytes.length)) ? bytes.length - 1 : Service.FAILED;
    }

    /** The lesser of a client's length, which is unsigned, and a length of ours. */
    static int least(int room, int length) {
        return Integer.compareUnsigned(room, length) < 0 ? room : length;
    }

    static byte[] terminated(String text) {
        return (text + '\0').getBytes(StandardCharsets.ISO_8859_1);
    }
}
