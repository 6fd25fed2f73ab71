// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import org.vfio4j.platform.register.Field;
import org.vfio4j.platform.register.Register32;

/** Registers of a PL011: Technical Reference Manual, ARM DDI 0183, chapter 3. */
final class Pl011Registers {
    static final Register32 DATA = Register32.at(0x00);
    static final Field CHARACTER = DATA.bits(7, 0);
    static final Field FRAMING_ERROR = DATA.bit(8);
    static final Field PARITY_ERROR = DATA.bit(9);
    static final Field BREAK_ERROR = DATA.bit(10);
    static final Field OVERRUN_ERROR = DATA.bit(11);
    static final int ERRORS = FRAMING_ERROR.mask() | PARITY_ERROR.mask() | BREAK_ERROR.mask() | OVERRUN_ERROR.mask();

    static final Register32 FLAGS = Register32.at(0x18);
    static final Field BUSY = FLAGS.bit(3);
    static final Field RECEIVE_EMPTY = FLAGS.bit(4);
    static final Field TRANSMIT_FULL = FLAGS.bit(5);

    static final Register32 INTEGER_DIVISOR = Register32.at(0x24);
    static final Register32 FRACTIONAL_DIVISOR = Register32.at(0x28);

    static final Register32 LINE_CONTROL = Register32.at(0x2c);
    static final Field FIFO_ENABLE = LINE_CONTROL.bit(4);
    static final Field WORD_LENGTH = LINE_CONTROL.bits(6, 5);
    static final int EIGHT_BITS = 3;

    static final Register32 CONTROL = Register32.at(0x30);
    static final Field UART_ENABLE = CONTROL.bit(0);
    static final Field TRANSMIT_ENABLE = CONTROL.bit(8);
    static final Field RECEIVE_ENABLE = CONTROL.bit(9);
    static final Field DATA_TERMINAL_READY = CONTROL.bit(10);
    static final Field REQUEST_TO_SEND = CONTROL.bit(11);

    static final Register32 FIFO_LEVELS = Register32.at(0x34);
    static final Field TRANSMIT_LEVEL = FIFO_LEVELS.bits(2, 0);
    static final Field RECEIVE_LEVEL = FIFO_LEVELS.bits(5, 3);
    static final int EIGHTH = 0;
    static final int HALF = 2;

    /** The bits of an interrupt are the same in the mask, the status and the clear register. */
    static final Register32 INTERRUPT_MASK = Register32.at(0x38);

    static final Register32 MASKED_STATUS = Register32.at(0x40);
    static final Register32 INTERRUPT_CLEAR = Register32.at(0x44);
    static final int RECEIVE = INTERRUPT_MASK.bit(4).mask();
    static final int TRANSMIT = INTERRUPT_MASK.bit(5).mask();
    static final int RECEIVE_TIMEOUT = INTERRUPT_MASK.bit(6).mask();
    static final int LINE_ERRORS = INTERRUPT_MASK.bits(10, 7).mask();
    static final int ALL_INTERRUPTS = INTERRUPT_MASK.bits(10, 0).mask();

    private Pl011Registers() {}
}
