// SPDX-License-Identifier: Apache-2.0
/**
 * Device tree source text: {@link org.vfio4j.devtree.dts.DtsReader} reads what {@code dtc -I dts} reads, without the C
 * preprocessor.
 */
package org.vfio4j.devtree.dts;
