// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.util.HexFormat;

/**
 * The qtest protocol: one line asks, one line that begins with OK answers. Addresses are guest-physical or I/O ports;
 * numbers are in the byte order of the target, which is little-endian here.
 */
final class Qtest {
    private static final String WIDTHS = " bw l   q";
    private static final HexFormat HEX = HexFormat.of();

    private final LineConnection connection;
    private AccessCounts counts = AccessCounts.NONE;

    /** What has addresses. */
    enum Space {
        MEMORY("read", "write"),
        PORTS("in", "out");

        private final String read;
        private final String write;

        Space(String read, String write) {
            this.read = read;
            this.write = write;
        }
    }

    Qtest(LineConnection connection) {
        this.connection = connection;
    }

    /** {@return how often registers were accessed: what {@link #read(Space, long, int)} and its like did} */
    synchronized AccessCounts counts() {
        return counts;
    }

    synchronized long read(Space space, long address, int width) throws IOException {
        counts = counts.afterRead();
        return Long.parseUnsignedLong(
                ask(space.read + WIDTHS.charAt(width) + " " + hex(address)).substring(2), 16);
    }

    synchronized void write(Space space, long address, int width, long value) throws IOException {
        counts = counts.afterWrite(width);
        ask(space.write + WIDTHS.charAt(width) + " " + hex(address) + " " + hex(value));
    }

    synchronized void read(long address, byte[] to, int start, int length) throws IOException {
        if (length > 0) {
            byte[] bytes =
                    HEX.parseHex(ask("read " + hex(address) + " " + length).substring(2));
            System.arraycopy(bytes, 0, to, start, length);
        }
    }

    synchronized void write(long address, byte[] from, int start, int length) throws IOException {
        if (length > 0) {
            ask("write " + hex(address) + " " + length + " 0x" + HEX.formatHex(from, start, start + length));
        }
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    /** What follows OK. */
    private String ask(String request) throws IOException {
        connection.send(request);
        String answer = connection.receive();
        if (!answer.equals("OK") && !answer.startsWith("OK ")) {
            throw new IOException("qtest answered '" + answer + "' to '" + request + "'");
        }
        return answer.substring(2).strip();
    }
}
