// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real level-triggered interrupt, of a PL011, for a guest of the lab's KVM: none is lost, and none comes twice. */
@Timeout(4000)
class GuestInterruptIT {
    private static final String NAME = "guest-interrupts";
    private static final String UART = "9000000.pl011";

    /** How many of each kind. 100,000 take an hour, most of it for those that the program delivers. */
    private static final int COUNT = Integer.getInteger("vfio4j.lab.interrupts", 1000);

    private static final List<String> KINDS =
            List.of("KERNEL mapped", "KERNEL trapped", "PROGRAM trapped", "PROGRAM mapped");

    private static final Pattern LINE = Pattern.compile(
            "(\\w+ \\w+): (\\d+) sent, (\\d+) taken, (\\d+) unwanted, (\\d+) accesses trapped, ([0-9.]+) s");

    /** The classes that run in the guest; the command's jars have all else. */
    private static void copyClasses(Path work) throws IOException {
        Path compiled = Lab.MODULE.resolve("target/test-classes/org/vfio4j/lab");
        Path copies = Files.createDirectories(work.resolve("org/vfio4j/lab"));
        try (DirectoryStream<Path> classes = Files.newDirectoryStream(compiled, "{AssignedUart,UartInterruptGuest}*")) {
            for (Path file : classes) {
                Files.copy(file, copies.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void noneIsLostAndNoneComesTwice() throws Exception {
        Lab lab = Lab.provisioned();
        Path work = Lab.newWork(NAME);
        copyClasses(work);
        List<String> command = new ArrayList<>(List.of("sh", "-ec", "vfio bind " + UART + " >&2; exec \"$@\"", "sh"));
        command.addAll(List.of("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", "/work:/app/*:/app/lib/*", AssignedUart.class.getName(), UART));
        for (String kind : KINDS) {
            command.addAll(List.of(kind.split(" ")));
            command.add(Integer.toString(COUNT));
        }
        List<String> options = List.of("--timeout", "3900", "--work", work.toString(), "--uart", "null");
        GuestRun run = lab.run(NAME, options, command.toArray(String[]::new));
        assertThat(run.code()).as(run.toString()).isZero();
        List<String> lines = run.out().lines().toList();
        lines.forEach(System.out::println);
        assertThat(lines).hasSameSizeAs(KINDS);
        for (int i = 0; i < KINDS.size(); i++) {
            check(lines.get(i), KINDS.get(i));
        }
    }

    private static void check(String line, String kind) {
        Matcher words = LINE.matcher(line);
        assertThat(words.matches()).as(line).isTrue();
        assertThat(words.group(1)).isEqualTo(kind);
        assertThat(Integer.parseInt(words.group(2))).as(line).isEqualTo(COUNT);
        assertThat(Integer.parseInt(words.group(3))).as("taken: " + line).isEqualTo(COUNT);
        assertThat(Integer.parseInt(words.group(4))).as("unwanted: " + line).isZero();
        assertThat(Integer.parseInt(words.group(5)) > 0).as(line).isEqualTo(!kind.equals("KERNEL mapped"));
    }
}
