// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.util.concurrent.TimeUnit;

/** A progress bar on standard error, where {@link Terminal#showsProgress()}. It is gone when the work is done. */
final class Progress implements AutoCloseable {
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int WIDTH = 40;

    private final Terminal terminal;
    private final int total;
    private int done;
    private long next = System.nanoTime() + INTERVAL;
    private boolean drawn;

    /**
     * Begins; nothing is drawn before 0.1 s have passed.
     *
     * @param terminal where
     * @param total the number of steps
     */
    Progress(Terminal terminal, int total) {
        this.terminal = terminal;
        this.total = total;
    }

    /** Counts one step and draws, at most ten times a second. */
    void step() {
        done++;
        long now = System.nanoTime();
        if (terminal.showsProgress() && now - next >= 0) {
            next = now + INTERVAL;
            int filled = (int) ((long) WIDTH * done / total);
            String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
            terminal.err().print("\r[" + bar + "] " + done + " of " + total + " files");
            terminal.err().flush();
            drawn = true;
        }
    }

    /** Takes the bar off the screen, so that a line can be printed. */
    void clear() {
        if (drawn) {
            terminal.err().print("\r\033[K");
            terminal.err().flush();
            drawn = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
