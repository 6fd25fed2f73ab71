// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

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

    /**
     * Registers, as vfio-platform gives those that cannot be mapped.
     *
     * @param name of the device
     * @param space where they are
     * @param base address there
     * @param size bytes
     * @return the registers
     */
    Region region(String name, Space space, long base, long size) throws IOException {
        FileDescriptor device = FileDescriptor.owning(new QtestSyscalls(this, space), QtestSyscalls.DESCRIPTOR, name);
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE;
        RegionAccess trapped = new RegionAccess(RegionAccess.Kind.TRAPPED, "through qtest");
        RegionInfo info = new RegionInfo(0, flags, size, base, List.of());
        return Region.open(device, info, ByteOrder.LITTLE_ENDIAN, trapped, Access.AUTOMATIC);
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
