// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.vfio4j.platform.register.RegisterHandler;

/**
 * A PL011 for a guest: registers, FIFOs and interrupt of ARM DDI 0183 (Technical Reference Manual of the PrimeCell UART),
 * revision r1p5, whose FIFOs have 32 characters. The line is as fast as its other end: a character is sent as soon as the
 * transmitter is on, and nothing is received that has no room. So there are no errors, and no modem that hangs up. There
 * is no DMA.
 */
final class ConsoleUart implements RegisterHandler {
    /** Bytes of registers. */
    static final int SIZE = 0x1000;

    static final int DEPTH = 32;

    private static final int DATA = 0x00;
    private static final int FLAGS = 0x18;
    private static final int LOW_POWER = 0x20;
    private static final int INTEGER_DIVISOR = 0x24;
    private static final int FRACTIONAL_DIVISOR = 0x28;
    private static final int LINE_CONTROL = 0x2c;
    private static final int CONTROL = 0x30;
    private static final int FIFO_LEVELS = 0x34;
    private static final int INTERRUPT_MASK = 0x38;
    private static final int RAW_STATUS = 0x3c;
    private static final int MASKED_STATUS = 0x40;
    private static final int INTERRUPT_CLEAR = 0x44;
    private static final int FIRST_ID = 0xfe0;
    /** UARTPeriphID0 to 3: part 0x011 of designer 0x41 (Arm), revision 3; UARTPCellID0 to 3. */
    private static final int[] IDS = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    /** Somebody is at the other end: CTS, DSR and DCD. */
    private static final int CONNECTED = 0x7;

    private static final int RECEIVE_EMPTY = 1 << 4;
    private static final int TRANSMIT_FULL = 1 << 5;
    private static final int RECEIVE_FULL = 1 << 6;
    private static final int TRANSMIT_EMPTY = 1 << 7;

    private static final int FIFO_ENABLE = 1 << 4;

    private static final int ENABLE = 1;
    private static final int LOOPBACK = 1 << 7;
    private static final int TRANSMIT_ENABLE = 1 << 8;
    private static final int RECEIVE_ENABLE = 1 << 9;

    /** Interrupts, in the mask, both status registers and the clear register. */
    private static final int RECEIVE = 1 << 4;

    private static final int TRANSMIT = 1 << 5;
    private static final int TIMEOUT = 1 << 6;

    /** Eighths of a FIFO at which it interrupts, by the number in UARTIFLS; the last three numbers are reserved. */
    private static final int[] EIGHTHS = {1, 2, 4, 6, 7, 7, 7, 7};

    private final OutputStream line;
    private final Consumer<Boolean> interrupt;
    private final CharacterFifo receiver = new CharacterFifo(DEPTH);
    private final CharacterFifo transmitter = new CharacterFifo(DEPTH);
    private int lowPower;
    private int integerDivisor;
    private int fractionalDivisor;
    private int lineControl;
    private int control = TRANSMIT_ENABLE | RECEIVE_ENABLE;
    private int levels = 0x12;
    private int mask;
    private int status;
    private boolean asserted;

    /**
     * Switched on: all registers as after a reset.
     *
     * @param line gets what the guest sends, one character after the other
     * @param interrupt is told when the interrupt line goes high (true) and low, by one thread at a time
     */
    ConsoleUart(OutputStream line, Consumer<Boolean> interrupt) {
        this.line = line;
        this.interrupt = interrupt;
    }

    /**
     * A guest's read. Registers have 32 bits, as the bus has; of what begins inside one, or is longer, nothing is read.
     *
     * @param offset bytes from the first register
     * @param width 1, 2, 4 or 8
     * @return the register; 0 where there is none, and where there is one to be written only
     */
    @Override
    public synchronized long read(long offset, int width) {
        if (width > 4) {
            return 0;
        }
        int value = readRegister((int) offset);
        update();
        return value & 0xffff_ffffL >>> 32 - 8 * width;
    }

    private int readRegister(int offset) {
        return switch (offset) {
            case DATA -> receiver.isEmpty() ? 0 : take();
            case FLAGS -> flags();
            case LOW_POWER -> lowPower;
            case INTEGER_DIVISOR -> integerDivisor;
            case FRACTIONAL_DIVISOR -> fractionalDivisor;
            case LINE_CONTROL -> lineControl;
            case CONTROL -> control;
            case FIFO_LEVELS -> levels;
            case INTERRUPT_MASK -> mask;
            case RAW_STATUS -> status;
            case MASKED_STATUS -> status & mask;
            default -> offset >= FIRST_ID && offset < SIZE && offset % 4 == 0 ? IDS[(offset - FIRST_ID) / 4] : 0;
        };
    }

