// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One boot of the lab in which the JUnit console runs a {@link GuestSuite}. */
final class GuestSuiteRun {
    /** Exit code of the JUnit console: a test failed. */
    private static final int TESTS_FAILED = 1;

    private GuestSuiteRun() {}

    static List<GuestTest> run(Class<?> suiteClass) throws IOException, InterruptedException {
        Lab lab = Lab.provisioned();
        GuestSuite suite = suiteClass.getAnnotation(GuestSuite.class);
        Path work = Lab.newWork(suiteClass.getSimpleName());
        String classPath = Jars.copyClassPath(work, "/work");

        List<String> options =
                new ArrayList<>(List.of("--work", work.toString(), "--timeout", Integer.toString(suite.bound())));
        for (String option : suite.boot()) {
            options.addAll(List.of("--boot", option));
        }
        if (!suite.tree().isEmpty()) {
            options.addAll(List.of("--tree", Lab.resource(suite.tree()).toString()));
        }
        // SerialGC and C1 alone: a JVM under emulation pays for each thread and for each compilation.
        List<String> command = new ArrayList<>(List.of("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        for (String property : suite.properties()) {
            command.add("-D" + property);
        }
        command.addAll(List.of("-Dvfio4j.world=machine", "-cp", classPath));
        command.addAll(List.of("org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner"));
        command.addAll(List.of("--disable-ansi-colors", "--details=summary", "--reports-dir=/work/report"));
        command.addAll(List.of(suite.select()));

        GuestRun run = lab.run(suiteClass.getSimpleName(), options, command.toArray(String[]::new));
        Path report = work.resolve("report").resolve(GuestReport.FILE);
        if ((run.code() != 0 && run.code() != TESTS_FAILED) || !Files.exists(report)) {
            throw new AssertionError("the suite did not come to an end: " + run);
        }
        List<GuestTest> tests = GuestReport.read(report);
        boolean failed = tests.stream().anyMatch(test -> test.failure().isPresent());
        if (tests.isEmpty() || failed != (run.code() == TESTS_FAILED)) {
            throw new AssertionError("the report of %d tests does not fit to: %s".formatted(tests.size(), run));
        }
        return tests;
    }
}
