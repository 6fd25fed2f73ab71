// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;

/**
 * Connects standard input and output with a UART: {@code Terminal DEVICE [BAUD]}. At a terminal every key is sent, and Ctrl-]
 * ends it. Else it is a pipe, and ends when all of the input is sent and nothing was received for a second. The device is
 * bound to a VFIO driver.
 */
public final class Terminal {
    private static final int LEAVE = ']' & 0x1f;
    private static final long QUIET = TimeUnit.SECONDS.toNanos(1);

    private final Pl011 uart;
    private volatile long lastReceived = System.nanoTime();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Terminal(Pl011 uart) {
        this.uart = uart;
    }

    /**
     * Runs the sample. What is wrong is said on standard error, with exit code 1.
     *
     * @param arguments a device's name, path or alias, and bits a second, 115200 if left out
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            if (arguments.length < 1 || arguments.length > 2) {
                throw new IllegalArgumentException("expected a device, and bits a second");
            }
            run(arguments[0], arguments.length == 2 ? Integer.parseUnsignedInt(arguments[1]) : 115_200);
        } catch (IOException | IllegalArgumentException | IllegalStateException wrong) {
            System.err.println("vfio-terminal: " + wrong.getMessage());
            System.exit(1);
        }
    }

    private static void run(String name, int baud) throws IOException, InterruptedException {
        try (PlatformDevice device = PlatformDevice.open(LinuxSyscalls.ofMachine(), HostFiles.ofMachine(), name);
                Pl011 uart = Pl011.open(device, baud)) {
            connect(uart, device.entry().name() + ", " + baud + " baud; Ctrl-] leaves");
        }
    }

    /** Until the end. The greeting is for a person. */
    static void connect(Pl011 uart, String greeting) throws IOException, InterruptedException {
        new Terminal(uart).run(greeting);
    }

    private void run(String greeting) throws IOException, InterruptedException {
        Optional<RawTerminal> raw = RawTerminal.ofInput();
        try {
            if (raw.isPresent()) {
                System.err.print(greeting + "\r\n");
            }
            start("receiver", this::receive);
            start("sender", () -> send(raw.isPresent()));
            end.get();
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause().getMessage(), failed.getCause());
        } finally {
            raw.ifPresent(RawTerminal::close);
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** The first one that ends is the end, and nobody waits for the other, which may read for ever. */
    private void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        end.complete(null);
                    } catch (IOException | InterruptedException | RuntimeException failure) {
                        end.completeExceptionally(failure);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Not by System.out, which would swallow that nobody reads any more. */
    private void receive() throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        InputStream in = uart.input();
        byte[] bytes = new byte[4096];
        while (true) {
            int length = in.read(bytes);
            out.write(bytes, 0, length);
            lastReceived = System.nanoTime();
        }
    }

    private void send(boolean isTerminal) throws IOException, InterruptedException {
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = uart.output();
        byte[] bytes = new byte[4096];
        for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
            int end = isTerminal ? indexOf(LEAVE, bytes, length) : length;
            out.write(bytes, 0, end);
            if (end < length) {
                break;
            }
        }
        out.flush();
        lastReceived = System.nanoTime();
        while (!isTerminal && System.nanoTime() - lastReceived < QUIET) {
            Thread.sleep(50);
        }
    }

    private static int indexOf(int key, byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == key) {
                return i;
            }
        }
        return length;
    }
}
