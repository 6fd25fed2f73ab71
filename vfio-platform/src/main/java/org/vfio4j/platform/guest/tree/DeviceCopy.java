// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.Cells;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.mapper.InfoType;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.Unexposed;
import org.vfio4j.platform.guest.tree.GuestNote.Kind;
import org.vfio4j.platform.host.DmaCoherence;

/** Fills the copies of a device's node and of those below it. */
final class DeviceCopy {
    private static final Set<String> NEVER = Set.of("phandle", "linux,phandle", "ibm,phandle", "name");

    private final GuestDevice device;
    private final Node top;
    private final Copies copies;
    private final Suppliers suppliers;
    private final GuestTreeOptions options;
    private final List<GuestNote> notes;
    private final RegisterCopy registers;
    private final InterruptCopy interrupts;

    DeviceCopy(
            GuestDevice device,
            GuestBase base,
            GuestNode controller,
            Copies copies,
            Suppliers suppliers,
            GuestTreeOptions options,
            List<GuestNote> notes) {
        this.device = device;
        this.top = device.node();
        this.copies = copies;
        this.suppliers = suppliers;
        this.options = options;
        this.notes = notes;
        this.registers = new RegisterCopy(device, base.addressCells(), base.sizeCells());
        this.interrupts = new InterruptCopy(device, copies, controller, base.specifierCells());
    }

    /** Fills the copies. */
    void fill() {
        fill(top);
        name();
        noteUnexposed();
        noteDmaWindows();
    }

    private void fill(Node node) {
        GuestNode guest = copies.of(node).orElseThrow();
        PropertyCopy properties = new PropertyCopy(node, guest, copies, suppliers, notes);
        boolean areInterruptsDone = false;
        for (Property property : node.properties()) {
            String name = property.name();
            if (NEVER.contains(name) || options.leftOut().contains(name)) {
                continue;
            }
            switch (name) {
                case "interrupts", "interrupts-extended" -> {
                    if (!areInterruptsDone) {
                        interrupts.write(node, guest);
                        areInterruptsDone = true;
                    }
                }
                case "interrupt-names" -> {}
                case "interrupt-parent" -> interrupts.parentOf(node).ifPresent(parent -> guest.link(name, parent));
                case "interrupt-map", "interrupt-map-mask", "#interrupt-cells" -> {
                    if (!interrupts.isLostNexus(node)) {
                        properties.copy(property);
                    }
                }
                default -> {
                    if (node != top || !writeOfDevice(name, guest)) {
                        properties.copy(property);
                    }
                }
            }
        }
        properties.finish();
        options.leftOut().forEach(guest.properties()::remove);
        fixCells(node, guest);
        if (node != top && registers.isOutside(node)) {
            notes.add(new GuestNote(
                    Kind.UNEXPOSED,
                    node.path(),
                    "reg",
                    "its registers are in no region of the device",
                    "none in the guest; a kernel with vfio-devtree exposes ranges, too"));
        }
        // Depth is bounded by DeviceTree.MAX_DEPTH.
        node.children().forEach(this::fill);
    }

    /** Writes a property that is another one in the guest because the device is at another place. */
    private boolean writeOfDevice(String name, GuestNode guest) {
        switch (name) {
            case "reg" -> registers.writeReg(guest);
            case "reg-names" -> registers.writeRegNames(guest);
            case "ranges" -> registers.writeRanges(guest);
            case "assigned-addresses", "dma-ranges", "dma-coherent", "dma-noncoherent", "status" -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * States the cells that Linux takes from above where the node states none, as above is another node in the guest; and
     * takes them away where nothing is left that has addresses.
     */
    private static void fixCells(Node node, GuestNode guest) {
        boolean needsCells = guest.has("ranges")
                || guest.has("dma-ranges")
                || guest.has("interrupt-map")
                || node.children().stream().anyMatch(child -> child.hasProperty("reg") || child.hasProperty("ranges"));
        if (needsCells) {
            Cells cells = Cells.forChildrenOf(node);
            if (!guest.has("#address-cells")) {
                guest.cells("#address-cells", List.of(cells.address().value()));
            }
            if (!guest.has("#size-cells")) {
                guest.cells("#size-cells", List.of(cells.size().value()));
            }
        } else if (guest.has("interrupt-controller")) {
            // dtc wants to see it, and Linux takes 0 for a controller that has none (drivers/of/irq.c).
            guest.properties().keySet().remove("#size-cells");
            guest.cells("#address-cells", List.of(0));
        } else if (guest.has("#size-cells")) {
            guest.properties().keySet().removeAll(Set.of("#address-cells", "#size-cells"));
        }
    }

    /** The device's own name, and what else the guest's bus does not say as the host's did. */
    private void name() {
        GuestNode guest = copies.of(top).orElseThrow();
        OptionalLong address = registers.unitAddress();
        if (address.isPresent()) {
            guest.rename(top.baseName() + "@" + Long.toHexString(address.getAsLong()));
        }
        // arm64 has not CONFIG_ARCH_DMA_DEFAULT_COHERENT.
        if (DmaCoherence.isMarked(top, false)) {
            guest.flag("dma-coherent");
        }
    }

    private void noteUnexposed() {
        Set<String> windows = windowsInRegions();
        for (Unexposed entry : device.mapping().unexposed()) {
            boolean isInOther = entry.kind() == InfoType.REGION
                    && entry.property().equals("ranges")
                    && windows.contains(entry.node() + entry.sourceIndex());
            boolean isWritten = entry.kind() == InfoType.IRQ && entry.sourceIndex() < interrupts.countOf(entry.node());
            if (!isInOther && !isWritten) {
                notes.add(new GuestNote(
                        Kind.UNEXPOSED,
                        entry.node(),
                        entry.property() + "[" + entry.sourceIndex() + "]",
                        entry.reason(),
                        "none in the guest: it was left out"));
            }
        }
    }

    /** The windows that regions hold, in part or whole, so that nodes below keep working. */
    private Set<String> windowsInRegions() {
        return Addresses.ranges(top).stream()
                .filter(entry -> device.mapping().regions().stream().anyMatch(region -> overlaps(entry, region)))
                .map(entry -> top.path() + entry.index())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static boolean overlaps(RangesEntry entry, RegionMapping region) {
        return entry.translation() instanceof Translated translated
                && Long.compareUnsigned(translated.address(), region.physicalAddress() + region.size()) < 0
                && Long.compareUnsigned(region.physicalAddress(), translated.address() + entry.size()) < 0;
    }

    private void noteDmaWindows() {
        List<RangesEntry> windows = Addresses.dmaWindows(top);
        if (!windows.isEmpty()) {
            String list = windows.stream()
                    .map(w -> "0x" + Long.toHexString(w.childAddress()) + " to 0x"
                            + Long.toHexString(w.childAddress() + w.size() - 1))
                    .collect(Collectors.joining(", "));
            notes.add(new GuestNote(
                    Kind.PROVIDE,
                    top.path(),
                    "dma-ranges",
                    "the device reaches only " + list
                            + ", and VFIO maps the guest's memory at its guest-physical addresses",
                    "place the guest's memory there"));
        }
    }
}
