// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/**
 * A read or write of a device that led to no memory, as an IOMMU reports it. Without an IOMMU it is one that a real
 * machine would have taken, and that would have hit whatever is there.
 *
 * @param device name of the device
 * @param address the address that the device used, of the first byte that it does not reach; unsigned
 * @param write whether it wrote
 * @param reason what is wrong with the address, in words
 */
public record DmaFault(String device, long address, boolean write, String reason) {
    @Override
    public String toString() {
        return device + (write ? " wrote to" : " read") + " address 0x" + Long.toHexString(address) + ": " + reason;
    }
}
