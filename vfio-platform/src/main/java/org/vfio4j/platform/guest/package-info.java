// SPDX-License-Identifier: Apache-2.0
/**
 * Platform devices for a guest of KVM. {@link org.vfio4j.platform.guest.GuestAssignment} gives a device to a guest: its
 * registers in memory slots or on the {@link org.vfio4j.platform.guest.MmioBus}, which leads trapped accesses to whoever
 * answers for the address; {@link org.vfio4j.platform.guest.GuestInterrupts} brings its interrupts.
 */
package org.vfio4j.platform.guest;
