// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

/** Colours, by the eight of every terminal. */
enum Style {
    /** As it is. */
    PLAIN(""),
    /** What is looked for first. */
    BOLD("1"),
    /** Headings of columns. */
    FAINT("2"),
    /** Good. */
    GREEN("32"),
    /** Worth a look. */
    YELLOW("33"),
    /** Bad. */
    RED("31");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /**
     * Puts text into this style, where colours are wanted, and makes it {@linkplain Words#printable printable}.
     *
     * @param text the text
     * @param terminal where it goes
     * @return the text, with or without escape sequences
     */
    String of(String text, Terminal terminal) {
        String safe = Words.printable(text);
        return this == PLAIN || safe.isEmpty() || !terminal.colours() ? safe : "\033[" + code + "m" + safe + "\033[m";
    }
}
