// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.E2BIG;
import static org.vfio4j.linux.Errno.EACCES;
import static org.vfio4j.linux.Errno.EADDRINUSE;
import static org.vfio4j.linux.Errno.EBADF;
import static org.vfio4j.linux.Errno.EBADFD;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EEXIST;
import static org.vfio4j.linux.Errno.EFAULT;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.EMSGSIZE;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.ENOMEM;
import static org.vfio4j.linux.Errno.ENOSPC;
import static org.vfio4j.linux.Errno.ENOTTY;
import static org.vfio4j.linux.Errno.EOPNOTSUPP;
import static org.vfio4j.linux.Errno.EOVERFLOW;
import static org.vfio4j.linux.Errno.EPERM;
import static org.vfio4j.vfio.Step.ATTACH_IOMMUFD_PT;
import static org.vfio4j.vfio.Step.BIND_IOMMUFD;
import static org.vfio4j.vfio.Step.DETACH_IOMMUFD_PT;
import static org.vfio4j.vfio.Step.IOAS_ALLOC;
import static org.vfio4j.vfio.Step.IOAS_ALLOW_IOVAS;
import static org.vfio4j.vfio.Step.IOAS_COPY;
import static org.vfio4j.vfio.Step.IOAS_IOVA_RANGES;
import static org.vfio4j.vfio.Step.IOAS_MAP;
import static org.vfio4j.vfio.Step.IOAS_UNMAP;
import static org.vfio4j.vfio.Step.IOMMUFD;
import static org.vfio4j.vfio.Step.IOMMU_DESTROY;
import static org.vfio4j.vfio.Step.IOMMU_OPTION;
import static org.vfio4j.vfio.Step.OPEN_DEVICE;
import static org.vfio4j.vfio.Step.OPEN_IOMMUFD;

import java.util.List;

/** Errors of iommufd and of devices under {@code /dev/vfio/devices}: {@code drivers/iommu/iommufd/}, {@code device_cdev.c}. */
final class IommufdExplanations {
    private IommufdExplanations() {}

