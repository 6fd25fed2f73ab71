// SPDX-License-Identifier: Apache-2.0
/**
 * The interrupts of a device: {@link org.vfio4j.platform.irq.Interrupt} to wait for one or have a handler called.
 */
package org.vfio4j.platform.irq;
