// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.alarm;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.Register32;

/**
 * Reads a PL031 real-time clock and waits for its alarm: {@code Alarm DEVICE SECONDS}. The device is bound to a VFIO driver.
 *
 * <p>Registers: ARM PrimeCell Real Time Clock (PL031) Technical Reference Manual, DDI 0224, chapter 3.
 */
public final class Alarm {
    private static final Register32 DATA = Register32.at(0x00);
    private static final Register32 MATCH = Register32.at(0x04);
    private static final Register32 INTERRUPT_MASK = Register32.at(0x10);
    private static final Register32 INTERRUPT_CLEAR = Register32.at(0x1c);

    private Alarm() {}

    /**
     * Runs the sample.
     *
     * @param arguments a device's name, path or alias, and a number of seconds
     * @throws IOException if the device cannot be opened, or its interrupt not be waited for
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected a device and a number of seconds");
        }
        int seconds = Integer.parseUnsignedInt(arguments[1]);
        try (PlatformDevice clock =
                PlatformDevice.open(LinuxSyscalls.ofMachine(), HostFiles.ofMachine(), arguments[0])) {
            boolean rang = ringsAfter(clock, seconds);
            System.out.println(rang ? "the alarm went off" : "no alarm");
        }
    }

    private static boolean ringsAfter(PlatformDevice clock, int seconds) throws IOException {
        Region registers = clock.region(0);
        int now = DATA.read(registers);
        System.out.println("it is " + Instant.ofEpochSecond(Integer.toUnsignedLong(now)));

        Interrupt alarm = clock.interrupt(0);
        MATCH.write(registers, now + seconds);
        INTERRUPT_MASK.write(registers, 1);
        boolean rang = alarm.await(Duration.ofSeconds(seconds + 10L)) != 0;
        INTERRUPT_CLEAR.write(registers, 1);
        INTERRUPT_MASK.write(registers, 0);
        return rang;
    }
}
