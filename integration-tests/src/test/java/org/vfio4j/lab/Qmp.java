// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * QEMU's machine protocol: one JSON object a line. QEMU greets, wants {@code qmp_capabilities} as the first command, and
 * may tell of events before it answers (docs/interop/qmp-spec of QEMU).
 */
final class Qmp implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader answers;

    private Qmp(SocketChannel channel) {
        this.channel = channel;
        this.answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** What {@code lab/run} is to be told, so that QEMU listens there. */
    static List<String> options(Path socket) {
        return List.of("--qemu", "-qmp", "--qemu", "unix:" + socket + ",server=on,wait=off");
    }

    /** Connects with a QEMU that has started. */
    static Qmp connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        Qmp qmp = new Qmp(channel);
        qmp.answer("\"QMP\"");
        qmp.execute("qmp_capabilities");
        return qmp;
    }

    /** Executes a command that has no arguments. */
    void execute(String command) throws IOException {
        ByteBuffer line = StandardCharsets.UTF_8.encode("{\"execute\": \"" + command + "\"}\n");
        while (line.hasRemaining()) {
            channel.write(line);
        }
        answer("\"return\"");
    }

    private void answer(String expected) throws IOException {
        String line = answers.readLine();
        while (line != null && line.contains("\"event\"")) {
            line = answers.readLine();
        }
        if (line == null || !line.startsWith("{" + expected)) {
            throw new IOException("expected " + expected + " of QEMU, got " + line);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
