// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl031;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;

/** Says what time it is, and waits for the alarm: {@code Alarm DEVICE SECONDS}. The device is bound to a VFIO driver. */
public final class Alarm {
    private Alarm() {}

    /**
     * Runs the sample.
     *
     * @param arguments a device's name, path or alias, and in how many seconds the alarm goes off, 1 or more
     * @throws IOException if the device cannot be opened, or its interrupt not be waited for
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected a device and a number of seconds");
        }
        int seconds = Integer.parseUnsignedInt(arguments[1]);
        try (PlatformDevice device =
                PlatformDevice.open(LinuxSyscalls.ofMachine(), HostFiles.ofMachine(), arguments[0])) {
            Pl031 clock = Pl031.of(device);
            Instant now = clock.time();
            System.out.println("it is " + now);
            clock.setAlarm(now.plusSeconds(seconds));
            boolean rang = clock.awaitAlarm(Duration.ofSeconds(seconds + 10L));
            System.out.println(rang ? "the alarm went off" : "no alarm");
        }
    }
}
