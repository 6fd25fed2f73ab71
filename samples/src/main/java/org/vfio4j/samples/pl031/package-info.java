// SPDX-License-Identifier: Apache-2.0
/**
 * A clock with an alarm: registers, and a level-triggered interrupt that is cleared at the device. {@link
 * org.vfio4j.samples.pl031.Pl031} is the driver, {@link org.vfio4j.samples.pl031.Alarm} the program:
 *
 * <pre>
 * vfio bind 9010000.pl031
 * samples/run pl031.Alarm 9010000.pl031 5
 * </pre>
 */
package org.vfio4j.samples.pl031;
