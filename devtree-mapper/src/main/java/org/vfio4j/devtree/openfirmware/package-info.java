// SPDX-License-Identifier: Apache-2.0
/**
 * The Open Firmware client interface (IEEE 1275-1994, 6.3) over a device tree. A client program, such as a guest's
 * kernel, asks for nodes and properties through arrays of cells in its memory instead of parsing a blob, and claims
 * memory. {@link org.vfio4j.devtree.openfirmware.ClientInterface} is the entry.
 */
package org.vfio4j.devtree.openfirmware;
