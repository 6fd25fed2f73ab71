// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl031;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.register.Field;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.Register32;
import org.vfio4j.vfio.VfioException;

/**
 * The ARM PrimeCell Real Time Clock (PL031): a counter of seconds since 1970, and an alarm at one of them. It counts to
 * 2106.
 *
 * <p>Registers: Technical Reference Manual, ARM DDI 0224, chapter 3.
 */
public final class Pl031 {
    private static final Register32 DATA = Register32.at(0x00);
    private static final Register32 MATCH = Register32.at(0x04);
    private static final Register32 LOAD = Register32.at(0x08);
    private static final Register32 CONTROL = Register32.at(0x0c);
    private static final Field START = CONTROL.bit(0);
    private static final Register32 INTERRUPT_MASK = Register32.at(0x10);
    private static final Field UNMASKED = INTERRUPT_MASK.bit(0);
    private static final Register32 RAW_STATUS = Register32.at(0x14);
    private static final Field MATCHED = RAW_STATUS.bit(0);
    private static final Register32 INTERRUPT_CLEAR = Register32.at(0x1c);
    private static final Field CLEAR = INTERRUPT_CLEAR.bit(0);

    private static final long LAST_SECOND = 0xffff_ffffL;

    private final Region registers;
    private final Interrupt interrupt;

    private Pl031(Region registers, Interrupt interrupt) {
        this.registers = registers;
        this.interrupt = interrupt;
    }

    /**
     * The clock of a device. No alarm is set, whatever was before; the time goes on.
     *
     * @param device the device; closing it ends the use of the clock
     * @return the clock
     * @throws IOException if its registers or its interrupt cannot be opened
     */
    public static Pl031 of(PlatformDevice device) throws IOException {
        Region registers = device.region(0);
        UNMASKED.write(registers, 0);
        // The line is low before the kernel is told to listen to it.
        INTERRUPT_CLEAR.write(registers, CLEAR.of(1));
        CONTROL.write(registers, START.of(1));
        return new Pl031(registers, device.interrupt(0));
    }

    /** {@return the time, to the second} */
    public Instant time() {
        return Instant.ofEpochSecond(seconds());
    }

    private long seconds() {
        return Integer.toUnsignedLong(DATA.read(registers));
    }

    /**
     * Sets the time. The counter takes it over with its next tick, which is up to a second later.
     *
     * @param time the time; what is less than a second is dropped
     * @throws IllegalArgumentException if it is before 1970 or after 2106
     */
    public void setTime(Instant time) {
        LOAD.write(registers, counter(time));
    }

    /**
     * Sets the alarm. There is one: another one before is forgotten, also one that went off and was not waited for.
     *
     * @param time when it goes off; what is less than a second is dropped
     * @throws IllegalArgumentException if that is not to come, or is after 2106
     */
    public void setAlarm(Instant time) {
        int match = counter(time);
        cancelAlarm();
        MATCH.write(registers, match);
        // Compared after the write, as the clock may have ticked before it: only the second of the match sets the alarm
        // off.
        if (seconds() >= time.getEpochSecond() && !MATCHED.isSet(registers)) {
            throw new IllegalArgumentException("the alarm at " + time + " is not to come: it is " + time());
        }
        INTERRUPT_MASK.write(registers, UNMASKED.of(1));
    }

    /** Ends the alarm, if there is one. */
    public void cancelAlarm() {
        INTERRUPT_MASK.write(registers, UNMASKED.of(0));
        INTERRUPT_CLEAR.write(registers, CLEAR.of(1));
    }

    /**
     * Waits for the alarm.
     *
     * @param timeout for how long to wait at most
     * @return whether it went off
     * @throws VfioException if the kernel refuses to wait
     */
    public boolean awaitAlarm(Duration timeout) throws VfioException {
        if (!fired(timeout)) {
            return false;
        }
        // At the device first: the kernel has masked the line, and the next wait unmasks it.
        cancelAlarm();
        return true;
    }

    /** The kernel may have an interrupt of an alarm that was cancelled since: the device says whether this is one. */
    private boolean fired(Duration timeout) throws VfioException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long left = timeout.toNanos();
        while (interrupt.await(Duration.ofNanos(left)) != 0) {
            if (MATCHED.isSet(registers)) {
                return true;
            }
            left = Math.max(0, deadline - System.nanoTime());
        }
        return false;
    }

    private static int counter(Instant time) {
        long seconds = time.getEpochSecond();
        if (seconds < 0 || seconds > LAST_SECOND) {
            throw new IllegalArgumentException("expected a time from 1970 to 2106, got " + time);
        }
        return (int) seconds;
    }
}
