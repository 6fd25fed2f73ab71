// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the lab's README shows is what the guest says: each block that begins with a command of the lab is run. */
class LabReadmeIT {
    private static final Pattern EXAMPLE =
            Pattern.compile("```\n\\$ integration-tests/lab/run ([^\n]*)\n(.*?)\n```", Pattern.DOTALL);

    static Stream<Arguments> examples() throws IOException {
        return EXAMPLE.matcher(Files.readString(Lab.MODULE.resolve("lab/README.md")))
                .results()
                .map(example -> Arguments.of(example.group(1), example.group(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void showsTheOutputOfItsCommands(String command, String shown) throws Exception {
        GuestRun run = Lab.provisioned().run("readme", List.of(), command.split(" "));
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(run.out().strip()).isEqualTo(shown.strip());
    }
}
