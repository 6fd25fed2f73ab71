// SPDX-License-Identifier: Apache-2.0
/**
 * Flattened device trees, the {@code .dtb} format (Devicetree Specification 0.4, chapter 5): {@link
 * org.vfio4j.devtree.fdt.FdtReader} reads them, whatever the bytes are, and {@link org.vfio4j.devtree.fdt.FdtWriter}
 * writes them.
 */
package org.vfio4j.devtree.fdt;
