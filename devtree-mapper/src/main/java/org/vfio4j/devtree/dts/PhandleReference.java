// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import org.vfio4j.devtree.Node;

/**
 * A phandle in the value of a property.
 *
 * @param row index of the first cell of the entry that it is part of; the same as {@code cell} but in a map
 * @param cell index of the cell that holds the phandle
 * @param end index of the cell behind the entry
 * @param target the node that it refers to
 */
public record PhandleReference(int row, int cell, int end, Node target) {}
