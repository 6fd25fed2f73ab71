// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.Arrays;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** How the children of a bus are addressed: Linux's {@code of_busses} ({@code drivers/of/address.c}). */
enum BusKind {
    /** The first cell tells memory from I/O from configuration space, and the addresses are assigned ones. */
    PCI("assigned-addresses", 1),
    /** Bit 0 of the first cell tells I/O from memory. */
    ISA("reg", 1),
    /** Three address cells, of which the first is not part of the number: Linux's resource flags. */
    FLAGS("reg", 1),
    /** All cells are the number. */
    PLAIN("reg", 0);

    // IORESOURCE_IO and IORESOURCE_MEM, include/linux/ioport.h.
    private static final int IORESOURCE_IO = 0x100;
    private static final int IORESOURCE_MEM = 0x200;
    private static final String[] PCI_DEVICE_TYPES = {"pci", "pciex", "vci", "ht"};

    /** The property that has the addresses of a child. */
    final String addresses;

    /** How many leading cells are not part of the number. */
    final int flagCells;

    BusKind(String addresses, int flagCells) {
        this.addresses = addresses;
        this.flagCells = flagCells;
    }

    static BusKind of(Node bus) {
        String name = bus.baseName();
        if (isPciType(bus) || name.equals("pcie")) {
            return PCI;
        }
        if (name.equals("isa")) {
            return ISA;
        }
        return Cells.count(bus, "#address-cells").value() == 3 ? FLAGS : PLAIN;
    }

    private static boolean isPciType(Node bus) {
        Property type = bus.property("device_type").orElse(null);
        return type != null && Arrays.stream(PCI_DEVICE_TYPES).anyMatch(t -> startsWithString(type, t));
    }

    /** Whether the value is a string, or begins with one and its NUL; the bytes need not be well-formed text. */
    private static boolean startsWithString(Property value, String string) {
        int length = string.length();
        if (value.length() <= length || value.byteAt(length) != 0) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (value.byteAt(i) != string.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What an address addresses, by its first cell; empty for neither memory nor I/O. */
    Optional<AddressSpace> space(int firstCell) {
        return switch (this) {
            // PCI Bus Binding to Open Firmware, 2.2.1.1: the field "ss".
            case PCI ->
                switch ((firstCell >>> 24) & 3) {
                    case 0 -> Optional.empty();
                    case 1 -> Optional.of(AddressSpace.IO);
                    default -> Optional.of(AddressSpace.MEMORY);
                };
            case ISA -> Optional.of((firstCell & 1) != 0 ? AddressSpace.IO : AddressSpace.MEMORY);
            case FLAGS -> {
                if ((firstCell & IORESOURCE_MEM) != 0) {
                    yield Optional.of(AddressSpace.MEMORY);
                }
                yield (firstCell & IORESOURCE_IO) != 0 ? Optional.of(AddressSpace.IO) : Optional.empty();
            }
            case PLAIN -> Optional.of(AddressSpace.MEMORY);
        };
    }

    /** Whether an address can lie in a window, by the first cells of both. */
    boolean sameSpace(int addressCell, int windowCell) {
        return switch (this) {
            case PCI -> space(addressCell).equals(space(windowCell));
            case ISA -> ((addressCell ^ windowCell) & 1) == 0;
            case FLAGS -> addressCell == windowCell;
            case PLAIN -> true;
        };
    }
}
