// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/**
 * The memory that an iommufd maps.
 *
 * @param memory the memory of the process
 * @param process who its locked pages are counted for
 * @param pageSize bytes
 */
record IommufdMemory(VirtualMemory memory, CallingProcess process, int pageSize) {
    /** iopt_alloc_pages: EINVAL for no length or one that no memory has, EOVERFLOW for an end beyond 64 bits. */
    IoArea.Slice pages(long address, long length, boolean writable, PinAccount account) {
        PinAccount effective = process.has(Capability.CAP_IPC_LOCK) ? PinAccount.NONE : account;
        IoPages pages = new IoPages(this, effective, address, length, writable);
        return new IoArea.Slice(pages, pages.offsetOf(address), length);
    }
}
