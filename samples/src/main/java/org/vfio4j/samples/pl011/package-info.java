// SPDX-License-Identifier: Apache-2.0
/**
 * A UART with FIFOs and interrupts, as streams. {@link org.vfio4j.samples.pl011.Pl011} is the driver; {@link
 * org.vfio4j.samples.pl011.Terminal} is to be typed in, and {@link org.vfio4j.samples.pl011.Echo} answers what comes:
 *
 * <pre>
 * vfio bind 9000000.pl011
 * samples/vfio-terminal 9000000.pl011
 * </pre>
 *
 * <p>Linux's own driver does not give the device back where it is built in ({@code suppress_bind_attrs}). There the boot
 * option {@code initcall_blacklist=pl011_init} keeps it away.
 */
package org.vfio4j.samples.pl011;
