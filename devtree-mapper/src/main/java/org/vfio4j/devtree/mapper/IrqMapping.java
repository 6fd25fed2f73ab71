// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.InterruptTrigger;

/**
 * What a VFIO IRQ is.
 *
 * @param index VFIO index of the IRQ
 * @param node path of the node whose interrupt it is
 * @param property {@code interrupts} or {@code interrupts-extended}
 * @param sourceIndex index of the interrupt within that node
 * @param name from {@code interrupt-names}, if there is one
 * @param rawParent path of the interrupt parent that the node names, before any {@code interrupt-map}
 * @param rawSpecifier the cells in the node
 * @param controller path of the interrupt controller
 * @param specifier the cells that the controller gets, after any {@code interrupt-map}
 * @param trigger edge or level
 */
public record IrqMapping(
        int index,
        String node,
        String property,
        int sourceIndex,
        Optional<String> name,
        String rawParent,
        List<Integer> rawSpecifier,
        String controller,
        List<Integer> specifier,
        InterruptTrigger trigger) {
    static IrqMapping of(int index, Node node, Interrupt interrupt) {
        return new IrqMapping(
                index,
                node.path(),
                interrupt.property(),
                interrupt.index(),
                interrupt.name(),
                interrupt.rawParent().path(),
                interrupt.rawSpecifier(),
                interrupt.controller().path(),
                interrupt.specifier(),
                interrupt.trigger());
    }

    IrqMapping withIndex(int newIndex) {
        return new IrqMapping(
                newIndex, node, property, sourceIndex, name, rawParent, rawSpecifier, controller, specifier, trigger);
    }
}
