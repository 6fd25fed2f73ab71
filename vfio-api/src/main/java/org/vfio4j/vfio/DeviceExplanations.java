// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EFAULT;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.ENOSPC;
import static org.vfio4j.linux.Errno.ENOTTY;
import static org.vfio4j.vfio.Step.GET_DEVTREE_INFO;
import static org.vfio4j.vfio.Step.GET_INFO;
import static org.vfio4j.vfio.Step.GET_IRQ_INFO;
import static org.vfio4j.vfio.Step.GET_REGION_INFO;
import static org.vfio4j.vfio.Step.MAP_REGION;
import static org.vfio4j.vfio.Step.READ_REGION;
import static org.vfio4j.vfio.Step.RESET;
import static org.vfio4j.vfio.Step.WRITE_REGION;

/**
 * Errors of an open device and its regions: {@code drivers/vfio/platform/vfio_platform_common.c}.
 */
final class DeviceExplanations {
    private static final String SEE_REGIONS = "access only the regions that GET_REGION_INFO shows, inside their size";

    private DeviceExplanations() {}

    static void addTo(Explanations.Table table) {
        table.row(
                        GET_INFO,
                        EINVAL,
                        "the device was opened through /dev/vfio/devices and is not bound to an iommufd",
                        "bind it with VFIO_DEVICE_BIND_IOMMUFD first")
                .row(
                        GET_REGION_INFO,
                        EINVAL,
                        "the device has no region of this index",
                        "ask for indexes below the number of regions in GET_INFO")
                .row(
                        GET_IRQ_INFO,
                        EINVAL,
                        "the device has no IRQ of this index",
                        "ask for indexes below the number of IRQs in GET_INFO")
                .row(
                        RESET,
                        EINVAL,
                        "the device has no reset function",
                        "reset it through its own registers, or load the vfio-platform reset module for it");
        table.row(
                        GET_DEVTREE_INFO,
                        ENOTTY,
                        "this kernel does not answer it, as no mainline kernel does",
                        "read the node from /sys/bus/platform/devices/DEVICE/of_node instead")
                .row(
                        GET_DEVTREE_INFO,
                        EINVAL,
                        "the device has no region or IRQ of this index, or no node in the device tree",
                        "ask for indexes below the counts in GET_INFO")
                .row(
                        GET_DEVTREE_INFO,
                        ENOSPC,
                        "the path became longer between two calls",
                        "ask again when overlays are not being applied");
        table.row(
                        READ_REGION,
                        EINVAL,
                        "there is no such region, it cannot be read (I/O ports never can), or the offset is behind it",
                        SEE_REGIONS)
                .row(READ_REGION, EFAULT, "the device did not answer, or the buffer is not mapped", "reset the device")
                .row(
                        WRITE_REGION,
                        EINVAL,
                        "there is no such region, it cannot be written (I/O ports never can), or the offset is behind it",
                        SEE_REGIONS)
                .row(WRITE_REGION, EFAULT, "the buffer is not mapped", "keep the buffer reachable during the call")
                .row(
                        MAP_REGION,
                        EINVAL,
                        "the region cannot be mapped (no MMAP flag, less than a page), or not in this way or range",
                        "use pread and pwrite for a region without the MMAP flag");
    }
}
