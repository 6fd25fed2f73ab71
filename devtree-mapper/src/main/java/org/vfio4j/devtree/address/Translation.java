// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

/** What became of a bus address on its way to the CPU. */
public sealed interface Translation {
    /**
     * The address translates.
     *
     * @param address physical address, unsigned
     * @param space memory or I/O ports
     */
    record Translated(long address, AddressSpace space) implements Translation {}

    /**
     * The address has no meaning for the CPU.
     *
     * @param reason why
     * @param at path of the node where translation stopped
     * @param detail the same for a person, with the numbers
     */
    record Untranslatable(Reason reason, String at, String detail) implements Translation {}

    /** Why an address does not translate. */
    enum Reason {
        /** A bus on the way has no {@code ranges}: its addresses are its own. */
        NO_RANGES,
        /** No entry of a bus's {@code ranges} holds the address. */
        NO_MATCHING_RANGE,
        /** {@code #address-cells} is not 1 to 4 on some level. */
        BAD_CELL_COUNT,
        /** {@code #size-cells} is 0 on some level, so the number is no address of memory (an I2C address, a CPU). */
        SIZE_CELLS_ZERO,
        /** The address cells say neither memory nor I/O. */
        NOT_MEMORY_OR_IO,
        /**
         * An address of I/O ports. The CPU has none: Linux makes up a port number when the driver of the host bridge
         * registers the bridge's I/O window ({@code of_translate_ioport}, {@code lib/logic_pio.c}), so the tree alone
         * does not tell it. The window itself is an entry of the bridge's {@code ranges}.
         */
        IO_WINDOW_NOT_REGISTERED,
        /** The end of the region lies beyond 2^64 - 1. */
        OVERFLOW,
        /** The way up leads in a circle; only DMA parents can. */
        LOOP
    }
}
