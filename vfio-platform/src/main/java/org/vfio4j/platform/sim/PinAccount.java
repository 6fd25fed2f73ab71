// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** What pages that an iommufd locks are counted for (IOPT_PAGES_ACCOUNT_ of drivers/iommu/iommufd/io_pagetable.h). */
enum PinAccount {
    /** For nobody: the process had CAP_IPC_LOCK when it mapped them. */
    NONE,
    /** For the user of the process. */
    USER,
    /** For the process, together with what type1 locks. */
    PROCESS
}
