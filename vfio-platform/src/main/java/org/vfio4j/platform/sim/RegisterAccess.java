// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/**
 * One access of the simulated kernel to a device, as pread and pwrite split into.
 *
 * @param device name of the device in sysfs
 * @param region VFIO index of the region
 * @param offset bytes from the start of the region
 * @param width 1, 2 or 4 bytes
 * @param write true for a write
 * @param value what was read or written, unsigned
 */
public record RegisterAccess(String device, int region, long offset, int width, boolean write, long value) {}
