// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.linux.HostFiles;

/** The device tree of the running kernel. */
record MachineTree(DeviceTree tree, OrderSource order) {
    static MachineTree read(HostFiles files) throws IOException {
        throw new UnsupportedOperationException();
    }
}
