// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

/** Names for a terminal: they come from whoever started the machine, and may hold any byte. */
final class Printable {
    private Printable() {}

    /** The same with {@code \x1b} for what is no visible ASCII. */
    static String of(String name) {
        StringBuilder safe = new StringBuilder();
        for (char character : name.toCharArray()) {
            safe.append(
                    character < ' ' || character > '~' ? String.format("\\x%02x", (int) character) : "" + character);
        }
        return safe.toString();
    }
}
