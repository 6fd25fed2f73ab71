// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * Finds the phandles in the values of the properties that are known to hold some: the bindings that Linux follows to
 * find a device's suppliers ({@code drivers/of/property.c}), those that dtc checks ({@code checks.c}), and the maps of a
 * nexus (Devicetree Specification 0.4, sections 2.4.3 and 2.5). How many cells follow a phandle is what its target says.
 * Where a value does not follow its binding, the rest of it has no references.
 */
public final class PhandleReferences {
    /** Lists of a phandle and as many cells as the target says in the property named here. */
    private static final Map<String, String> CELLS_PROPERTIES = Map.ofEntries(
            Map.entry("access-controllers", "#access-controller-cells"),
            Map.entry("assigned-clock-parents", "#clock-cells"),
            Map.entry("assigned-clocks", "#clock-cells"),
            Map.entry("clocks", "#clock-cells"),
            Map.entry("cooling-device", "#cooling-cells"),
            Map.entry("dmas", "#dma-cells"),
            Map.entry("hwlocks", "#hwlock-cells"),
            Map.entry("interconnects", "#interconnect-cells"),
            Map.entry("interrupts-extended", "#interrupt-cells"),
            Map.entry("io-backends", "#io-backend-cells"),
            Map.entry("io-channels", "#io-channel-cells"),
            Map.entry("iommus", "#iommu-cells"),
            Map.entry("mboxes", "#mbox-cells"),
            Map.entry("msi-parent", "#msi-cells"),
            Map.entry("mux-controls", "#mux-control-cells"),
            Map.entry("mux-states", "#mux-state-cells"),
            Map.entry("nvmem-cells", "#nvmem-cell-cells"),
            Map.entry("phys", "#phy-cells"),
            Map.entry("power-domains", "#power-domain-cells"),
            Map.entry("pses", "#pse-cells"),
            Map.entry("pwms", "#pwm-cells"),
            Map.entry("resets", "#reset-cells"),
            Map.entry("sound-dai", "#sound-dai-cells"),
            Map.entry("thermal-sensors", "#thermal-sensor-cells"),
            Map.entry("trigger-sources", "#trigger-source-cells"));

    /** Of these a target may leave its cells property out, for 0. */
    private static final Set<String> OPTIONAL_CELLS = Set.of("#msi-cells", "#nvmem-cell-cells");

    /** Lists of phandles with nothing between them. */
    private static final Set<String> PLAIN = Set.of(
            "affinity",
            "backlight",
            "cpu",
            "cpu-idle-states",
            "domain-idle-states",
            "extcon",
            "interrupt-affinity",
            "l2-cache",
            "leds",
            "memory-region",
            "next-level-cache",
            "operating-points-v2",
            "panel",
            "pcs-handle",
            "phy-handle",
            "post-init-providers",
            "power-supplies",
            "remote-endpoint",
            "required-opps",
            "trip");

    /** Maps of four cells, the second one a phandle ({@code of_map_id} in {@code drivers/of/base.c}). */
    private static final Set<String> ID_MAPS = Set.of("iommu-map", "msi-map");

    private static final int ID_MAP_CELLS = 4;
    private static final String GPIO_CELLS = "#gpio-cells";
    private static final int GPIO_RANGE_CELLS = 3;

    private PhandleReferences() {}

    /**
     * The references in a property.
     *
     * @param node the node that has the property
     * @param property the property
     * @return the references, in the order of the value; empty if it is not known to hold any
     */
    public static List<PhandleReference> in(Node node, Property property) {
        String name = property.name();
        if (property.length() < 4 || property.length() % 4 != 0) {
            return List.of();
        }
        String cells = CELLS_PROPERTIES.get(name);
        if (cells != null) {
            return list(node, property, cells, OPTIONAL_CELLS.contains(cells) ? 0 : -1);
        }
        if (isGpio(name)) {
            // A hog's gpios are of the controller that it is a child of, without a phandle.
            return node.hasProperty("gpio-hog") ? List.of() : list(node, property, GPIO_CELLS, -1);
        }
        if (name.equals("gpio-ranges")) {
            return list(node, property, "#gpio-range-cells", GPIO_RANGE_CELLS);
        }
        if (PLAIN.contains(name) || name.endsWith("-parent") || name.endsWith("-supply") || isPinctrl(name)) {
            return list(node, property, "", 0);
        }
        if (ID_MAPS.contains(name)) {
            return idMap(node, property);
        }
        return name.endsWith("-map") ? nexusMap(node, property) : List.of();
    }

