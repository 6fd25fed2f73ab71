// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

/**
 * A node that has the phandle of a node before it. References go to the first one; this node got a handle of its own,
 * as a client that walks the tree by handles would not get past it otherwise. Its properties are as they were.
 *
 * @param phandle the number that both have
 * @param path the node
 * @param first path of the node that keeps the number
 * @param handle what {@code peer}, {@code child}, {@code parent} and {@code finddevice} say for this node
 */
public record DuplicatePhandle(int phandle, String path, String first, int handle) {}
