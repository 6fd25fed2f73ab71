// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Names of files that nobody of good faith would give. */
final class HostileNames {
    private static final List<String> PARTS =
            List.of("", "..", ".", "a", "b", "%", "%file", "a%file", "%2E%2E", "\n", "\u00ff", "\\", "~", "-rf", "...");

    private HostileNames() {}

    /** 1 to 55 characters. */
    static String next(Random random) {
        StringBuilder name = new StringBuilder(PARTS.get(random.nextInt(PARTS.size())));
        for (int i = random.nextInt(5); i > 0; i--) {
            name.append('/').append(PARTS.get(random.nextInt(PARTS.size())));
        }
        if (random.nextInt(10) == 0) {
            byte[] bytes = new byte[55];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (1 + random.nextInt(255));
            }
            name.insert(0, new String(bytes, StandardCharsets.ISO_8859_1));
        }
        name.setLength(Math.min(55, name.length()));
        return name.isEmpty() ? "x" : name.toString();
    }
}
