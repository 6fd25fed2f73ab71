// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Lines to and from QEMU, over a socket that QEMU connects to. */
final class LineConnection implements AutoCloseable {
    private static final long POLL_MILLIS = 5;

    private final SocketChannel channel;
    private ByteBuffer received = ByteBuffer.allocate(1 << 16).limit(0);

    private LineConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        server.configureBlocking(false);
        return server;
    }

    /** Connects with a QEMU that waits for it. */
    static LineConnection connect(Path socket) throws IOException {
        return new LineConnection(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Waits for QEMU, unless it ends first. */
    static LineConnection accept(ServerSocketChannel server, Process qemu, Duration timeout)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            SocketChannel channel = server.accept();
            if (channel != null) {
                return new LineConnection(channel);
            }
            if (!qemu.isAlive()) {
                throw new IOException("QEMU ended with status " + qemu.exitValue() + " before it connected");
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("QEMU did not connect within " + timeout);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    void send(String line) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(line + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    String receive() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            while (received.hasRemaining()) {
                char next = (char) received.get();
                if (next == '\n') {
                    return line.toString().strip();
                }
                line.append(next);
            }
            received.clear();
            int count = channel.read(received);
            received.flip();
            if (count < 0) {
                throw new EOFException("QEMU closed the connection after '" + line + "'");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
