// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code vfio} command as a process of its own. */
class CommandProcessTest {
    private static final String MAIN = "org.vfio4j.platform.cli.Main";
    private static final Pattern PARTS = Pattern.compile(".*/(vfio-platform|devtree-mapper|vfio-api)/target/.*"
            + "|.*/(vfio-platform|devtree-mapper|vfio-api|picocli|nanojson|jna|jnr|jffi|asm)-[^/]*\\.jar");

    private record Ended(int code, String out, String err) {}

    @TempDir
    private Path directory;

    @Test
    @DisplayName("on the class path it inspects a device of the simulated board")
    void classPath() throws Exception {
        assertInspects(run(List.of("-cp", path(), MAIN), "inspect", "--sim", "proposal", "sata0"));
    }

    @Test
    @DisplayName("on the module path, too")
    void modulePath() throws Exception {
        // The jnr modules are automatic, and no descriptor requires all of them.
        List<String> jvm =
                List.of("-p", path(), "--add-modules", "ALL-MODULE-PATH", "-m", "org.vfio4j.platform/" + MAIN);

        assertInspects(run(jvm, "inspect", "--sim", "proposal", "sata0"));
        assertThat(run(jvm, "--version").out()).matches("vfio \\d\\S*\\R|vfio \\(not packaged\\)\\R");
    }

    private static void assertInspects(Ended ended) {
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("/soc@ffe000000/sata@220000").doesNotContain("\033[");
    }

    @Test
    @DisplayName("commands that read files only, or ask a simulated kernel, load nothing native")
    void nothingNative() throws Exception {
        Path source = Files.writeString(directory.resolve("b.dts"), "/dts-v1/; / { d@1 { compatible = \"a\"; }; };");
        String[][] commandLines = {
            {"resolve", source.toString()},
            {"tree", source.toString()},
            {"diff", source.toString(), source.toString()},
            {"list", "--dtb", source.toString()},
            {"inspect", "--sim", "proposal", "sata0"},
        };
        for (String[] commandLine : commandLines) {
            Ended ended = run(List.of("-verbose:class", "-cp", path(), MAIN), commandLine);

            assertThat(ended.code()).isZero();
            assertThat(ended.out()).contains(MAIN).doesNotContain("com.sun.jna.", " jnr.", "com.kenai.jffi.");
        }
    }

    @Test
    @DisplayName("a jar on the class path brings its command along")
    void commandOfAnotherJar() throws Exception {
        String all = System.getProperty("java.class.path");

        Ended ended = run(List.of("-cp", all, MAIN), "fwcfg", "list", "--help");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).startsWith("Usage: vfio fwcfg list ");
        assertThat(run(List.of("-cp", all, MAIN), "--help").out())
                .containsPattern("\n  fwcfg +Read what the host gave");
        assertThat(run(List.of("-cp", path(), MAIN), "--help").out()).doesNotContain("fwcfg");
    }

    @Test
    @DisplayName("a reader that goes away ends it quietly")
    void brokenPipe() throws Exception {
        // More than a pipe and the command's own buffer hold.
        StringBuilder source = new StringBuilder("/dts-v1/; / {");
        for (int i = 0; i < 10_000; i++) {
            source.append(" node").append(i).append(" { property = \"some text that takes a place\"; };");
        }
        Path file = Files.writeString(directory.resolve("big.dts"), source.append(" };"));

        Process process = start(List.of("-cp", path(), MAIN), "tree", file.toString());
        try (InputStream out = process.getInputStream()) {
            assertThat(out.read()).isEqualTo('/');
        }

        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(process.waitFor()).isEqualTo(141);
    }

    private static Ended run(List<String> jvm, String... arguments) throws Exception {
        Process process = start(jvm, arguments);
        process.getOutputStream().close();
        // Standard error is a few lines, which its pipe holds.
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), out, err);
    }

    private static Process start(List<String> jvm, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("VFIO_DEBUG", "JAVA_TOOL_OPTIONS"));
        return builder.start();
    }

    /** What of the test's class path the command needs. */
    private static String path() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> PARTS.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
