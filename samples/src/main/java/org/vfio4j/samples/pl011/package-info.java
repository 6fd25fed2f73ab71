// SPDX-License-Identifier: Apache-2.0
/**
 * A UART with FIFOs and interrupts, as streams. {@link org.vfio4j.samples.pl011.Pl011} is the driver; {@link
 * org.vfio4j.samples.pl011.Terminal} is to be typed in ({@code samples/vfio-terminal} starts it), and {@link
 * org.vfio4j.samples.pl011.Echo} answers what comes.
 */
package org.vfio4j.samples.pl011;
