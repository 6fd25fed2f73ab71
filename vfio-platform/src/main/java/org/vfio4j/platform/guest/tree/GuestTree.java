// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.DeviceTree;

/**
 * The device-tree nodes that tell a guest of its assigned devices, on a bus {@code /platform-bus} whose addresses are the
 * guest's own.
 *
 * <p>A device's node is copied with all nodes below it. Its {@code reg}, {@code ranges} and interrupts say where the guest
 * sees them; what VFIO does not expose is left out and listed. References to other nodes are followed: what only states a
 * fact, such as a fixed clock, is copied with all that it refers to; a clock of a known rate becomes a fixed clock; what
 * stays with the host, such as the IOMMU or the pins, is left out; and the rest is left out and listed in {@link
 * #notes()} for the user to provide. An entry that is left out of a list leaves a hole if others stay, so that those keep
 * index and name. A property of no known binding is copied as it is, and listed if a number in it may be a phandle.
 *
 * <p>dtc has no warnings for what is added here: cells that Linux would take from above are stated, and names below a
 * device do not have the address of a register that is not there.
 */
public final class GuestTree {
    private final GuestBase base;
    private final GuestNodes nodes;

    private GuestTree(GuestBase base, GuestNodes nodes) {
        this.base = base;
        this.nodes = nodes;
    }

    /**
     * Makes the nodes.
     *
     * @param base the guest's tree without devices
     * @param placement where the guest sees the devices
     * @param devices the devices; their places are those of {@code placement}
     * @param options what the user knows better
     * @return the nodes
     * @throws GuestTreeException if a device cannot be assigned, or the base has something else at its place
     */
    public static GuestTree of(GuestBase base, Placement placement, List<GuestDevice> devices, GuestTreeOptions options)
            throws GuestTreeException {
        new BaseConflicts(base, placement).check();
        return new GuestTree(base, new GuestTreeGenerator(base, options).generate(devices));
    }

    /**
     * The guest's whole tree: the base with the devices. The base's phandles stay, those of new nodes are none of them.
     *
     * @return the tree
     * @throws GuestTreeException if it would be nested deeper than {@link DeviceTree#MAX_DEPTH}
     */
    public DeviceTree tree() throws GuestTreeException {
        return new MergedTree(base, nodes).build();
    }

    /**
     * The devices as an overlay for the base, as {@code fdtoverlay}, Linux and crosvm apply it: one fragment for the root,
     * with the labels of the devices. It refers to the base's GIC by its label, or by its phandle if the base has no
     * symbols.
     *
     * @return the overlay
     * @throws GuestTreeException if it would be nested deeper than {@link DeviceTree#MAX_DEPTH}
     */
    public DeviceTree overlay() throws GuestTreeException {
        return new OverlayTree(base, nodes).build();
    }

    /** {@return what the guest's tree lacks or may have wrong, in the order of the devices} */
    public List<GuestNote> notes() {
        return nodes.notes();
    }

    /** {@return the label of each device in the guest's tree, by the name of the device} */
    public Map<String, String> labels() {
        return nodes.labels();
    }

    /** {@return the path of each device's node in the guest's tree, by the name of the device} */
    public Map<String, String> paths() {
        return nodes.paths();
    }
}
