// SPDX-License-Identifier: Apache-2.0
/**
 * Platform devices for a guest of KVM: {@link org.vfio4j.platform.guest.MmioBus} leads the guest's trapped accesses to
 * whoever answers for the address.
 */
package org.vfio4j.platform.guest;
