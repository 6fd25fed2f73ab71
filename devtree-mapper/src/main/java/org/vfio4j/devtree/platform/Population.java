// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.platform;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;

/** One run of Linux's {@code of_platform_default_populate_init} ({@code drivers/of/platform.c}) over a tree. */
final class Population {
    // of_default_bus_match_table.
    private static final List<String> BUSES = List.of("simple-bus", "simple-mfd", "isa", "arm,amba-bus");
    // reserved_mem_matches; the nodes may be anywhere.
    private static final List<String> RESERVED_MEMORY =
            List.of("phram", "qcom,rmtfs-mem", "qcom,cmd-db", "qcom,smem", "ramoops", "nvmem-rmem", "google,open-dice");

    private final DeviceTree tree;
    private final List<PlatformDeviceNode> devices = new ArrayList<>();
    private final BitSet populated = new BitSet();
    private final BitSet populatedBuses = new BitSet();

    Population(DeviceTree tree) {
        this.tree = tree;
    }

    List<PlatformDeviceNode> run() {
        for (Node node : tree.nodes()) {
            if (isAny(node, RESERVED_MEMORY)) {
                create(node);
            }
        }
        tree.root().child("firmware").ifPresent(this::populate);
        tree.root().child("chosen").ifPresent(this::createFramebuffer);
        populate(tree.root());
        return devices;
    }

    private void createFramebuffer(Node chosen) {
        chosen.children().stream()
                .filter(child -> child.isCompatible("simple-framebuffer"))
                .findFirst()
                .ifPresent(this::create);
    }

    private void populate(Node bus) {
        populatedBuses.set(bus.index());
        bus.children().forEach(this::createWithChildren);
    }

    // Depth is bounded by DeviceTree.MAX_DEPTH.
    private void createWithChildren(Node node) {
        if (!node.hasProperty("compatible")
                || node.isCompatible("operating-points-v2")
                || populatedBuses.get(node.index())) {
            return;
        }
        if (PlatformDevices.busOf(node) == PlatformDeviceNode.Bus.AMBA) {
            createAmba(node);
        } else if (create(node) && isAny(node, BUSES)) {
            populate(node);
        }
    }

    private boolean create(Node node) {
        return add(node, PlatformDeviceNode.Bus.PLATFORM);
    }

    /** An AMBA device needs its registers, which its identity is read from. */
    private void createAmba(Node node) {
        List<RegEntry> reg = Addresses.reg(node);
        if (!reg.isEmpty() && reg.get(0).translation() instanceof Translated) {
            add(node, PlatformDeviceNode.Bus.AMBA);
        }
    }

    private boolean add(Node node, PlatformDeviceNode.Bus bus) {
        if (!node.isAvailable() || populated.get(node.index())) {
            return false;
        }
        populated.set(node.index());
        devices.add(new PlatformDeviceNode(PlatformDevices.nameOf(node), node, bus));
        return true;
    }

    private static boolean isAny(Node node, List<String> compatible) {
        List<String> own = node.compatible();
        return !own.isEmpty() && compatible.stream().anyMatch(node::isCompatible);
    }
}
