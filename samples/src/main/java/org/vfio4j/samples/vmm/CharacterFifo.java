// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

/** A FIFO of a UART. Not safe for use by several threads. */
final class CharacterFifo {
    private final int[] characters;
    private int head;
    private int size;

    CharacterFifo(int depth) {
        characters = new int[depth];
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int character) {
        if (size == characters.length) {
            throw new IllegalStateException("expected room for a character");
        }
        characters[(head + size) % characters.length] = character;
        size++;
    }

    int remove() {
        if (isEmpty()) {
            throw new IllegalStateException("expected a character");
        }
        int character = characters[head];
        head = (head + 1) % characters.length;
        size--;
        return character;
    }

    void clear() {
        size = 0;
    }
}
