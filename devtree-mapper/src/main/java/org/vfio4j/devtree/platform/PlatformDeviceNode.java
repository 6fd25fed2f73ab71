// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.platform;

import org.vfio4j.devtree.Node;

/**
 * A node that becomes a device.
 *
 * @param name the device's name in sysfs, such as {@code ffe220000.sata}
 * @param node the node
 * @param bus the bus that it is on
 */
public record PlatformDeviceNode(String name, Node node, Bus bus) {
    /** The bus type that Linux registers the device with. */
    public enum Bus {
        /** {@code /sys/bus/platform}, driver vfio-platform. */
        PLATFORM,
        /** {@code /sys/bus/amba}, driver vfio-amba: nodes compatible with {@code arm,primecell}. */
        AMBA
    }
}
