// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The driver of the UART on QEMU's, of which this test is the other end. */
@Timeout(600)
class Pl011IT {
    private static final String NAME = "pl011";
    private static final long SEED = 20260711;
    private static final int MUCH = 1 << 16;

    /** The terminal's input ends when this test says so. */
    private static final String COMMANDS = """
            vfio bind 9000000.pl011 >&2
            "$@" org.vfio4j.samples.pl011.Echo 9000000.pl011 %d
            {
                echo from the guest
                while [ ! -e answered ]; do sleep 0.1; done
            } | "$@" org.vfio4j.samples.pl011.Terminal 9000000.pl011
            """.formatted(MUCH);

    private static SocketChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static void write(SocketChannel channel, byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] read(SocketChannel channel, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new AssertionError("the guest ended after " + buffer.position() + " bytes");
            }
        }
        return buffer.array();
    }

    @Test
    void bytesGoBothWaysAndNoneIsLost(@TempDir Path sockets) throws Exception {
        Lab lab = Lab.provisioned();
        Path socket = sockets.resolve("uart");
        Path work = Lab.newWorkWithSamples(NAME);
        List<String> options = List.of(
                "--timeout", "600", "--work", work.toString(), "--uart", "unix:" + socket + ",server=on,wait=off");
        String[] command = Stream.concat(Stream.of("sh", "-ec", COMMANDS, "sh"), Arrays.stream(Lab.javaWithSamples()))
                .toArray(String[]::new);
        try (RunningGuest guest = lab.start(NAME, options, command)) {
            guest.awaitFile(socket);
            try (SocketChannel line = connect(socket)) {
                assertThat(guest.nextLine()).isEqualTo("ready");
                echo(line);
                said(guest.nextLine());

                String hello = "from the guest\n";
                assertThat(read(line, hello.length())).asString().isEqualTo(hello);
                write(line, "from the host\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(guest.nextLine()).isEqualTo("from the host");
                Files.createFile(work.resolve("answered"));
                GuestRun run = guest.end();
                assertThat(run.code()).as(run.toString()).isZero();
            }
        }
    }

    /** Both directions at once, as the guest answers while it receives. */
    private static void echo(SocketChannel line) throws Exception {
        byte[] bytes = new byte[MUCH];
        new Random(SEED).nextBytes(bytes);
        byte[] inverted = new byte[MUCH];
        for (int i = 0; i < MUCH; i++) {
            inverted[i] = (byte) ~bytes[i];
        }
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(line, bytes));
        assertThat(read(line, MUCH)).as("seed %d", SEED).isEqualTo(inverted);
        writing.get();
    }

    /** The FIFO makes less interrupts than bytes. */
    private static void said(String line) {
        Matcher words =
                Pattern.compile(MUCH + " bytes, (\\d+) interrupts, (.*)").matcher(line);
        assertThat(words.matches()).as(line).isTrue();
        assertThat(Long.parseLong(words.group(1))).isBetween(1L, MUCH - 1L);
        assertThat(words.group(2)).isEqualTo("LineErrors[overruns=0, breaks=0, parity=0, framing=0]");
    }
}