    private int take() {
        int character = receiver.remove();
        if (receiver.size() < receiveLevel()) {
            status &= ~RECEIVE;
        }
        if (receiver.isEmpty()) {
            status &= ~TIMEOUT;
        }
        // Who waits with input, and has room for it now.
        notifyAll();
        return character;
    }

    private int flags() {
        return CONNECTED
                | (receiver.isEmpty() ? RECEIVE_EMPTY : 0)
                | (receiver.size() >= depth() ? RECEIVE_FULL : 0)
                | (transmitter.isEmpty() ? TRANSMIT_EMPTY : 0)
                | (transmitter.size() >= depth() ? TRANSMIT_FULL : 0);
    }

    /** Without FIFOs there is room for one character. */
    private int depth() {
        return (lineControl & FIFO_ENABLE) != 0 ? DEPTH : 1;
    }

    private int receiveLevel() {
        return Math.max(1, depth() * EIGHTHS[levels >> 3 & 7] / 8);
    }

    /**
     * A guest's write, where it is a register's.
     *
     * @param offset bytes from the first register
     * @param width 1, 2, 4 or 8
     * @param value what is written
     * @throws UncheckedIOException if the line does not take what the guest sends
     */
    @Override
    public synchronized void write(long offset, int width, long value) {
        if (width > 4) {
            return;
        }
        try {
            writeRegister((int) offset, (int) value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        update();
    }

    private void writeRegister(int offset, int value) throws IOException {
        switch (offset) {
            case DATA -> {
                if (transmitter.size() < depth()) {
                    transmitter.add(value & 0xff);
                    send();
                }
            }
            case LOW_POWER -> lowPower = value & 0xff;
            case INTEGER_DIVISOR -> integerDivisor = value & 0xffff;
            case FRACTIONAL_DIVISOR -> fractionalDivisor = value & 0x3f;
            case LINE_CONTROL -> setLineControl(value & 0xff);
            case CONTROL -> {
                control = value & 0xffff;
                send();
                notifyAll();
            }
            case FIFO_LEVELS -> levels = value & 0x3f;
            case INTERRUPT_MASK -> mask = value & 0x7ff;
            case INTERRUPT_CLEAR -> status &= ~value;
            default -> {}
        }
    }

    /** Switching the FIFOs off empties them. */
    private void setLineControl(int value) {
        if ((lineControl & ~value & FIFO_ENABLE) != 0) {
            receiver.clear();
            transmitter.clear();
            status &= ~(RECEIVE | TIMEOUT);
        }
        lineControl = value;
        notifyAll();
    }

    /** The interrupt is of the transition: it comes when the FIFO was above its level and is not any more, section 3.4.1. */
    private void send() throws IOException {
        if (!isOn(TRANSMIT_ENABLE) || transmitter.isEmpty()) {
            return;
        }
        while (!transmitter.isEmpty()) {
            int character = transmitter.remove();
            if ((control & LOOPBACK) == 0) {
                line.write(character);
            } else if (hasRoom()) {
                receive(character);
            }
        }
        line.flush();
        status |= TRANSMIT;
    }

    private boolean isOn(int direction) {
        return (control & (ENABLE | direction)) == (ENABLE | direction);
    }

    private boolean hasRoom() {
        return isOn(RECEIVE_ENABLE) && receiver.size() < depth();
    }

    /** The timeout is of a line that is quiet for as long as 32 bits take, and here they take no time. */
    private void receive(int character) {
        receiver.add(character);
        status |= TIMEOUT;
        if (receiver.size() == receiveLevel()) {
            status |= RECEIVE;
        }
    }

    /**
     * Sends the guest a character, and waits until the receiver is on and has room for it.
     *
     * @param character 0 to 255
     * @throws InterruptedException if the thread is interrupted
     */
    synchronized void type(int character) throws InterruptedException {
        while (!hasRoom() || (control & LOOPBACK) != 0) {
            wait();
        }
        receive(character);
        update();
    }

    private void update() {
        boolean asserts = (status & mask) != 0;
        if (asserts != asserted) {
            asserted = asserts;
            interrupt.accept(asserts);
        }
    }
}
