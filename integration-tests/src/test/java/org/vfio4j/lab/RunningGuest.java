// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A guest that runs a command. Closing it switches the guest off. */
final class RunningGuest implements AutoCloseable {
    /** A boot and the start of a JVM, on a busy machine. */
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Process script;
    private final Path err;
    private final Path log;
    /** Empty at the end of the output. */
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private final StringBuffer out = new StringBuffer();
    private final Thread reader = new Thread(this::read, "output of the guest");

    RunningGuest(Process script, Path err, Path log) {
        this.script = script;
        this.err = err;
        this.log = log;
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader output = script.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                out.append(line).append('\n');
                lines.add(Optional.of(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lines.add(Optional.empty());
        }
    }

    /** The next line of output; an AssertionError if none comes. */
    String nextLine() throws InterruptedException, IOException {
        Optional<String> line = nextLine(LONG);
        if (line.isEmpty()) {
            close();
            throw new AssertionError("no more output: " + end());
        }
        return line.get();
    }

    /** The next line of output, if one comes within a time and before the end. */
    Optional<String> nextLine(Duration timeout) throws InterruptedException {
        Optional<String> line = lines.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
            return Optional.empty();
        }
        if (line.isEmpty()) {
            // For the next call.
            lines.add(line);
        }
        return line;
    }

    /** Waits until QEMU has made a socket. */
    void awaitFile(Path file) throws InterruptedException, IOException {
        while (!Files.exists(file)) {
            if (!script.isAlive()) {
                throw new AssertionError("there is no " + file + ": " + end());
            }
            Thread.sleep(50);
        }
    }

    /** Waits for the end of the command. */
    GuestRun end() throws InterruptedException, IOException {
        int code = script.waitFor();
        reader.join();
        return new GuestRun(code, out.toString(), Files.readString(err), log);
    }

    @Override
    public void close() {
        script.destroy();
    }
}
