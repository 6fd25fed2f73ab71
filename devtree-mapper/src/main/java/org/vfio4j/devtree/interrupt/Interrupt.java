// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;

/**
 * One interrupt of a node, resolved to its controller.
 *
 * @param index index of the interrupt, as Linux counts
 * @param name from {@code interrupt-names}, if there is one
 * @param property {@code interrupts} or {@code interrupts-extended}: where the entry was taken from
 * @param rawParent the interrupt parent that the entry names, before any map
 * @param rawSpecifier the cells of the entry, before any map
 * @param controller the interrupt controller at the end of the maps
 * @param specifier the cells that the controller gets
 * @param trigger what the specifier says of the line
 */
public record Interrupt(
        int index,
        Optional<String> name,
        String property,
        Node rawParent,
        List<Integer> rawSpecifier,
        Node controller,
        List<Integer> specifier,
        InterruptTrigger trigger) {}
