// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The terminal as a process, as a pipe and at a terminal, which script(1) of util-linux makes. */
// In a thread of its own, as a read of a process cannot be interrupted.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TerminalTest {
    private static final String JAVA = "'%s' -cp '%s' org.vfio4j.samples.pl011.TerminalOnBoard"
            .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path"));
    /** The settings of the terminal before and after, and the exit code. */
    private static final String AT_TERMINAL = "echo \"<$(stty -g)>\"; " + JAVA + "; echo \"[$?]<$(stty -g)>\"";

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void type(Process process, String keys) throws IOException {
        OutputStream keyboard = process.getOutputStream();
        keyboard.write(keys.getBytes(StandardCharsets.US_ASCII));
        keyboard.flush();
    }

    /** Everything up to and with a text. */
    private static String readTo(Process process, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = process.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("no '" + end + "' in: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    private static String rest(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static Process atTerminal() throws IOException {
        Path script = Path.of("/usr/bin/script");
        Assumptions.assumeTrue(Files.isExecutable(script), "not run: there is no " + script);
        return start(script.toString(), "--quiet", "--return", "--command", AT_TERMINAL, "/dev/null");
    }

    private static String settings(String text) {
        return text.substring(text.indexOf('<'), text.indexOf('>'));
    }

    @Test
    void asAPipeItSendsAllOfItsInputAndPrintsTheAnswer() throws Exception {
        Process process = start("sh", "-c", JAVA);
        type(process, "hello\u001d\n".repeat(300));
        process.getOutputStream().close();
        assertThat(rest(process)).isEqualTo("HELLO\u001d\n".repeat(300));
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void everyKeyIsSentUntilTheOneThatLeaves() throws Exception {
        Process process = atTerminal();
        String before = readTo(process, "Ctrl-] leaves\r\n");
        // Without a line end, and with what a terminal usually acts on: Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-\\, Ctrl-S.
        type(process, "ab\u0003\u0004\u001a\u001c\u0013c\r");
        assertThat(readTo(process, "\r")).isEqualTo("AB\u0003\u0004\u001a\u001c\u0013C\r");
        type(process, "\u001dnot sent");
        String after = rest(process);
        assertThat(after).startsWith("[0]");
        assertThat(settings(after)).isEqualTo(settings(before));
    }

    @Test
    void theTerminalIsAsBeforeAlsoAfterASignal() throws Exception {
        Process process = atTerminal();
        String before = readTo(process, "Ctrl-] leaves\r\n");
        type(process, "!");
        String after = rest(process);
        assertThat(after).as("killed by TERM").contains("[143]");
        assertThat(settings(after)).isEqualTo(settings(before));
    }
}
