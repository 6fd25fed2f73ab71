// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

/** What a finding is about. */
public enum Topic {
    /** What the kernel was built with, its modules and their parameters. */
    KERNEL,
    /** IOMMUs and their groups. */
    IOMMU,
    /** What this process may do, and how much. */
    PROCESS,
    /** How a device comes to the driver of VFIO. */
    BINDING,
    /** A way to open devices. */
    STACK,
    /** How registers are reached. */
    REGISTERS,
    /** Interrupts of a device. */
    INTERRUPTS,
    /** Clocks, resets and power domains. */
    POWER
}
