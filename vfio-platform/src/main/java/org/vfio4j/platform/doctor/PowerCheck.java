// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.platform.SysfsDevice;

/**
 * What a device needs that its driver turned on and nobody turns on for VFIO. vfio-platform does runtime power management,
 * which serves one power domain, and nothing else: no clocks, resets or regulators ({@code vfio_platform_open_device} of
 * {@code drivers/vfio/platform/vfio_platform_common.c}). The AMBA bus turns on {@code apb_pclk} ({@code
 * drivers/amba/bus.c}).
 */
record PowerCheck(Machine machine, SysfsDevice device, Node node) {
    /** Clocks that cannot be turned off. */
    private static final Set<String> ALWAYS_ON = Set.of("fixed-clock", "fixed-factor-clock");

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        List<String> clocks = clocks();
        if (!clocks.isEmpty()) {
            findings.add(warning(
                            "clocks",
                            "needs " + clocks.size() + " clocks of " + String.join(", ", Set.copyOf(clocks))
                                    + ", which vfio-platform does not turn on",
                            "access to a device without its clock can hang the machine")
                    .withRemedy(Remedies.bootOption("clk_ignore_unused")));
        }
        if (references("power-domains", "#power-domain-cells").size() > 1) {
            findings.add(warning(
                            "power-domains",
                            "needs several power domains, of which Linux turns on none by itself",
                            "access to a device without power can hang the machine")
                    .withRemedy(Remedies.bootOption("pd_ignore_unused")));
        }
        if (node.hasProperty("resets")) {
            findings.add(warning(
                    "resets",
                    "has a reset line, which stays as its last driver left it",
                    "a device that is held in reset does not answer"));
        }
        List<String> supplies = node.properties().stream()
                .map(Property::name)
                .filter(name -> name.endsWith("-supply"))
                .toList();
        if (!supplies.isEmpty()) {
            findings.add(warning(
                            "regulators",
                            "needs " + String.join(", ", supplies) + ", which vfio-platform does not turn on",
                            "Linux turns off regulators that no driver uses")
                    .withRemedy(Remedies.bootOption("regulator_ignore_unused")));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    Topic.POWER,
                    "power",
                    device.name(),
                    "needs no clock, reset or regulator that somebody has to turn on"));
        }
        return findings;
    }

    private Finding warning(String id, String what, String why) {
        return Finding.of(Severity.WARNING, Topic.POWER, id, device.name(), what, why);
    }

    /** The paths of the clock controllers, each as often as it has a clock for the device that can be off. */
    private List<String> clocks() {
        List<String> names = node.strings("clock-names");
        List<Optional<Node>> parents = references("clocks", "#clock-cells");
        List<String> found = new ArrayList<>();
        for (int i = 0; i < parents.size(); i++) {
            boolean busDoes =
                    device.bus() == Bus.AMBA && i < names.size() && names.get(i).equals("apb_pclk");
            Optional<Node> parent = parents.get(i);
            if (!busDoes
                    && parent.isPresent()
                    && parent.get().compatible().stream().noneMatch(ALWAYS_ON::contains)) {
                found.add(parent.get().path());
            }
        }
        return found;
    }

    /** The nodes that a list of phandles with cells names; what follows one that is not there is left out. */
    private List<Optional<Node>> references(String property, String cellsProperty) {
        int[] cells = node.property(property).map(Property::cells).orElse(new int[0]);
        List<Optional<Node>> nodes = new ArrayList<>();
        int at = 0;
        while (at < cells.length) {
            Optional<Node> found =
                    cells[at] == 0 ? Optional.empty() : node.tree().byPhandle(cells[at]);
            if (cells[at] != 0 && found.isEmpty()) {
                break;
            }
            nodes.add(found);
            at += 1
                    + found.flatMap(parent -> parent.property(cellsProperty))
                            .filter(count -> count.cellCount() == 1 && count.cell(0) >= 0)
                            .map(count -> count.cell(0))
                            .orElse(0);
        }
        return nodes;
    }
}
