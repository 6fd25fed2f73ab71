// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The terminal that standard input is, with every key passed on at once and unchanged, also Ctrl-C. It is as before when
 * this is closed, and when the process ends by a signal that a JVM can act on (all but KILL). {@code stty} does it, which
 * acts on its standard input.
 */
public final class RawTerminal implements AutoCloseable {
    private final String before;
    private final Thread hook = new Thread(this::restore, "terminal");

    private RawTerminal(String before) {
        this.before = before;
    }

    /**
     * Makes the terminal raw.
     *
     * @return the terminal; empty if standard input is none
     * @throws IOException if the terminal cannot be made raw
     */
    public static Optional<RawTerminal> ofInput() throws IOException {
        Optional<String> before = stty("-g");
        if (before.isEmpty()) {
            return Optional.empty();
        }
        RawTerminal terminal = new RawTerminal(before.get());
        // First: a signal may come in between.
        Runtime.getRuntime().addShutdownHook(terminal.hook);
        if (stty("raw", "-echo").isEmpty()) {
            terminal.close();
            throw new IOException("stty cannot make the terminal raw");
        }
        return Optional.of(terminal);
    }

    /** What it printed; empty if it failed, as it does where there is no terminal. */
    private static Optional<String> stty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        try {
            return process.waitFor() == 0 ? Optional.of(printed) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void restore() {
        try {
            stty(before);
        } catch (IOException e) {
            System.err.println("The terminal is raw ('stty sane' helps): " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The hook runs already, and does it.
            return;
        }
        restore();
    }
}
