// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation;
import org.vfio4j.devtree.dts.PhandleReference;
import org.vfio4j.devtree.dts.PhandleReferences;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.Interrupts;
import org.vfio4j.platform.guest.tree.GuestTreeException.Kind;

/** Finds what a guest's tree has in the places of the assigned devices. */
record BaseConflicts(GuestBase base, Placement placement) {
    void check() throws GuestTreeException {
        checkCells();
        Set<Integer> spis = new HashSet<>();
        placement.devices().forEach(device -> device.irqs().forEach(irq -> spis.add(irq.spi())));
        for (Node node : base.tree().nodes()) {
            for (RegEntry entry : Addresses.reg(node)) {
                checkAddress(node, "reg", entry.translation(), entry.size());
            }
            if (node.strings("device_type").contains("pci")) {
                for (RangesEntry entry : Addresses.ranges(node)) {
                    checkAddress(node, "ranges", entry.translation(), entry.size());
                }
            }
            for (Interrupt interrupt : Interrupts.of(node).resolved()) {
                if (interrupt.controller() == base.interruptController()) {
                    checkSpi(node, interrupt.specifier(), spis);
                }
            }
            checkMap(node, spis);
        }
    }

    private void checkCells() throws GuestTreeException {
        GuestPlatformBus bus = placement.bus();
        boolean isSmall = (bus.base() | bus.base() + (bus.size() - 1) | bus.size()) >>> 32 == 0;
        if (!isSmall && (base.addressCells() < 2 || base.sizeCells() < 2)) {
            throw new GuestTreeException(
                    Kind.ADDRESS_TOO_LARGE,
                    "the window at " + hex(bus.base())
                            + " is not below 4 GiB, and addresses and sizes of the guest's root"
                            + " have " + base.addressCells() + " and " + base.sizeCells()
                            + " cells: choose a window below 4 GiB, or a base with 2 and 2 cells");
        }
    }

    private void checkAddress(Node node, String property, Translation translation, long size)
            throws GuestTreeException {
        if (!(translation instanceof Translation.Translated translated) || size == 0) {
            return;
        }
        GuestPlatformBus bus = placement.bus();
        long last = translated.address() + (size - 1);
        if (Long.compareUnsigned(translated.address(), bus.base() + (bus.size() - 1)) <= 0
                && Long.compareUnsigned(bus.base(), last) <= 0) {
            throw new GuestTreeException(
                    Kind.WINDOW_IN_USE,
                    "the window " + hex(bus.base()) + " to " + hex(bus.base() + bus.size() - 1) + " is taken by "
                            + property + " of " + node.path() + " (" + hex(translated.address()) + " to " + hex(last)
                            + "): choose another window");
        }
    }

    private void checkMap(Node node, Set<Integer> spis) throws GuestTreeException {
        Property map = node.property("interrupt-map").orElse(null);
        if (map == null) {
            return;
        }
        for (PhandleReference row : PhandleReferences.in(node, map)) {
            int specifier = row.end() - base.specifierCells();
            if (row.target() == base.interruptController() && specifier > row.cell()) {
                checkSpi(node, List.of(map.cell(specifier), map.cell(specifier + 1)), spis);
            }
        }
    }

    private static void checkSpi(Node node, List<Integer> specifier, Set<Integer> spis) throws GuestTreeException {
        if (specifier.get(0) == 0 && spis.contains(specifier.get(1))) {
            throw new GuestTreeException(
                    Kind.SPI_IN_USE,
                    "SPI " + specifier.get(1) + " is that of " + node.path()
                            + " in the guest's tree: choose another first SPI");
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
