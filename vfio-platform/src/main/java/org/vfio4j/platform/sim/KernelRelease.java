// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** Which Linux the simulated kernel follows where releases differ. */
public enum KernelRelease {
    /** Linux 6.12: a DMA range that wraps is EINVAL, and type1 still claims NESTING. */
    LINUX_6_12,
    /** Linux 7.2: a DMA range that wraps is EOVERFLOW, and NESTING is gone. */
    LINUX_7_2
}
