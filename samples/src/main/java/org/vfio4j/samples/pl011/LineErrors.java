// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

/**
 * How often something went wrong on the line of a UART.
 *
 * @param overruns bytes that came when the FIFO was full; at least one was lost each time
 * @param breaks breaks; they are not in the stream
 * @param parity bytes with a wrong parity; they are in the stream
 * @param framing bytes without a stop bit; they are in the stream
 */
public record LineErrors(long overruns, long breaks, long parity, long framing) {
    static final LineErrors NONE = new LineErrors(0, 0, 0, 0);

    LineErrors plus(boolean overrun, boolean isBreak, boolean wrongParity, boolean wrongFrame) {
        return new LineErrors(
                overruns + (overrun ? 1 : 0),
                breaks + (isBreak ? 1 : 0),
                parity + (wrongParity ? 1 : 0),
                framing + (wrongFrame ? 1 : 0));
    }
}
