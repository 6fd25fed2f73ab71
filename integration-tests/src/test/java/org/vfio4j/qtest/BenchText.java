// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.nio.charset.StandardCharsets;

/** Bytes as text, with a dot for 0. */
final class BenchText {
    private BenchText() {}

    static byte[] bytes(String text) {
        return text.replace('.', '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', '.');
    }
}
