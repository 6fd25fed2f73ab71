// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.OptionalInt;

/**
 * A disagreement between tree and device.
 *
 * @param kind which
 * @param index VFIO index of the region or IRQ that it is about; empty if it is about the device
 * @param detail both sides, in words
 */
public record MappingIssue(Kind kind, OptionalInt index, String detail) {
    /** The kinds. */
    public enum Kind {
        /** The device has another number of regions. */
        REGION_COUNT_MISMATCH,
        /** A region has another size. */
        REGION_SIZE_MISMATCH,
        /** A region's MMAP flag does not fit its address and size. */
        REGION_FLAGS_MISMATCH,
        /** The address in the device's name is not that of its first {@code reg} entry. */
        NAME_ADDRESS_MISMATCH,
        /** The device has more IRQs than the tree, or under {@link MappingPolicy#PROPOSAL} fewer. */
        IRQ_COUNT_MISMATCH,
        /**
         * The device has fewer IRQs than the tree. vfio-platform ends its list at the first interrupt whose controller has
         * no driver, so the ones before it keep their indices. A warning.
         */
        IRQ_LIST_TRUNCATED,
        /** Edge in the tree and level at the device, or the other way round. A warning. */
        IRQ_TRIGGER_MISMATCH,
        /** The answers of GET_DEVTREE_INFO name other nodes than the tree. */
        DEVTREE_INFO_MISMATCH,
        /** The tree changed while the device was looked at. */
        TREE_CHANGED
    }

    static MappingIssue ofDevice(Kind kind, String detail) {
        return new MappingIssue(kind, OptionalInt.empty(), detail);
    }

    static MappingIssue at(Kind kind, int index, String detail) {
        return new MappingIssue(kind, OptionalInt.of(index), detail);
    }
}
