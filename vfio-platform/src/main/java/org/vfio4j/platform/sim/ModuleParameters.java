// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** The parameters of VFIO's modules in /sys/module, and of memory in /proc/sys/vm. */
final class ModuleParameters {
    /** vfio.enable_unsafe_noiommu_mode, 0644. */
    boolean noiommuMode;
    /** vfio_iommu_type1.allow_unsafe_interrupts, 0644. */
    boolean unsafeInterrupts;
    /** iommufd.allow_unsafe_interrupts, 0644. */
    boolean unsafeInterruptsOfIommufd;
    /** vfio_iommu_type1.dma_entry_limit, 0644: an unsigned 32-bit number, taken over by a container at SET_IOMMU. */
    int dmaEntryLimit = 65535;
    /** vfio_iommu_type1.disable_hugepages, 0644. Nothing that user space sees depends on it. */
    boolean hugePagesDisabled;
    /** vfio_platform.reset_required and vfio_devtree.reset_required, 0444. */
    boolean resetRequired = true;

    /** /proc/sys/vm/compact_unevictable_allowed, 0644: whether locked pages may be moved; 0 or 1. */
    long compactUnevictable = 1;

    void setCompactUnevictable(long value) {
        KernelError.requireValid(value == 0 || value == 1);
        compactUnevictable = value;
    }
}
