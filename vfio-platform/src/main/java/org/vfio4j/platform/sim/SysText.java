// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;

/** Text as sysfs attributes take it. */
final class SysText {
    private SysText() {}

    /** What is before the first newline or NUL. */
    static String firstLine(byte[] value) {
        int end = 0;
        while (end < value.length && value[end] != '\n' && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }
}
