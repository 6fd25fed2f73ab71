// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

/** How an interrupt of a device comes to its guest. */
public enum LineDelivery {
    /**
     * By the kernel alone: VFIO signals an eventfd, and KVM injects the interrupt. When the guest ends a level-triggered
     * one, KVM signals the eventfd with which VFIO unmasks it (KVM_IRQFD_FLAG_RESAMPLE). Needs {@code KVM_CAP_IRQFD}, and
     * for level-triggered ones {@code KVM_CAP_IRQFD_RESAMPLE}.
     */
    KERNEL,

    /**
     * By a thread of the program, which sets the level of the guest's line. When the device has lowered a level-triggered
     * one is found out after each access of the guest to the device. So accesses have to trap while one is pending, and
     * they cost more than with {@link #KERNEL}; the interrupts are as exact.
     */
    PROGRAM
}
