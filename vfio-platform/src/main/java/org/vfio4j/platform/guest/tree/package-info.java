// SPDX-License-Identifier: Apache-2.0
/**
 * What a guest sees of assigned devices: where their regions and interrupts are placed, and the device-tree nodes that
 * tell the guest so.
 */
package org.vfio4j.platform.guest.tree;
