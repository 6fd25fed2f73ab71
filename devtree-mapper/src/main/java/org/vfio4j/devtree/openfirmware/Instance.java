// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import org.vfio4j.devtree.Node;

/**
 * An open node.
 *
 * @param path the node, and the arguments it was opened with
 * @param io what it does with data
 */
record Instance(DevicePath path, InstanceIo io) {
    /** An instance of a node without a device: it opens, as every node does, and has no data. */
    static final InstanceIo NO_DATA = new InstanceIo() {};

    Node node() {
        return path.node();
    }
}
