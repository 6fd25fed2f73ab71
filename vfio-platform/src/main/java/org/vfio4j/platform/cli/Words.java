// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.vfio4j.devtree.address.Translation;

/** Enum constants as the commands print them: lower case, with dashes. */
final class Words {
    private Words() {}

    /**
     * The word for a constant.
     *
     * @param constant the constant
     * @return such as {@code level-high}
     */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The words for constants.
     *
     * @param constants the constants
     * @return such as {@code read,write}; {@code -} for none
     */
    static String of(Collection<? extends Enum<?>> constants) {
        return constants.isEmpty() ? "-" : constants.stream().map(c -> of(c)).collect(Collectors.joining(","));
    }

    /**
     * Why an address does not translate, and where.
     *
     * @param not the failure
     * @return one line
     */
    static String of(Translation.Untranslatable not) {
        return not.detail() + " (at " + not.at() + ")";
    }

    /**
     * Text that does nothing to a terminal: names in a device tree may hold any byte.
     *
     * @param text the text
     * @return the same, with control characters as {@code \x1b}
     */
    static String printable(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder safe = new StringBuilder();
        for (char c : text.toCharArray()) {
            safe.append(Character.isISOControl(c) ? String.format("\\x%02x", (int) c) : String.valueOf(c));
        }
        return safe.toString();
    }
}
