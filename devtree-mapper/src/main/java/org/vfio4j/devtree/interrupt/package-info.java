// SPDX-License-Identifier: Apache-2.0
/**
 * From {@code interrupts} and {@code interrupts-extended} through interrupt maps to the controller, by the rules of
 * Linux ({@code drivers/of/irq.c}).
 */
package org.vfio4j.devtree.interrupt;
