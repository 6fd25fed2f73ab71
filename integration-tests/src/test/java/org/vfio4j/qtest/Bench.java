// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;
import org.vfio4j.platform.ResetListener;
import org.vfio4j.platform.register.Region;

/** A machine of QEMU, with 128 MiB of memory unless it says otherwise. Its processor is stopped at reset, until {@link #run}. */
final class Bench implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final List<ResetListener> resetListeners = new ArrayList<>();
    private LineConnection qtestLines;
    private LineConnection qmpLines;
    private Qtest qtest;
    private Qmp qmp;

    private Bench(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts Arm's machine "virt". Its memory begins at 0x40000000.
     *
     * @param directory for its sockets and its log; empty
     * @param machine what follows {@code -M virt}, such as {@code ,ras=on}
     * @param arguments more arguments
     * @return the bench
     * @throws TestAbortedException if QEMU is not installed
     */
    static Bench startArm(Path directory, String machine, String... arguments)
            throws IOException, InterruptedException {
        requireInstalled("qemu-system-aarch64", "qemu-system-arm");
        List<String> command =
                new ArrayList<>(List.of("qemu-system-aarch64", "-M", "virt" + machine, "-cpu", "cortex-a57"));
        command.addAll(List.of(arguments));
        return start(directory, command);
    }

    /**
     * Starts a PC. Its memory begins at 0.
     *
     * @param directory for its sockets and its log; empty
     * @param machine what follows {@code -M}: {@code q35} or {@code pc}
     * @param arguments more arguments
     * @return the bench
     * @throws TestAbortedException if QEMU is not installed
     */
    static Bench startPc(Path directory, String machine, String... arguments) throws IOException, InterruptedException {
        requireInstalled("qemu-system-x86_64", "qemu-system-x86");
        List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-M", machine));
        command.addAll(List.of(arguments));
        return start(directory, command);
    }

    /**
     * Starts a PowerPC machine "pseries" with QEMU's Virtual Open Firmware. Its memory, 512 MiB, begins at 0.
     *
     * @param directory for its sockets and its log; empty
     * @param arguments more arguments
     * @return the bench
     * @throws TestAbortedException if QEMU is not installed
     */
    static Bench startPower(Path directory, String... arguments) throws IOException, InterruptedException {
        requireInstalled("qemu-system-ppc64", "qemu-system-ppc");
        // Software emulation has none of the protections that the machine would otherwise insist on.
        List<String> command = new ArrayList<>(List.of(
                "qemu-system-ppc64",
                "-M",
                "pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off",
                "-m",
                "512"));
        command.addAll(List.of(arguments));
        return start(directory, command);
    }

    private static Bench start(Path directory, List<String> command) throws IOException, InterruptedException {
        Path log = directory.resolve("qemu.log");
        Path qtest = directory.resolve("qtest");
        Path qmp = directory.resolve("qmp");
        // Before the machine's own arguments, which may ask for more memory.
        command.addAll(1, List.of("-accel", "tcg", "-m", "128", "-S", "-nodefaults", "-display", "none"));
        command.addAll(List.of("-qtest-log", "none", "-qtest", "unix:" + qtest, "-qmp", "unix:" + qmp));
        try (ServerSocketChannel qtestServer = LineConnection.listen(qtest);
                ServerSocketChannel qmpServer = LineConnection.listen(qmp)) {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Bench bench = new Bench(process, log);
            boolean started = false;
            try {
                bench.connect(qtestServer, qmpServer);
                started = true;
                return bench;
            } finally {
                if (!started) {
                    bench.close();
                }
            }
        }
    }

    private static void requireInstalled(String qemu, String debianPackage) throws InterruptedException {
        try {
            Process version = new ProcessBuilder(qemu, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (version.waitFor() == 0) {
                return;
            }
        } catch (IOException none) {
            // As if it were there and did not run.
        }
        throw new TestAbortedException("not run: " + qemu
                + " is not installed (apt-get install --no-install-recommends " + debianPackage + ")");
    }

    private void connect(ServerSocketChannel qtestServer, ServerSocketChannel qmpServer)
            throws IOException, InterruptedException {
        try {
            // QEMU connects its monitors before qtest, and says hello when its main loop runs.
            qmpLines = LineConnection.accept(qmpServer, process, TIMEOUT);
            qtestLines = LineConnection.accept(qtestServer, process, TIMEOUT);
            qmp = new Qmp(qmpLines);
            qtest = new Qtest(qtestLines);
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage() + "; QEMU said: " + Files.readString(log).strip(), e);
        }
    }

    Qtest qtest() {
        return qtest;
    }

    Qmp qmp() {
        return qmp;
    }

    /** Lets the processor run, from where it is. */
    void run() throws IOException {
        qmp.run("cont");
    }

    /** {@return what QEMU has printed} */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Has something done when QEMU says that the machine was reset. */
    void onReset(ResetListener listener) {
        resetListeners.add(listener);
    }

    /** Resets the machine, from outside: devices are as at the start, memory is as it was. */
    void reset() throws IOException {
        qmp.run("system_reset");
        qmp.await("RESET");
        for (ResetListener listener : resetListeners) {
            listener.deviceWasReset();
        }
    }

    /**
     * The registers at some addresses, as vfio-platform gives those that cannot be mapped.
     *
     * @param name of the device
     * @param base guest-physical address
     * @param size bytes
     * @return the registers
     */
    Region registers(String name, long base, long size) throws IOException {
        return qtest.region(name, Qtest.Space.MEMORY, base, size);
    }

    /** As {@link #registers}, of I/O ports. */
    Region ports(String name, long base, long size) throws IOException {
        return qtest.region(name, Qtest.Space.PORTS, base, size);
    }

    BenchMemory memory(long address, int size) {
        return new BenchMemory(qtest, address, size);
    }

    /** Ends QEMU, which does not end when its connections do. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (qtestLines != null) {
            qtestLines.close();
        }
        if (qmpLines != null) {
            qmpLines.close();
        }
    }
}