    /**
     * Whether a property holds numbers only, by its name.
     *
     * @param name the property's name
     * @return true if no cell of it can be a phandle
     */
    static boolean isNumeric(String name) {
        return switch (name) {
            case "reg", "ranges", "dma-ranges", "interrupts", "phandle", "linux,phandle", "ibm,phandle" -> true;
            default -> name.startsWith("#") || name.endsWith("-frequency") || name.endsWith("-map-mask");
        };
    }

    /**
     * Whether a property is of no known binding and of whole cells, so that there may be phandles in it that {@link #in}
     * does not find.
     *
     * @param node the node that has the property
     * @param property the property
     * @return true if it is
     */
    public static boolean mayHoldUnknown(Node node, Property property) {
        return property.length() >= 4
                && property.length() % 4 == 0
                && !isNumeric(property.name())
                && !property.looksLikeStrings()
                && in(node, property).isEmpty();
    }

    private static boolean isGpio(String name) {
        return name.equals("gpio")
                || name.equals("gpios")
                || name.endsWith("-gpio")
                || name.endsWith("-gpios") && !name.endsWith("nr-gpios");
    }

    private static boolean isPinctrl(String name) {
        return name.startsWith("pinctrl-") && name.length() > 8 && Character.isDigit(name.charAt(8));
    }

    private static List<PhandleReference> list(Node node, Property property, String cellsProperty, int otherwise) {
        List<PhandleReference> found = new ArrayList<>(4);
        int at = 0;
        while (at < property.cellCount()) {
            int phandle = property.cell(at);
            if (phandle == 0) {
                // An empty entry, so that the ones after it keep their index (of_phandle_iterator_next).
                at++;
                continue;
            }
            Optional<Node> target = node.tree().byPhandle(phandle);
            if (target.isEmpty()) {
                break;
            }
            int cells = cellsProperty.isEmpty() ? otherwise : cells(target.get(), cellsProperty, otherwise);
            if (cells < 0 || cells > property.cellCount() - at - 1) {
                break;
            }
            found.add(new PhandleReference(at, at, at + 1 + cells, target.get()));
            at += 1 + cells;
        }
        return found;
    }

    private static List<PhandleReference> idMap(Node node, Property property) {
        List<PhandleReference> found = new ArrayList<>(4);
        for (int row = 0; row + ID_MAP_CELLS <= property.cellCount(); row += ID_MAP_CELLS) {
            int start = row;
            node.tree()
                    .byPhandle(property.cell(row + 1))
                    .ifPresent(
                            target -> found.add(new PhandleReference(start, start + 1, start + ID_MAP_CELLS, target)));
        }
        return found;
    }

    /** A row: the child's specifier, the parent's phandle, the parent's specifier; with addresses for interrupts. */
    private static List<PhandleReference> nexusMap(Node node, Property property) {
        String name = property.name();
        boolean interrupts = name.equals("interrupt-map");
        String cellsProperty = "#" + name.substring(0, name.length() - "-map".length()) + "-cells";
        int child = cells(node, cellsProperty, -1) + (interrupts ? cells(node, "#address-cells", 0) : 0);
        if (cells(node, cellsProperty, -1) < 0) {
            return List.of();
        }
        List<PhandleReference> found = new ArrayList<>(4);
        int row = 0;
        while (row < property.cellCount() - child) {
            Optional<Node> target = node.tree().byPhandle(property.cell(row + child));
            int parent = target.map(t -> cells(t, cellsProperty, -1)).orElse(-1);
            if (parent < 0) {
                break;
            }
            parent += interrupts ? cells(target.get(), "#address-cells", 0) : 0;
            if (parent > property.cellCount() - row - child - 1) {
                break;
            }
            int end = row + child + 1 + parent;
            found.add(new PhandleReference(row, row + child, end, target.get()));
            row = end;
        }
        return found;
    }

    /** A cell count; more than any specifier has is none, so that sums stay small. */
    private static int cells(Node node, String name, int otherwise) {
        Property property = node.property(name).orElse(null);
        if (property == null) {
            return otherwise;
        }
        int cells = property.cellCount() > 0 ? property.cell(0) : -1;
        return cells < 0 || cells > 0xffff ? -1 : cells;
    }
}
