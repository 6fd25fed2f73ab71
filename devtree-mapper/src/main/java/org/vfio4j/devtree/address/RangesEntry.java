// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

/**
 * One entry of {@code ranges} or {@code dma-ranges}: a window from a bus to its parent.
 *
 * @param index index of the entry in the property
 * @param childAddress first address of the window on the bus below, the low 64 bits, unsigned
 * @param parentAddress the same address on the bus above, the low 64 bits, unsigned
 * @param size bytes, unsigned
 * @param translation the CPU's address of the window, or why there is none
 */
public record RangesEntry(int index, long childAddress, long parentAddress, long size, Translation translation) {}
