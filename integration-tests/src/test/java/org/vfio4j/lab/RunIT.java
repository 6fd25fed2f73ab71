// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code integration-tests/lab/run} promises: a kernel's fault is never taken for a success. */
class RunIT {
    /** Linux provokes a fault of its own choice for who writes here (drivers/misc/lkdtm). */
    private static final String PROVOKE = "/sys/kernel/debug/provoke-crash/DIRECT";

    private Lab lab;
    private String name;

    @BeforeEach
    void provision(TestInfo test) throws Exception {
        lab = Lab.provisioned();
        name = test.getTestMethod().orElseThrow().getName();
    }

    private GuestRun run(String... command) throws IOException, InterruptedException {
        return lab.run(name, List.of(), command);
    }

    @Test
    void outputErrorOutputAndExitCodeAreTheCommands() throws Exception {
        GuestRun run = run("sh", "-c", "echo WARNING: out; echo BUG: err >&2; uname -sm; exit 3");
        assertThat(run.code()).as(run.toString()).isEqualTo(3);
        assertThat(run.out()).isEqualTo("WARNING: out\nLinux aarch64\n");
        assertThat(run.err()).isEqualTo("BUG: err\n");
    }

    @Test
    void argumentsAreKept() throws Exception {
        GuestRun run = run("printf", "<%s>\\n", "a  b", "it's", "$HOME", "*", "\\", "", "ü\n\"");
        assertThat(run.out()).as(run.toString()).isEqualTo("<a  b>\n<it's>\n<$HOME>\n<*>\n<\\>\n<>\n<ü\n\">\n");
    }

    @Test
    void theGuestWritesIntoTheDirectoryThatItIsGiven() throws Exception {
        Path work = Lab.newWork(name);
        Files.writeString(work.resolve("question"), "42");
        GuestRun run = lab.run(name, List.of("--work", work.toString()), "sh", "-c", "pwd; cp question answer");
        assertThat(run.out()).as(run.toString()).isEqualTo("/work\n");
        assertThat(work.resolve("answer")).hasContent("42");
    }

    @Test
    void aHangIsEnded() throws Exception {
        GuestRun run = lab.run(name, List.of("--timeout", "10"), "sleep", "1000");
        assertThat(run.code()).as(run.toString()).isEqualTo(Lab.TIMED_OUT);
        assertThat(run.err()).contains("ended after 10 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WARNING", "BUG", "EXCEPTION", "PANIC"})
    void aFaultOfTheKernelFailsTheRun(String fault) throws Exception {
        GuestRun run = run("sh", "-c", "echo " + fault + " > " + PROVOKE + "; exit 0");
        assertThat(run.code()).as(run.toString()).isEqualTo(Lab.FAILED);
        assertThat(run.err()).contains("the kernel reported a fault", "lkdtm");
    }

    /** Only a trace that has no more than a message is expected. */
    @Test
    void aFaultWithTheExpectedMessageIsOneAllTheSame() throws Exception {
        String[] provoke = {"sh", "-c", "echo WARNING > " + PROVOKE};
        GuestRun run = lab.run(name, List.of("--expect", "lkdtm: Performing direct entry"), provoke);
        assertThat(Files.readString(run.log())).contains("lkdtm: Performing direct entry");
        assertThat(run.code()).as(run.toString()).isEqualTo(Lab.FAILED);
    }

    @Test
    void aGuestThatEndsWithoutAnAnswerFailsTheRun() throws Exception {
        GuestRun run = run("poweroff", "-f");
        assertThat(run.code()).as(run.toString()).isEqualTo(Lab.FAILED);
        assertThat(run.err()).contains("the guest ended without an answer");
    }

    @Test
    void optionsOfTheKernelAreAdded() throws Exception {
        String parameter = "/sys/module/vfio_platform/parameters/reset_required";
        assertThat(run("cat", parameter).out()).isEqualTo("N\n");
        GuestRun run = lab.run(name, List.of("--boot", "vfio-platform.reset_required=1"), "cat", parameter);
        assertThat(run.out()).as(run.toString()).isEqualTo("Y\n");
    }

    @Test
    void theGuestHasKvm() throws Exception {
        GuestRun run = run("sh", "-c", "test -c /dev/kvm && echo there");
        assertThat(run.out()).as(run.toString()).isEqualTo("there\n");
    }

    @Test
    void withoutProvisionedLabItSaysSo(@TempDir Path cache) throws Exception {
        ProcessBuilder script = new ProcessBuilder(Lab.MODULE.resolve("lab/run").toString(), "true");
        script.environment().put("XDG_CACHE_HOME", cache.toString());
        Process process = script.redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes()))
                .startsWith("lab: not run:")
                .contains("provision");
        assertThat(process.waitFor()).isEqualTo(Lab.NOT_RUN);
    }
}
