// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reasons that rows of a table refer to by number, so that each is printed once and the table stays narrow. */
final class Reasons {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /**
     * A reference to a reason.
     *
     * @param reason the reason
     * @return such as {@code [1]}
     */
    String reference(String reason) {
        return "[" + numbers.computeIfAbsent(reason, r -> numbers.size() + 1) + "]";
    }

    /**
     * Prints the reasons that were referred to.
     *
     * @param terminal where
     * @param indent what each line begins with
     * @throws IOException if it cannot be written
     */
    void print(Terminal terminal, String indent) throws IOException {
        for (Map.Entry<String, Integer> reason : numbers.entrySet()) {
            String line = indent + "[" + reason.getValue() + "] " + reason.getKey();
            terminal.out().append(Style.PLAIN.of(line, terminal)).append('\n');
        }
    }
}
