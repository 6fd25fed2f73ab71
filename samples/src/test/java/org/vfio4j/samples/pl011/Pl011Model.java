// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import java.util.ArrayDeque;
import java.util.Deque;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.samples.PrimeCellModel;

/** A PL011 after ARM DDI 0183, chapters 2 and 3, with FIFOs of 16 bytes. The test is the other end of the line. */
final class Pl011Model extends PrimeCellModel {
    static final int DEPTH = 16;

    /** Bits of the data register beside the character. */
    static final int FRAMING = 1 << 8;

    static final int PARITY = 1 << 9;
    static final int BREAK = 1 << 10;
    static final int OVERRUN = 1 << 11;

    private static final int RX = 1 << 4;
    private static final int TX = 1 << 5;
    private static final int TIMEOUT = 1 << 6;
    private static final int ENABLED = 1 | 1 << 8 | 1 << 9;
    private static final int[] EIGHTHS = {1, 2, 4, 6, 7};

    private final Deque<Integer> receiver = new ArrayDeque<>();
    private final Deque<Integer> transmitter = new ArrayDeque<>();
    private boolean overrun;
    private int integer;
    private int fraction;
    private BaudDivisor divisor;
    private int lineControl;
    private int control;
    private int levels = 0x12;
    private int unmasked;
    private int status;

    Pl011Model(DevicePort port) {
        super(port);
    }

    /** What the rate of bits is made of: taken over when the line control is written. */
    synchronized BaudDivisor divisor() {
        return divisor;
    }

    synchronized int lineControl() {
        return lineControl;
    }

    synchronized int control() {
        return control;
    }

    /** A character comes; false if it has no room, and is not sent. */
    boolean send(int character) {
        boolean fits;
        synchronized (this) {
            fits = receiver.size() < DEPTH && (control & ENABLED) == ENABLED;
            if (fits) {
                push(character);
            }
        }
        if (fits) {
            drive();
        }
        return fits;
    }

    /** A character comes whether there is room or not. */
    void force(int character) {
        synchronized (this) {
            if (receiver.size() < DEPTH) {
                push(character);
            } else {
                overrun = true;
                status |= OVERRUN >> 1;
            }
        }
        drive();
    }

    private void push(int character) {
        receiver.add(character | (overrun ? OVERRUN : 0));
        overrun = false;
        status |= (character & (FRAMING | PARITY | BREAK)) >> 1;
        if (receiver.size() == DEPTH * EIGHTHS[levels >> 3 & 7] / 8) {
            status |= RX;
        }
    }

    /** The line is quiet for the time of 32 bits. */
    void quiet() {
        synchronized (this) {
            if (!receiver.isEmpty()) {
                status |= TIMEOUT;
            }
        }
        drive();
    }

    /** The next character that is sent; -1 if there is none. */
    int receive() {
        int character = -1;
        synchronized (this) {
            if (!transmitter.isEmpty()) {
                character = transmitter.remove();
                if (transmitter.size() == DEPTH * EIGHTHS[levels & 7] / 8) {
                    status |= TX;
                }
            }
        }
        if (character >= 0) {
            drive();
        }
        return character;
    }

    synchronized int waiting() {
        return receiver.size();
    }

    @Override
    protected boolean isAsserting() {
        return (status & unmasked) != 0;
    }

    @Override
    protected int read(int offset) {
        return switch (offset) {
            case 0x00 -> pop();
            case 0x18 -> flags();
            case 0x40 -> status & unmasked;
            default -> throw new AssertionError("read of 0x" + Integer.toHexString(offset));
        };
    }

    private int pop() {
        if (receiver.isEmpty()) {
            throw new AssertionError("a read of the empty FIFO");
        }
        int character = receiver.remove();
        if (receiver.size() < DEPTH * EIGHTHS[levels >> 3 & 7] / 8) {
            status &= ~RX;
        }
        if (receiver.isEmpty()) {
            status &= ~TIMEOUT;
        }
        return character;
    }

    private int flags() {
        return (transmitter.isEmpty() ? 1 << 7 : 1 << 3)
                | (receiver.size() == DEPTH ? 1 << 6 : 0)
                | (transmitter.size() == DEPTH ? 1 << 5 : 0)
                | (receiver.isEmpty() ? 1 << 4 : 0);
    }

    @Override
    protected void write(int offset, int value) {
        switch (offset) {
            case 0x00 -> transmit(value);
            case 0x24 -> integer = value;
            case 0x28 -> fraction = value;
            case 0x2c -> {
                requireOff();
                divisor = new BaudDivisor(integer, fraction);
                lineControl = value;
                if ((value & 1 << 4) == 0) {
                    receiver.clear();
                    transmitter.clear();
                }
            }
            case 0x30 -> control = value;
            case 0x34 -> {
                requireOff();
                levels = value;
            }
            case 0x38 -> unmasked = value;
            case 0x44 -> status &= ~value;
            default -> throw new AssertionError("write of 0x" + Integer.toHexString(offset));
        }
    }

    private void transmit(int value) {
        if (transmitter.size() == DEPTH) {
            throw new AssertionError("a write to the full FIFO");
        }
        transmitter.add(value);
        if (transmitter.size() > DEPTH * EIGHTHS[levels & 7] / 8) {
            status &= ~TX;
        }
    }

    private void requireOff() {
        if ((control & 1) != 0) {
            throw new AssertionError("the UART is programmed while it is on");
        }
    }
}
