// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Where named registers are. */
final class RegisterOffsets {
    private RegisterOffsets() {}

    static void check(long offset, int width) {
        if (offset < 0 || offset % width != 0) {
            throw new IllegalArgumentException("a register of " + 8 * width + " bits is at an offset of 0 or more"
                    + (width > 1 ? " that is a multiple of " + width : "") + ", not at " + offset);
        }
    }

    static Stream<Long> of(long offset, long stride, int count) {
        return LongStream.range(0, count)
                .map(i -> Math.addExact(offset, Math.multiplyExact(stride, i)))
                .boxed();
    }
}
