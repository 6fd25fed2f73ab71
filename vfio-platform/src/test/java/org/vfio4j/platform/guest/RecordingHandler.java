// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.ArrayList;
import java.util.List;

/** Writes down what it is asked; each byte that it reads is its low eight bits of the offset, and some more. */
final class RecordingHandler implements MmioHandler {
    final List<String> accesses = new ArrayList<>();
    private final int base;

    RecordingHandler(int base) {
        this.base = base;
    }

    @Override
    public long read(long offset, int width) {
        accesses.add("r" + width + "@" + offset);
        // Also above the width, where nobody may look.
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value |= ((base + offset + i) & 0xff) << (8 * i);
        }
        return value;
    }

    @Override
    public void write(long offset, int width, long value) {
        accesses.add("w" + width + "@" + offset + "=" + Long.toHexString(value));
    }
}
