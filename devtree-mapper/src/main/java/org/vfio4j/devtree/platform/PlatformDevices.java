// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.platform;

import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;

/** Predicts the devices that Linux makes of a tree. The live sysfs, where there is one, is the authority. */
public final class PlatformDevices {
    private PlatformDevices() {}

    /**
     * The devices of a tree, in the order in which Linux makes them.
     *
     * @param tree the tree
     * @return the devices
     */
    public static List<PlatformDeviceNode> of(DeviceTree tree) {
        throw new UnsupportedOperationException();
    }

    /**
     * The name that Linux gives to the device of a node (its {@code of_device_make_bus_id}), whether or not the node
     * becomes one.
     *
     * @param node the node
     * @return the name
     */
    public static String nameOf(Node node) {
        throw new UnsupportedOperationException();
    }

    /**
     * The bus that the device of a node is on.
     *
     * @param node the node
     * @return AMBA for {@code arm,primecell}, else PLATFORM
     */
    public static PlatformDeviceNode.Bus busOf(Node node) {
        return node.isCompatible("arm,primecell") ? PlatformDeviceNode.Bus.AMBA : PlatformDeviceNode.Bus.PLATFORM;
    }
}
