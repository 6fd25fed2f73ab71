// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

/**
 * The entry at which Linux stops counting a node's interrupts.
 *
 * @param index index of the entry
 * @param reason why it does not resolve
 * @param at path of the node where resolution stopped
 * @param detail the same for a person, with the numbers
 */
public record InterruptFailure(int index, Reason reason, String at, String detail) {
    /** Why an interrupt does not resolve. */
    public enum Reason {
        /** No interrupt parent was found. */
        NO_PARENT,
        /** A phandle refers to no node. */
        BAD_PHANDLE,
        /** {@code #interrupt-cells} is missing or has no sensible value. */
        BAD_CELL_COUNT,
        /** The property ends within the entry. */
        TRUNCATED,
        /** The entry is a hole: phandle 0 in {@code interrupts-extended}. */
        HOLE,
        /** No row of an {@code interrupt-map} matches. */
        NO_MATCHING_MAP_ROW,
        /** An {@code interrupt-map} is cut off or malformed. */
        BAD_MAP,
        /** The maps lead in a circle. */
        LOOP
    }
}
