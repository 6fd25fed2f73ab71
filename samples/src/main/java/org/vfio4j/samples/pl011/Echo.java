// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;

/**
 * Sends back what comes, with every bit inverted, so that it is told from an echo of the line: {@code Echo DEVICE COUNT},
 * and ends after so many bytes. The device is bound to a VFIO driver.
 */
public final class Echo {
    private static final int BAUD = 115_200;

    private Echo() {}

    /**
     * Runs the sample.
     *
     * @param arguments a device's name, path or alias, and how many bytes
     * @throws IOException if the device cannot be opened
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected a device and a number of bytes");
        }
        long count = Long.parseUnsignedLong(arguments[1]);
        try (PlatformDevice device =
                        PlatformDevice.open(LinuxSyscalls.ofMachine(), HostFiles.ofMachine(), arguments[0]);
                Pl011 uart = Pl011.open(device, BAUD)) {
            System.out.println("ready");
            invert(uart.input(), uart.output(), count);
            System.out.println(count + " bytes, " + uart.interrupts() + " interrupts, " + uart.errors());
        }
    }

    private static void invert(InputStream from, OutputStream to, long count) throws IOException {
        byte[] bytes = new byte[4096];
        for (long left = count; left > 0; ) {
            int length = from.read(bytes, 0, (int) Math.min(left, bytes.length));
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) ~bytes[i];
            }
            to.write(bytes, 0, length);
            left -= length;
        }
        to.flush();
    }
}
