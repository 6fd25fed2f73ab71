// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EACCES;
import static org.vfio4j.linux.Errno.EAGAIN;
import static org.vfio4j.linux.Errno.EEXIST;
import static org.vfio4j.linux.Errno.EFAULT;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.ENOMEM;
import static org.vfio4j.linux.Errno.ENOSPC;
import static org.vfio4j.linux.Errno.ENOTTY;
import static org.vfio4j.linux.Errno.EOVERFLOW;
import static org.vfio4j.linux.Errno.EPERM;
import static org.vfio4j.vfio.Step.ALLOCATE_HUGE_PAGES;
import static org.vfio4j.vfio.Step.ALLOCATE_LOCKED_MEMORY;
import static org.vfio4j.vfio.Step.ALLOCATE_MEMORY;
import static org.vfio4j.vfio.Step.DIRTY_PAGES;
import static org.vfio4j.vfio.Step.IOMMU_GET_INFO;
import static org.vfio4j.vfio.Step.MAP_DMA;
import static org.vfio4j.vfio.Step.OPEN_PAGEMAP;
import static org.vfio4j.vfio.Step.READ_PAGEMAP;
import static org.vfio4j.vfio.Step.UNMAP_DMA;

import java.util.List;

/** Errors of a container's mappings: {@code drivers/vfio/vfio_iommu_type1.c}, and an iommufd in the container's place. */
final class Type1Explanations {
    private static final String NO_WRAP = "keep address + size inside 64 bits";

    private Type1Explanations() {}

    static void addTo(Explanations.Table table) {
        for (Step step : List.of(IOMMU_GET_INFO, MAP_DMA, UNMAP_DMA, DIRTY_PAGES)) {
            table.row(
                            step,
                            ENOTTY,
                            "the backend of the container has no mappings, as NOIOMMU has none",
                            "use a device behind an IOMMU for DMA")
                    .row(step, ENODEV, "the container is an iommufd without an address space", "attach a group first");
        }
        table.row(IOMMU_GET_INFO, EINVAL, "no backend is chosen for the container", "call VFIO_SET_IOMMU first");
        table.row(
                        MAP_DMA,
                        EINVAL,
                        "no backend is chosen, or the mapping is empty, not aligned to the smallest IOMMU page, without"
                                + " read and write, or outside the IOVA ranges",
                        "align to the page sizes and keep to the ranges that VFIO_IOMMU_GET_INFO shows")
                .row(MAP_DMA, EOVERFLOW, "the address and the size go beyond 64 bits", NO_WRAP)
                .row(MAP_DMA, EEXIST, "a part of the IOVA range is mapped already", "unmap it first")
                .row(
                        MAP_DMA,
                        ENOSPC,
                        "the container has as many mappings as it may",
                        "raise it: echo 1000000 > /sys/module/vfio_iommu_type1/parameters/dma_entry_limit")
                .row(
                        MAP_DMA,
                        ENOMEM,
                        "more memory would be locked than the limit of the process allows",
                        "raise it: ulimit -l unlimited")
                .row(MAP_DMA, EFAULT, "the memory is not mapped in this process, or not writable", "map it first");
        table.row(
                        UNMAP_DMA,
                        EINVAL,
                        "no backend is chosen, or the range cuts a mapping or is not aligned",
                        "unmap whole mappings, as they were mapped")
                .row(UNMAP_DMA, ENOENT, "the range cuts a mapping of the iommufd", "unmap whole mappings")
                .row(UNMAP_DMA, EOVERFLOW, "the address and the size go beyond 64 bits", NO_WRAP);
        table.row(
                        ALLOCATE_MEMORY,
                        ENOMEM,
                        "there is no memory left, or more mappings or addresses than the process may have",
                        "free memory, or raise the limits: ulimit -v unlimited; sysctl vm.max_map_count=1000000")
                .row(
                        ALLOCATE_HUGE_PAGES,
                        ENOMEM,
                        "fewer huge pages of 2 MiB are free than are needed",
                        "reserve more: echo 64 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")
                .row(
                        ALLOCATE_HUGE_PAGES,
                        EINVAL,
                        "the kernel has no huge pages of 2 MiB",
                        "use ordinary pages, or a kernel with CONFIG_HUGETLBFS and pages of 4 KiB")
                .row(
                        ALLOCATE_HUGE_PAGES,
                        ENOENT,
                        "the kernel has no huge pages of 2 MiB",
                        "use ordinary pages, or a kernel with CONFIG_HUGETLBFS and pages of 4 KiB");
        addPhysicalMemory(table);
        table.row(
                        DIRTY_PAGES,
                        EACCES,
                        "type1 of the first version has no dirty tracking",
                        "choose TYPE1_V2 as the backend")
                .row(
                        DIRTY_PAGES,
                        EINVAL,
                        "no backend is chosen, or not exactly one of start, stop and get, or a page size that is not the smallest",
                        "use one flag, and the smallest page size of the migration capability");
    }

    /** Memory without an IOMMU: {@code mm/mmap.c} and {@code fs/proc/task_mmu.c}. */
    private static void addPhysicalMemory(Explanations.Table table) {
        table.row(
                        ALLOCATE_LOCKED_MEMORY,
                        EAGAIN,
                        "more memory would be locked than the limit of the process allows",
                        "raise it: ulimit -l unlimited")
                .row(
                        ALLOCATE_LOCKED_MEMORY,
                        EPERM,
                        "the process may not lock memory",
                        "raise the limit: ulimit -l unlimited")
                .row(
                        OPEN_PAGEMAP,
                        ENOENT,
                        "the kernel does not tell where memory is",
                        "use a kernel with CONFIG_PROC_PAGE_MONITOR, with /proc mounted")
                .row(
                        OPEN_PAGEMAP,
                        EACCES,
                        "the file is another user's, as after a change of the user ID",
                        "run as root")
                .row(
                        READ_PAGEMAP,
                        EPERM,
                        "physical addresses are shown to who has CAP_SYS_ADMIN only",
                        "run as root, or give the capability: setcap cap_sys_admin,cap_sys_rawio+ep PROGRAM");
    }
}
