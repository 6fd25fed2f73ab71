// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

/** Which part of the kernel maps memory for a device. */
public enum DmaStack {
    /** A VFIO container with the type1 backend; the device is opened through its group. */
    TYPE1,
    /** An IO address space of {@code /dev/iommu}; the device is opened through its own file. Linux 6.6. */
    IOMMUFD,
    /**
     * Nothing: the device has no IOMMU, and takes physical addresses, or those that the {@code dma-ranges} of its bus make
     * of them. No device is opened so unless this is asked for.
     *
     * <p><b>Nothing confines the device.</b> A wrong address, or one that it still has after its memory is gone, makes it
     * overwrite whatever is there: another program, or the kernel. What a program has to know:
     *
     * <ul>
     *   <li>It needs CAP_SYS_RAWIO for the group, and CAP_SYS_ADMIN to be told physical addresses.
     *   <li>Stop the device before closing it. The memory of a buffer that is closed stays the process's until the device
     *       is closed, and goes back to the kernel then. Closing a platform device resets it only if the kernel has a reset
     *       function for it ({@code DeviceInfo.canReset}).
     *   <li>When the process dies, its memory goes back while the device may still run.
     *   <li>Locked memory is not swapped out, but Linux may move it, to make room for huge pages ({@code
     *       /proc/sys/vm/compact_unevictable_allowed}) or on a machine with several memory nodes, and the device goes on
     *       with the former address. Compaction leaves the pages of {@link DmaRequest#inHugePages} alone: use them, as
     *       DPDK does.
     *   <li>More than a page of ordinary memory is scattered, see {@link DmaMemory#segments} and {@link
     *       DmaRequest#contiguously}.
     *   <li>Nobody cleans caches for a device that is not coherent with them.
     * </ul>
     */
    NOIOMMU
}
