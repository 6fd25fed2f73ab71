// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.OptionalLong;

/**
 * Something that the tree has and the VFIO device does not expose.
 *
 * @param kind region or IRQ
 * @param node path of the node that has it
 * @param property the property: {@code reg}, {@code ranges}, {@code interrupts} or {@code interrupts-extended}
 * @param sourceIndex index of the entry
 * @param physicalAddress the CPU's address of a region, if it has one
 * @param size bytes of a region
 * @param reason why, in words
 */
public record Unexposed(
        InfoType kind,
        String node,
        String property,
        int sourceIndex,
        OptionalLong physicalAddress,
        OptionalLong size,
        String reason) {}
