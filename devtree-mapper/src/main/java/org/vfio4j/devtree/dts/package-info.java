// SPDX-License-Identifier: Apache-2.0
/**
 * Device tree source text. {@link org.vfio4j.devtree.dts.DtsReader} reads what {@code dtc -I dts} reads, without the C
 * preprocessor; {@link org.vfio4j.devtree.dts.DtsWriter} writes what both read back to the same tree.
 */
package org.vfio4j.devtree.dts;
