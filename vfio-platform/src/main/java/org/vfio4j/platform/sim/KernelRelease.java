// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** Which Linux the simulated kernel follows where releases differ. */
public enum KernelRelease {
    /**
     * Linux 6.12: a DMA range that wraps is EINVAL, type1 still claims NESTING, and a device is put into its IOMMU group
     * when the first driver is about to be bound to it.
     */
    LINUX_6_12("6.12.0-simulated"),
    /** Linux 7.2: a DMA range that wraps is EOVERFLOW, NESTING is gone, and a device is in its IOMMU group from start. */
    LINUX_7_2("7.2.0-simulated");

    private final String osRelease;

    KernelRelease(String osRelease) {
        this.osRelease = osRelease;
    }

    /** What {@code uname -r} says. */
    String osRelease() {
        return osRelease;
    }
}
