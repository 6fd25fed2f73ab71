// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a command writes, and what it may assume of the reader. Output is UTF-8 and buffered; a failed write is an
 * exception, unlike that of {@link System#out}.
 */
final class Terminal {
    private static final int BUFFER = 1 << 16;
    private static final Pattern DEVICE = Pattern.compile("/dev/(pts/\\d+|tty.*|console|hvc\\d+)");

    private final BufferedReader in;
    private final OutputStream bytes;
    private final Writer out;
    private final PrintWriter err;
    private final boolean inIsTerminal;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;
    private final Map<String, String> environment;

    /**
     * Creates a terminal.
     *
     * @param in standard input
     * @param out standard output
     * @param err standard error
     * @param inIsTerminal a person types standard input
     * @param outIsTerminal a person reads standard output
     * @param errIsTerminal a person reads standard error
     * @param environment the environment variables
     */
    Terminal(
            InputStream in,
            OutputStream out,
            OutputStream err,
            boolean inIsTerminal,
            boolean outIsTerminal,
            boolean errIsTerminal,
            Map<String, String> environment) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.bytes = out;
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER);
        this.err = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
        this.inIsTerminal = inIsTerminal;
        this.outIsTerminal = outIsTerminal;
        this.errIsTerminal = errIsTerminal;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Creates a terminal at which nobody types.
     *
     * @param out standard output
     * @param err standard error
     * @param outIsTerminal a person reads standard output
     * @param errIsTerminal a person reads standard error
     * @param environment the environment variables
     */
    Terminal(
            OutputStream out,
            OutputStream err,
            boolean outIsTerminal,
            boolean errIsTerminal,
            Map<String, String> environment) {
        this(InputStream.nullInputStream(), out, err, false, outIsTerminal, errIsTerminal, environment);
    }

    /** {@return the terminal of this process} */
    static Terminal ofProcess() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new OutputChannel(new FileOutputStream(FileDescriptor.out)),
                new FileOutputStream(FileDescriptor.err),
                DEVICE.matcher(target(0)).matches(),
                DEVICE.matcher(target(1)).matches(),
                DEVICE.matcher(target(2)).matches(),
                System.getenv());
    }

    // Not System.console(): it speaks for stdin and stdout together, and on JDK 22 to 24 it is never null.
    private static String target(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** {@return standard output} */
    Writer out() {
        return out;
    }

    /** {@return standard output without a buffer, behind what was written so far} */
    OutputStream bytes() throws IOException {
        out.flush();
        return bytes;
    }

    /** {@return standard error, flushed after each line} */
    PrintWriter err() {
        return err;
    }

    /** {@return true if output may carry colours: a terminal, not a dumb one, and NO_COLOR is not set} */
    boolean colours() {
        return outIsTerminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    /** {@return true if a progress bar disturbs nobody: a person reads standard error and nobody standard output} */
    boolean showsProgress() {
        return errIsTerminal && !outIsTerminal;
    }

    /** {@return true if somebody can answer a question: a person reads standard error and types standard input} */
    boolean canAsk() {
        return inIsTerminal && errIsTerminal;
    }

    /**
     * Asks a question.
     *
     * @param question the question
     * @return true if the answer is yes
     * @throws IOException if standard output cannot be flushed, or standard input cannot be read
     */
    boolean confirms(String question) throws IOException {
        out.flush();
        err.print("vfio: " + Words.printable(question) + " [y/N] ");
        err.flush();
        String answer = in.readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    /**
     * Reads a line of standard input, after a prompt if somebody types it.
     *
     * @param prompt the prompt
     * @return the line; null at the end
     * @throws IOException if standard output cannot be flushed, or standard input cannot be read
     */
    String readLine(String prompt) throws IOException {
        out.flush();
        if (canAsk()) {
            err.print(prompt);
            err.flush();
        }
        return in.readLine();
    }

    /** {@return true if VFIO_DEBUG asks for stack traces} */
    boolean debug() {
        return !environment.getOrDefault("VFIO_DEBUG", "").isEmpty();
    }

    /**
     * Says one line to the user, after what was printed so far.
     *
     * @param line the line, without the {@code vfio: } in front
     * @param cause printed with its stack trace if {@link #debug()}, may be null
     * @throws IOException if standard output cannot be flushed
     */
    void complain(String line, Throwable cause) throws IOException {
        out.flush();
        err.println("vfio: " + Words.printable(line.replaceAll("\\s*\\R\\s*", " ")));
        if (debug() && cause != null) {
            cause.printStackTrace(err);
        }
    }

    /** Standard output of the process: tells a reader that went away from a disk that is full. */
    private static final class OutputChannel extends OutputStream {
        private final FileOutputStream stream;

        OutputChannel(FileOutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                stream.write(bytes, offset, length);
            } catch (IOException e) {
                String target = target(1);
                // A pipe or a socket fails in one way only: EPIPE. The message is in the user's language.
                throw target.startsWith("pipe:") || target.startsWith("socket:")
                        ? new OutputClosedException(e)
                        : new OutputException(e);
            }
        }
    }

    /** Whoever read standard output went away. */
    static final class OutputClosedException extends IOException {
        private static final long serialVersionUID = 1L;

        OutputClosedException(IOException cause) {
            super(cause);
        }
    }

    /** Standard output cannot be written. */
    static final class OutputException extends IOException {
        private static final long serialVersionUID = 1L;

        OutputException(IOException cause) {
            super("cannot write standard output: " + cause.getMessage(), cause);
        }
    }
}
