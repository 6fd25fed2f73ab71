// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the scripts of this directory say before they build and start anything. */
class RunTest {
    private record Ended(int code, String said) {}

    private static Ended start(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private static List<String> mains() throws IOException {
        Path sources = Path.of("src/main/java/org/vfio4j/samples");
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(Files::isRegularFile)
                    .filter(RunTest::hasMain)
                    .map(file -> sources.relativize(file).toString())
                    .filter(name -> name.contains("/"))
                    .map(name -> "  " + name.replace(".java", "").replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasMain(Path file) {
        try {
            return Files.readString(file).contains("public static void main(");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutNameItListsTheSamples() throws Exception {
        Ended run = start("./run");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.said().lines().skip(1))
                .containsExactlyElementsOf(mains())
                .contains("  pl031.Alarm");
    }

    @Test
    void anUnknownSampleIsRefused() throws Exception {
        Ended run = start("./run", "pl031.Clock");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.said()).isEqualTo("run: there is no sample pl031.Clock; without arguments it lists them\n");
    }

    @Test
    void whatAUserCanMendIsOneLine() throws Exception {
        Ended alarm = launch("pl031.Alarm", "5");
        assertThat(alarm.code()).isEqualTo(1);
        assertThat(alarm.said()).isEqualTo("Alarm: expected a device and a number of seconds\n");
        Ended unknown = launch("pl031.Alarm", "no-such-device", "5");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.said().lines())
                .singleElement()
                .asString()
                .startsWith("Alarm: ")
                .contains("no-such-device");
    }

    /** As {@code PlatformDevice.open} says it. */
    public static final class OfUnboundDevice {
        public static void main(String[] arguments) {
            throw new IllegalStateException("must be bound");
        }
    }

    @Test
    void anUnboundDeviceIsOneLineToo() throws Exception {
        Ended unbound = launch("RunTest$OfUnboundDevice");
        assertThat(unbound.code()).isEqualTo(1);
        assertThat(unbound.said()).isEqualTo("OfUnboundDevice: must be bound\n");
    }

    private static Ended launch(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 24) {
            // As the script says it, against warnings of native libraries.
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("org.vfio4j.samples.Launcher");
        command.addAll(List.of(arguments));
        return start(command.toArray(String[]::new));
    }

    @Test
    void theTerminalNeedsADevice() throws Exception {
        Ended terminal = start("./vfio-terminal");
        assertThat(terminal.code()).isEqualTo(2);
        assertThat(terminal.said()).startsWith("usage: vfio-terminal DEVICE [BAUD]");
    }
}
