// SPDX-License-Identifier: Apache-2.0
/**
 * Device trees as immutable values: {@link org.vfio4j.devtree.DeviceTree}, {@link org.vfio4j.devtree.Node} and {@link
 * org.vfio4j.devtree.Property}. Order of nodes and properties is kept, and the raw bytes of a property are always at
 * hand.
 */
package org.vfio4j.devtree;
