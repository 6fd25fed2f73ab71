// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.OptionalLong;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.address.Translation.Untranslatable;

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
        String reason) {
    static Unexposed of(Node node, RegEntry entry, String reason) {
        return region(node, RegionSource.REG, entry.index(), entry.translation(), entry.size(), reason);
    }

    static Unexposed of(Node node, RangesEntry entry, String reason) {
        return region(node, RegionSource.RANGES, entry.index(), entry.translation(), entry.size(), reason);
    }

    static String reason(Untranslatable failure) {
        return "does not translate at " + failure.at() + ": " + failure.detail();
    }

    private static Unexposed region(
            Node node, RegionSource source, int index, Translation translation, long size, String reason) {
        OptionalLong address = translation instanceof Translated translated
                ? OptionalLong.of(translated.address())
                : OptionalLong.empty();
        return new Unexposed(
                InfoType.REGION, node.path(), source.property(), index, address, OptionalLong.of(size), reason);
    }

    static Unexposed irq(String node, String property, int index, String reason) {
        return new Unexposed(InfoType.IRQ, node, property, index, OptionalLong.empty(), OptionalLong.empty(), reason);
    }
}
