// SPDX-License-Identifier: Apache-2.0
/**
 * A GPIO controller: lines that are read and driven, and one interrupt for the edges and levels of all of them. {@link
 * org.vfio4j.samples.pl061.Pl061} is the driver, {@link org.vfio4j.samples.pl061.Watch} the program:
 *
 * <pre>
 * vfio bind 9030000.pl061
 * samples/run pl061.Watch 9030000.pl061 3 both 4
 * </pre>
 *
 * <p>Linux's own driver makes an interrupt controller of the device, and VFIO cannot have its interrupt any more before the
 * next boot. So it must not have had the device since Linux started: where it is built in, the boot option {@code
 * initcall_blacklist=pl061_gpio_driver_init} keeps it away.
 */
package org.vfio4j.samples.pl061;
