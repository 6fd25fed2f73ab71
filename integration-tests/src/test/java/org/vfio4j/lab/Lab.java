// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** The scripts of {@code integration-tests/lab}. */
final class Lab {
    /** Exit codes of the lab's own. */
    static final int NOT_RUN = 77;

    static final int TIMED_OUT = 124;
    static final int FAILED = 125;

    /** Where Maven starts tests: the module's directory. */
    static final Path MODULE = Path.of("").toAbsolutePath();

    private static final Path SCRIPTS = MODULE.resolve("lab");
    private static final Path TARGET = MODULE.resolve("target/lab");
    private static final String PROPERTY = "vfio4j.lab";

    private final Path app;

    private Lab(Path app) {
        this.app = app;
    }

    /**
     * The lab, made by the first call; the others take a tenth of a second.
     *
     * @throws TestAbortedException if it cannot run here, or was told not to
     * @throws AssertionError if a step of provisioning failed, or if the lab cannot run and must
     */
    static Lab provisioned() throws IOException, InterruptedException {
        String wish = System.getProperty(PROPERTY, "auto");
        switch (wish) {
            case "auto", "required" -> {}
            case "off" -> throw new TestAbortedException("not run: the property " + PROPERTY + " is off");
            default ->
                throw new IllegalArgumentException(
                        "expected auto, required or off in the property " + PROPERTY + ", got " + wish);
        }
        Process script = start(new ProcessBuilder(SCRIPTS.resolve("provision").toString()).redirectErrorStream(true));
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = script.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("lab: provisioned, ")) {
                    // As it comes: the first time takes minutes.
                    System.out.println(line);
                }
                said.add(line);
            }
        }
        int code = script.waitFor();
        if (code == NOT_RUN && wish.equals("auto")) {
            throw new TestAbortedException(String.join("\n", said));
        }
        if (code != 0) {
            throw new AssertionError("provision ended with " + code + ":\n" + String.join("\n", said));
        }
        return new Lab(packagedCommand());
    }

    /** The command as this build has packaged it, apart from what another build may write meanwhile. */
    private static Path packagedCommand() throws IOException {
        Path target = MODULE.resolveSibling("vfio-platform").resolve("target");
        Path app = Jars.emptyDirectory(TARGET.resolve("app"));
        Jars.copyAll(target, app);
        Jars.copyAll(target.resolve("lib"), Files.createDirectory(app.resolve("lib")));
        return app;
    }

    /** The lab's kernel: an Image of arm64. */
    Path kernel() throws IOException, InterruptedException {
        Process script = start(new ProcessBuilder("bash", "-c", ". \"$0\" && product kernel", SCRIPTS + "/lib.sh"));
        String product = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (script.waitFor() != 0) {
            throw new AssertionError("lib.sh does not say where the kernel is: " + product);
        }
        return Path.of(product).resolve("Image");
    }

    /** A file of the test resources, beside this class. */
    static Path resource(String name) {
        return MODULE.resolve("src/test/resources/org/vfio4j/lab").resolve(name);
    }

    /** An empty directory of a name for a guest to work in. */
    static Path newWork(String name) throws IOException {
        return Jars.emptyDirectory(TARGET.resolve(name));
    }

    /** The same with the samples in it, for {@link #sample}. */
    static Path newWorkWithSamples(String name) throws IOException {
        Path work = newWork(name);
        Jars.copyAll(MODULE.resolveSibling("samples").resolve("target"), work);
        return work;
    }

    /**
     * The command that starts a sample in a guest with {@link #newWorkWithSamples}.
     *
     * @param main package below that of the samples, and class
     * @param arguments its arguments
     */
    static String[] sample(String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(javaWithSamples()));
        command.add("org.vfio4j.samples." + main);
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    /** The beginning of that command. */
    static String[] javaWithSamples() {
        return new String[] {"java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "/work/*:/app/*:/app/lib/*"};
    }

    /**
     * Boots the lab, runs a command in it, and switches it off.
     *
     * @param name of the run: of the kernel's log, among others
     * @param options of the run script
     * @param command the command and its arguments
     */
    GuestRun run(String name, List<String> options, String... command) throws IOException, InterruptedException {
        Files.createDirectories(TARGET);
        Path log = TARGET.resolve(name + ".log");
        Path out = TARGET.resolve(name + ".out");
        Path err = TARGET.resolve(name + ".err");
        int code = start(script(log, options, command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile()))
                .waitFor();
        return new GuestRun(code, Files.readString(out), Files.readString(err), log);
    }

    /**
     * Boots the lab and starts a command in it, whose output is read while it runs.
     *
     * @param name of the run: of the kernel's log, among others
     * @param options of the run script
     * @param command the command and its arguments
     */
    RunningGuest start(String name, List<String> options, String... command) throws IOException {
        Files.createDirectories(TARGET);
        Path log = TARGET.resolve(name + ".log");
        Path err = TARGET.resolve(name + ".err");
        return new RunningGuest(start(script(log, options, command).redirectError(err.toFile())), err, log);
    }

    private ProcessBuilder script(Path log, List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of(SCRIPTS.resolve("run").toString()));
        line.addAll(List.of("--app", app.toString(), "--log", log.toString()));
        line.addAll(options);
        line.addAll(List.of(command));
        return new ProcessBuilder(line);
    }

    private static Process start(ProcessBuilder script) throws IOException {
        return script.redirectInput(Path.of("/dev/null").toFile()).start();
    }
}
