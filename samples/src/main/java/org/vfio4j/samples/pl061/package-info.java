// SPDX-License-Identifier: Apache-2.0
/**
 * A GPIO controller: lines that are read and driven, and one interrupt for the edges and levels of all of them. {@link
 * org.vfio4j.samples.pl061.Pl061} is the driver, {@link org.vfio4j.samples.pl061.Watch} the program.
 */
package org.vfio4j.samples.pl061;
