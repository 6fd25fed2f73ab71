// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated kernel behind the two seams of {@code org.vfio4j.linux}, built from a device tree: VFIO containers, groups
 * and platform devices, sysfs and binding. {@link org.vfio4j.platform.sim.SimulatedBoard} is the door.
 *
 * <p>It works at the level of the ABI: it decodes the same structures as Linux, checks in the same order and answers the
 * same errors. The rules are those of {@code drivers/vfio} and {@code drivers/base} of Linux 6.12; what Linux 7.2 does
 * otherwise is under {@link org.vfio4j.platform.sim.KernelRelease}.
 */
package org.vfio4j.platform.sim;
