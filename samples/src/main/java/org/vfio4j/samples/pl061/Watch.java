// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl061;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;

/**
 * Waits for interrupts of a GPIO line: {@code Watch DEVICE LINE TRIGGER COUNT}, where TRIGGER is {@code rising}, {@code
 * falling}, {@code both}, {@code high} or {@code low}. The device is bound to a VFIO driver.
 */
public final class Watch {
    private Watch() {}

    /**
     * Runs the sample.
     *
     * @param arguments a device's name, path or alias, number of the line, what makes an interrupt, and how many to wait for
     * @throws IOException if the device cannot be opened
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("expected a device, a line, a trigger and a number of interrupts");
        }
        Trigger trigger = Trigger.valueOf(arguments[2].toUpperCase(Locale.ROOT));
        int count = Integer.parseUnsignedInt(arguments[3]);
        try (PlatformDevice device =
                        PlatformDevice.open(LinuxSyscalls.ofMachine(), HostFiles.ofMachine(), arguments[0]);
                Pl061 gpio = Pl061.of(device)) {
            Line line = gpio.line(Integer.parseUnsignedInt(arguments[1]));
            line.input();
            BlockingQueue<Boolean> seen = new LinkedBlockingQueue<>();
            line.onInterrupt(trigger, () -> seen.add(line.isHigh()));
            System.out.println("waiting for line " + line.number() + ", " + trigger);
            for (int i = 1; i <= count; i++) {
                System.out.println(i + ": " + (seen.take() ? "high" : "low"));
            }
        }
    }
}
