// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.platform;

import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.Translation;

/**
 * Predicts the devices that Linux makes of a tree. The answer is advisory, the live sysfs is the authority: interrupt
 * controllers, clock providers and timers that start-up code claims never become devices and are listed here all the
 * same; drivers may make devices of their children later, which are not listed; board code may override a name.
 */
public final class PlatformDevices {
    private PlatformDevices() {}

    /**
     * The devices of a tree, in the order in which Linux makes them: those in reserved memory, those of {@code
     * /firmware}, a simple framebuffer of {@code /chosen}, then the children of the root and of its buses.
     *
     * <p>These are the rules of {@code of_platform_default_populate}, which arm64, arm and riscv use for the whole tree.
     * Boards for PowerPC begin at lists of buses of their own; on the buses that they share with these rules ({@code
     * simple-bus}) they make the same devices, and some more for nodes without {@code compatible}.
     *
     * @param tree the tree
     * @return the devices
     */
    public static List<PlatformDeviceNode> of(DeviceTree tree) {
        return new Population(tree).run();
    }

    /**
     * The name that Linux gives to the device of a node (its {@code of_device_make_bus_id}), whether or not the node
     * becomes one: the CPU address of the first {@code reg} entry and the name without unit address, such as {@code
     * ffe220000.sata}. If the address does not translate, the node's full name after the name of its parent.
     *
     * @param node the node
     * @return the name; empty for the root
     */
    public static String nameOf(Node node) {
        StringBuilder name = new StringBuilder();
        for (Node at = node; !at.isRoot(); at = at.parent().orElseThrow()) {
            Optional<String> unique = addressedName(at);
            String separator = name.length() == 0 ? "" : ":";
            name.insert(0, unique.orElse(at.name()) + separator);
            if (unique.isPresent()) {
                break;
            }
        }
        return name.toString();
    }

    /** The name of a node whose {@code reg} begins with an address that translates, however long that property is. */
    private static Optional<String> addressedName(Node node) {
        Property reg = node.property("reg").orElse(null);
        if (reg == null || !(Addresses.translate(node, reg.cells()) instanceof Translation.Translated translated)) {
            return Optional.empty();
        }
        String mask = node.property("mask")
                .filter(p -> p.cellCount() > 0)
                .map(p -> "." + Integer.toHexString(lowestBit(p.cell(0))))
                .orElse("");
        return Optional.of(Long.toHexString(translated.address()) + mask + "." + node.baseName());
    }

    /** {@code ffs(mask) - 1}: the number of the lowest bit that is set, -1 if none is. */
    private static int lowestBit(int mask) {
        return mask == 0 ? -1 : Integer.numberOfTrailingZeros(mask);
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
