// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.fdt.FdtReader;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode;
import org.vfio4j.devtree.platform.PlatformDevices;

/** The tree that the kernel was booted with, and what is predicted from it. */
final class BootedTree {
    private static final class Holder {
        static final BootedTree TREE = new BootedTree(World.current());
    }

    private final Map<String, PlatformDeviceNode> devices = new LinkedHashMap<>();

    private BootedTree(World world) {
        try {
            DeviceTree tree = FdtReader.read(world.files().read(Path.of("/sys/firmware/fdt")));
            PlatformDevices.of(tree).forEach(device -> devices.put(device.name(), device));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Read once: a file for each property is slow where a processor is emulated. */
    static BootedTree current() {
        return Holder.TREE;
    }

    /** By their names, in the order of the tree. */
    Map<String, PlatformDeviceNode> devices() {
        return devices;
    }

    Node node(String device) {
        return devices.get(device).node();
    }

    DeviceMapping predicted(String device, MappingPolicy policy) {
        return DevtreeMapper.predict(node(device), policy);
    }
}
