// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the README shows is what the command prints: each block that begins with {@code $ ./vfio} is run. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern EXAMPLE = Pattern.compile("```\n\\$ \\./vfio ([^\n]*)\n(.*?)\n```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> showsTheOutputOfItsCommands() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(Files.readString(README));
        while (example.find()) {
            String arguments = example.group(1);
            String shown = example.group(2);
            tests.add(dynamicTest(
                    "vfio " + arguments,
                    () -> assertThat(run(arguments).strip()).isEqualTo(shown.strip())));
        }
        assertThat(tests).hasSizeGreaterThan(1);
        return tests.stream();
    }

    private static String run(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.vfio4j.platform.cli.Main"));
        command.addAll(List.of(arguments.split(" ")));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
