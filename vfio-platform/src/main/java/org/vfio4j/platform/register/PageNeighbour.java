// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

/**
 * Another device with registers in a page of a region. Because of it the kernel does not map the region: a mapping is
 * whole pages, and would give the neighbour away.
 *
 * @param device the name that Linux gives it, such as {@code a003e00.virtio_mmio}
 * @param node path of its device-tree node
 * @param physicalAddress where its registers begin, unsigned
 * @param size bytes, unsigned
 */
public record PageNeighbour(String device, String node, long physicalAddress, long size) {}
