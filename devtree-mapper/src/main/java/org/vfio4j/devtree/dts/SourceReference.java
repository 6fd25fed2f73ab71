// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

/**
 * A reference to a node.
 *
 * @param target a label, a path, or a label and the path below it
 * @param position where it stands in the text
 */
record SourceReference(String target, int position) {}
