// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

/** Who answered which node a region or interrupt is, the best first. */
public enum MappingSource {
    /** The kernel, by the ioctl VFIO_DEVICE_GET_DEVTREE_INFO; the tree agrees. */
    DEVTREE_INFO,
    /** The tree of the running kernel. */
    LIVE_TREE,
    /** A device tree file. */
    TREE_FILE
}
