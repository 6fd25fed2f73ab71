// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.List;
import org.vfio4j.devtree.Node;

/** Makes mappings between VFIO indices and device-tree nodes. */
public final class DevtreeMapper {
    private DevtreeMapper() {}

    /**
     * The mapping that a kernel exposes for a node.
     *
     * @param node the device's node
     * @param policy what the kernel exposes
     * @return the mapping
     */
    public static DeviceMapping predict(Node node, MappingPolicy policy) {
        throw new UnsupportedOperationException();
    }

    /**
     * Compares a predicted mapping with a device.
     *
     * @param predicted the mapping
     * @param view what the device says
     * @return the mapping with warnings, or every disagreement
     */
    public static MappingResult verify(DeviceMapping predicted, DeviceView view) {
        throw new UnsupportedOperationException();
    }

    /**
     * Compares a predicted mapping with a device whose kernel also answers VFIO_DEVICE_GET_DEVTREE_INFO.
     *
     * @param predicted the mapping
     * @param view what the device says
     * @param answers the answers, one for each region and IRQ
     * @return the mapping with warnings, or every disagreement
     */
    public static MappingResult verify(DeviceMapping predicted, DeviceView view, List<DevtreeInfo> answers) {
        throw new UnsupportedOperationException();
    }
}
