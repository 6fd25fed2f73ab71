// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EACCES;
import static org.vfio4j.linux.Errno.EBADF;
import static org.vfio4j.linux.Errno.EBADFD;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.ENOTTY;
import static org.vfio4j.linux.Errno.EPERM;
import static org.vfio4j.vfio.Step.CHECK_EXTENSION;
import static org.vfio4j.vfio.Step.GET_API_VERSION;
import static org.vfio4j.vfio.Step.GET_DEVICE_FD;
import static org.vfio4j.vfio.Step.OPEN_CONTAINER;
import static org.vfio4j.vfio.Step.OPEN_GROUP;
import static org.vfio4j.vfio.Step.SET_CONTAINER;
import static org.vfio4j.vfio.Step.SET_IOMMU;
import static org.vfio4j.vfio.Step.UNSET_CONTAINER;

/**
 * Errors on the way from the driver to the device: {@code drivers/vfio/group.c}, {@code container.c} and {@code
 * vfio_main.c}, and the probe function of vfio-platform.
 */
final class GroupExplanations {
    private static final String BIND = "bind a device of the group to its VFIO driver";

    /** EPERM on the way into a container, of a noiommu group. */
    static final Explanation NOIOMMU_NEEDS_RAWIO =
            new Explanation("a noiommu group is only for processes with CAP_SYS_RAWIO", "run as root");

    /** EPERM of {@code SET_IOMMU} with groups that are behind an IOMMU. */
    static final Explanation NO_MSI_ISOLATION = new Explanation(
            "the machine has no MSI isolation, so a device could forge interrupts",
            "if every device is trusted, echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");

    /** EPERM of {@code SET_CONTAINER} with a group that is viable and behind an IOMMU. */
    static final Explanation MIXED = new Explanation(
            "the container has noiommu groups, or iommufd owns the group's DMA",
            "open a container for the group alone, and end what uses its devices through iommufd");

    private GroupExplanations() {}

    /** EPERM of {@code SET_CONTAINER} with a group that is not viable. */
    static Explanation notViable(String group) {
        String number = group.substring(group.lastIndexOf('/') + 1);
        return new Explanation(
                "the group is not viable, as another driver has a device of it",
                "bind every device under /sys/kernel/iommu_groups/" + number
                        + "/devices to a VFIO driver, or unbind it");
    }

    static void addTo(Explanations.Table table) {
        table.row(OPEN_CONTAINER, ENOENT, "VFIO is not loaded or was built without containers", "modprobe vfio")
                .row(OPEN_CONTAINER, ENODEV, "there is no VFIO behind the device node", "modprobe vfio")
                .row(
                        OPEN_CONTAINER,
                        EACCES,
                        "no permission for the device node, which is open to everybody by default",
                        "chmod 0666 /dev/vfio/vfio")
                .row(GET_API_VERSION, ENOTTY, "the device node is not one of VFIO", "modprobe vfio")
                .row(CHECK_EXTENSION, ENOTTY, "the device node is not one of VFIO", "modprobe vfio");
        table.row(OPEN_GROUP, ENOENT, "there is no such group, as no device of it is bound to a VFIO driver", BIND)
                .row(OPEN_GROUP, ENODEV, "no device of the group is bound to a VFIO driver any more", BIND)
                .row(OPEN_GROUP, EPERM, "a noiommu group is only for processes with CAP_SYS_RAWIO", "run as root")
                .row(
                        OPEN_GROUP,
                        EBUSY,
                        "the group is open already, or a device of it through /dev/vfio/devices",
                        "end the process that has it: fuser -v /dev/vfio/* /dev/vfio/devices/*")
                .row(
                        OPEN_GROUP,
                        EACCES,
                        "no permission for the device node, which is only for root by default",
                        "run as root, or give the user the node with a udev rule for SUBSYSTEM==\"vfio\"");
        table.row(SET_CONTAINER, EBADF, "the container's descriptor is not open", "keep the container open")
                .row(
                        SET_CONTAINER,
                        EBADFD,
                        "the descriptor is neither of a VFIO container nor of an iommufd",
                        "attach to what /dev/vfio/vfio or /dev/iommu was opened as")
                .row(
                        SET_CONTAINER,
                        EINVAL,
                        "the group is attached to a container already",
                        "detach the group from its container first")
                .row(SET_CONTAINER, ENODEV, "no device of the group is bound to a VFIO driver any more", BIND)
                .row(
                        SET_CONTAINER,
                        EPERM,
                        "the group is not viable because another driver has a device of it, or noiommu groups and others"
                                + " are mixed in the container, or a noiommu group is without CAP_SYS_RAWIO",
                        "bind every device under /sys/kernel/iommu_groups/N/devices to a VFIO driver, or unbind it")
                .row(
                        SET_CONTAINER,
                        EBUSY,
                        "the group is not in its default IOMMU domain, so something else uses it",
                        "unbind the other drivers of the group's devices, or end what uses them through iommufd");
        table.row(
                        SET_IOMMU,
                        EINVAL,
                        "no group is attached to the container, or its backend is chosen already",
                        "attach a group first, and choose the backend once")
                .row(
                        SET_IOMMU,
                        ENODEV,
                        "no backend of this kernel takes the attached groups",
                        "modprobe vfio_iommu_type1, or for a noiommu group choose NOIOMMU")
                .row(
                        SET_IOMMU,
                        EPERM,
                        "a noiommu group is without CAP_SYS_RAWIO, or the machine has no MSI isolation",
                        "for a noiommu group run as root; for others, if every device is trusted, "
                                + "echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
        table.row(
                        GET_DEVICE_FD,
                        EINVAL,
                        "the group has no container or that has no backend, or the device cannot be reset as it must",
                        "attach the group and choose the backend first; else see dmesg for the reset")
                .row(
                        GET_DEVICE_FD,
                        ENODEV,
                        "the group has no device of this name",
                        "use a name that ls /sys/kernel/iommu_groups/N/devices shows")
                .row(
                        GET_DEVICE_FD,
                        EBUSY,
                        "the device is open through /dev/vfio/devices",
                        "end the process that has it: fuser -v /dev/vfio/devices/*")
                .row(GET_DEVICE_FD, EPERM, "a noiommu device is only for processes with CAP_SYS_RAWIO", "run as root");
        table.row(UNSET_CONTAINER, EINVAL, "the group is attached to no container", "detach only what is attached")
                .row(UNSET_CONTAINER, EBUSY, "a device of the group is open", "close the devices of the group first");
    }
}
