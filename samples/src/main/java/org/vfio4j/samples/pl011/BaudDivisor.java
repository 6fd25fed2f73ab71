// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

/**
 * What makes the rate of bits of the rate of the UART's clock: clock / (16 * (integer + fraction / 64)). ARM DDI 0183,
 * chapters 3.3.5 and 3.3.6.
 *
 * @param integer for UARTIBRD, 1 to 65535
 * @param fraction for UARTFBRD, 0 to 63; 0 if the integer is 65535
 */
record BaudDivisor(int integer, int fraction) {
    private static final int STEPS = 64;
    private static final int LARGEST = 0xffff;

    /**
     * The divisor that comes closest.
     *
     * @param clock the rate of the UART's clock, in Hz
     * @param baud bits a second
     * @throws IllegalArgumentException if the clock is too slow or too fast for it
     */
    static BaudDivisor of(long clock, int baud) {
        if (clock <= 0 || baud <= 0) {
            throw new IllegalArgumentException(
                    "expected more than 0, got a clock of " + clock + " Hz, " + baud + " baud");
        }
        // In steps of 1/64, to the nearest.
        long steps = (8 * clock / baud + 1) / 2;
        long integer = steps / STEPS;
        int fraction = (int) (steps % STEPS);
        if (integer < 1 || integer > LARGEST || integer == LARGEST && fraction != 0) {
            throw new IllegalArgumentException("a clock of " + clock + " Hz makes " + clock / (16L * LARGEST) + " to "
                    + clock / 16 + " baud, and not " + baud);
        }
        return new BaudDivisor((int) integer, fraction);
    }
}
