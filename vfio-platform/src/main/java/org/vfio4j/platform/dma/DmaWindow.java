// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

/**
 * Memory that devices of a bus reach, and at which addresses: an entry of {@code dma-ranges} in the device tree.
 *
 * @param deviceAddress the first address for the device, unsigned
 * @param cpuAddress the physical address of the same byte, unsigned
 * @param size bytes, unsigned
 */
public record DmaWindow(long deviceAddress, long cpuAddress, long size) {
    boolean holds(long physical) {
        return Long.compareUnsigned(physical - cpuAddress, size) < 0;
    }

    long toDevice(long physical) {
        return deviceAddress + (physical - cpuAddress);
    }
}
