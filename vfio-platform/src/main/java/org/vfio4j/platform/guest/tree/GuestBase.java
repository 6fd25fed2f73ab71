// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Cells;
import org.vfio4j.platform.guest.tree.GuestTreeException.Kind;

/** The tree of a guest without its assigned devices. */
public final class GuestBase {
    /** What crosvm calls the guest's GIC ({@code aarch64/src/fdt.rs}), so that overlays can refer to it. */
    private static final String MINIMAL_LABEL = "intc";

    private final DeviceTree tree;
    private final Node controller;
    private final boolean isMinimal;

    private GuestBase(DeviceTree tree, Node controller, boolean isMinimal) {
        this.tree = tree;
        this.controller = controller;
        this.isMinimal = isMinimal;
    }

    /**
     * The least that devices need: a root with addresses and sizes of two cells and a GICv3, at the addresses that it has
     * in QEMU's machine {@code virt}. It has no CPUs and no memory, so no guest starts with it.
     *
     * @return the base
     */
    public static GuestBase minimal() {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .strings("compatible", "vfio4j,guest")
                .strings("model", "vfio4j guest")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .cells("interrupt-parent", 1)
                .beginNode("intc@8000000")
                .strings("compatible", "arm,gic-v3")
                .cells("reg", 0, 0x800_0000, 0, 0x1_0000, 0, 0x80a_0000, 0, 0xf6_0000)
                .property("interrupt-controller", new byte[0])
                .cells("#interrupt-cells", 3)
                .cells("#address-cells", 0)
                .cells("phandle", 1)
                .endNode()
                .beginNode("__symbols__")
                .strings(MINIMAL_LABEL, "/intc@8000000")
                .endNode()
                .endNode()
                .build();
        return new GuestBase(tree, tree.root().children().get(0), true);
    }

    /**
     * A guest's tree. Its GIC is the root's {@code interrupt-parent}, or the only one there is.
     *
     * @param tree the tree
     * @return the base
     * @throws GuestTreeException if it has no GIC or more than one, or addresses or sizes of more than two cells
     */
    public static GuestBase of(DeviceTree tree) throws GuestTreeException {
        Optional<Node> named = tree.root()
                .property("interrupt-parent")
                .filter(parent -> parent.length() == 4)
                .flatMap(parent -> tree.byPhandle(parent.cell(0)))
                .filter(GuestBase::isGic);
        List<Node> all = named.map(List::of)
                .orElseGet(() -> tree.nodes().stream().filter(GuestBase::isGic).toList());
        if (all.size() != 1) {
            throw new GuestTreeException(
                    Kind.NO_INTERRUPT_CONTROLLER,
                    "the guest's tree has " + (all.isEmpty() ? "no GIC" : "several GICs: " + all)
                            + ": name its interrupt controller");
        }
        return of(tree, all.get(0));
    }

    /**
     * A guest's tree whose GIC is named.
     *
     * @param tree the tree
     * @param controller path, alias or label of the GIC's node
     * @return the base
     * @throws GuestTreeException if there is no such node or it is no GIC, or addresses or sizes have more than two cells
     */
    public static GuestBase of(DeviceTree tree, String controller) throws GuestTreeException {
        Node node = tree.find(controller)
                .or(() -> tree.byLabel(controller))
                .orElseThrow(() -> new GuestTreeException(
                        Kind.NO_INTERRUPT_CONTROLLER, "the guest's tree has no node " + controller));
        if (!isGic(node)) {
            throw new GuestTreeException(
                    Kind.NO_INTERRUPT_CONTROLLER,
                    node.path() + " of the guest's tree is no GIC: it needs interrupt-controller and #interrupt-cells"
                            + " of 3 or 4");
        }
        return of(tree, node);
    }

    private static GuestBase of(DeviceTree tree, Node controller) throws GuestTreeException {
        GuestBase base = new GuestBase(tree, controller, false);
        if (!isOneOrTwo(base.addressCells()) || !isOneOrTwo(base.sizeCells())) {
            throw new GuestTreeException(
                    Kind.ADDRESS_TOO_LARGE,
                    "the root of the guest's tree has #address-cells " + base.addressCells() + " and #size-cells "
                            + base.sizeCells() + ": 1 or 2 each are needed");
        }
        return base;
    }

    private static boolean isOneOrTwo(int cells) {
        return cells == 1 || cells == 2;
    }

    /** Binding {@code interrupt-controller/arm,gic.yaml} and {@code arm,gic-v3.yaml}: 3 cells, or 4 with a partition. */
    private static boolean isGic(Node node) {
        int cells = node.property("#interrupt-cells")
                .filter(p -> p.length() == 4)
                .map(Property::u32)
                .orElse(0);
        return node.hasProperty("interrupt-controller") && (cells == 3 || cells == 4);
    }

    /** {@return the tree} */
    public DeviceTree tree() {
        return tree;
    }

    /** {@return the node of the guest's GIC} */
    public Node interruptController() {
        return controller;
    }

    /** {@return whether this is {@link #minimal()}, and not a tree of a guest} */
    public boolean isMinimal() {
        return isMinimal;
    }

    int addressCells() {
        return Cells.forChildrenOf(tree.root()).address().value();
    }

    int sizeCells() {
        return Cells.forChildrenOf(tree.root()).size().value();
    }

    int specifierCells() {
        return controller.property("#interrupt-cells").orElseThrow().u32();
    }

    /** The label by which an overlay may refer to the GIC; empty if the tree has no symbols. */
    Optional<String> controllerLabel() {
        return tree.labels().entrySet().stream()
                .filter(symbol -> symbol.getValue().equals(controller.path()))
                .map(symbol -> symbol.getKey())
                .findFirst();
    }
}
