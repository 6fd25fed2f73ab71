// SPDX-License-Identifier: Apache-2.0
/**
 * From {@code reg}, {@code ranges} and {@code dma-ranges} to CPU physical addresses by the rules of Linux ({@code
 * drivers/of/address.c}). What does not translate is a value with the reason and the place, not an exception.
 */
package org.vfio4j.devtree.address;