    static void addTo(Explanations.Table table) {
        table.row(
                        OPEN_IOMMUFD,
                        ENOENT,
                        "iommufd is not loaded, or the kernel has no CONFIG_IOMMUFD",
                        "modprobe iommufd")
                .row(
                        OPEN_IOMMUFD,
                        EACCES,
                        "no permission for the device node, which is only for root by default",
                        "run as root, or give the user /dev/iommu with a udev rule")
                .row(
                        OPEN_DEVICE,
                        ENOENT,
                        "the device is not bound to a VFIO driver, or the kernel has no CONFIG_VFIO_DEVICE_CDEV",
                        "bind the device to its VFIO driver, or use its group")
                .row(
                        OPEN_DEVICE,
                        EACCES,
                        "no permission for the device node, which is only for root by default",
                        "run as root, or give the user the node with a udev rule for SUBSYSTEM==\"vfio-dev\"");
        table.row(
                        BIND_IOMMUFD,
                        EINVAL,
                        "the device is bound already, here or by whoever opened it first, or the flags are wrong",
                        "bind once, and end the process that has it: fuser -v /dev/vfio/devices/*")
                .row(BIND_IOMMUFD, EBADF, "the iommufd is not open", "keep the iommufd open")
                .row(
                        BIND_IOMMUFD,
                        EBADFD,
                        "the descriptor is not of an iommufd",
                        "bind to what /dev/iommu was opened as")
                .row(
                        BIND_IOMMUFD,
                        EBUSY,
                        "the device's group is open",
                        "end the process that has the group: fuser -v /dev/vfio/*")
                .row(
                        BIND_IOMMUFD,
                        EPERM,
                        "the machine has no MSI isolation, or another iommufd or container has the device's group",
                        "if every device is trusted, echo 1 > /sys/module/iommufd/parameters/allow_unsafe_interrupts")
                .row(
                        BIND_IOMMUFD,
                        E2BIG,
                        "this kernel does not know all members of the structure that are set",
                        "bind without a token, or use Linux 6.17 or later");
        table.row(
                        ATTACH_IOMMUFD_PT,
                        EPERM,
                        "the machine has no MSI isolation",
                        "if every device is trusted, echo 1 > /sys/module/iommufd/parameters/allow_unsafe_interrupts")
                .row(
                        ATTACH_IOMMUFD_PT,
                        EINVAL,
                        "the device is not bound to an iommufd, or does not fit the page table",
                        "bind it with VFIO_DEVICE_BIND_IOMMUFD first")
                .row(
                        ATTACH_IOMMUFD_PT,
                        ENOENT,
                        "the iommufd has no such object",
                        "attach to an IOAS of the same iommufd")
                .row(
                        ATTACH_IOMMUFD_PT,
                        EADDRINUSE,
                        "a mapping or an allowed range of the IOAS is where the device cannot have one",
                        "unmap it, or attach before mapping")
                .row(
                        ATTACH_IOMMUFD_PT,
                        EFAULT,
                        "a mapping of the IOAS is not of ordinary memory of this process",
                        "attach before mapping, to see which")
                .row(
                        ATTACH_IOMMUFD_PT,
                        ENOMEM,
                        "the mappings of the IOAS would lock more memory than the limit of the user allows",
                        "raise it: ulimit -l unlimited")
                .row(
                        ATTACH_IOMMUFD_PT,
                        ENOTTY,
                        "the device was opened through its group",
                        "open its own file under /dev/vfio/devices")
                .row(
                        DETACH_IOMMUFD_PT,
                        ENOTTY,
                        "the device was opened through its group",
                        "open its own file under /dev/vfio/devices")
                .row(
                        DETACH_IOMMUFD_PT,
                        EINVAL,
                        "the device is not bound to an iommufd",
                        "bind it with VFIO_DEVICE_BIND_IOMMUFD first");
        for (Step step : List.of(
                IOAS_ALLOC,
                IOAS_IOVA_RANGES,
                IOAS_ALLOW_IOVAS,
                IOAS_MAP,
                IOAS_COPY,
                IOAS_UNMAP,
                IOMMU_OPTION,
                IOMMU_DESTROY,
                IOMMUFD)) {
            table.row(step, ENOTTY, "this kernel's iommufd does not know the call", "use a kernel that has it")
                    .row(
                            step,
                            E2BIG,
                            "this kernel does not know all members of the structure that are set",
                            "leave newer members 0")
                    .row(step, EOPNOTSUPP, "a flag or reserved member is not known to this kernel", "leave it 0")
                    .row(step, EOVERFLOW, "an address and a length go beyond 64 bits", "keep the end inside 64 bits");
        }
        for (Step step : List.of(IOAS_IOVA_RANGES, IOAS_ALLOW_IOVAS, IOAS_MAP, IOMMU_OPTION, IOMMU_DESTROY, IOMMUFD)) {
            table.row(step, ENOENT, "the iommufd has no such object", "use an id of the same iommufd");
        }
        for (Step step : List.of(IOAS_MAP, IOAS_COPY)) {
            table.row(
                            step,
                            EINVAL,
                            "the mapping is not aligned, in a reserved range, or without read and write",
                            "align to the out_iova_alignment, and stay in a range, that IOMMU_IOAS_IOVA_RANGES shows")
                    .row(step, EEXIST, "a part of the IOVA range is mapped already", "unmap it first")
                    .row(step, ENOSPC, "no free IOVA range is long enough", "unmap something, or choose the IOVA")
                    .row(
                            step,
                            EFAULT,
                            "it is not ordinary memory of this process, or may not be written",
                            "map memory with the same rights, and no registers")
                    .row(
                            step,
                            ENOMEM,
                            "more memory would be locked than the limit of the user allows",
                            "raise it: ulimit -l unlimited");
        }
        table.row(
                        IOAS_COPY,
                        ENOENT,
                        "the source is not all mapped, or the iommufd has no such object",
                        "copy what is mapped without a gap, inside one iommufd")
                .row(IOAS_COPY, EPERM, "the source was mapped to be read only", "copy it to be read only")
                .row(
                        IOMMU_DESTROY,
                        EBUSY,
                        "the object is used: a device is attached to it or bound by it",
                        "detach or close the device first")
                .row(
                        IOMMU_OPTION,
                        EBUSY,
                        "the iommufd has objects already",
                        "set the option before anything is made or bound")
                .row(IOMMU_OPTION, EPERM, "it is only for processes with CAP_SYS_RESOURCE", "run as root")
                .row(
                        IOMMU_OPTION,
                        EINVAL,
                        "there are mappings that large pages may hold, or the value is not known",
                        "set the option before anything is mapped for a device")
                .row(
                        IOMMU_OPTION,
                        EADDRINUSE,
                        "a mapping is not of whole pages",
                        "set the option before anything is mapped")
                .row(
                        IOAS_UNMAP,
                        ENOENT,
                        "nothing is mapped there, the range cuts a mapping, or there is no such IOAS",
                        "unmap whole mappings, as they were mapped")
                .row(
                        IOAS_IOVA_RANGES,
                        EMSGSIZE,
                        "the array is too short for all ranges",
                        "ask again with room for num_iovas")
                .row(
                        IOAS_ALLOW_IOVAS,
                        EADDRINUSE,
                        "a reserved range of an attached device is in the way",
                        "allow only ranges that IOMMU_IOAS_IOVA_RANGES shows");
    }
}
