// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

/**
 * A disagreement between tree and device.
 *
 * @param kind which
 * @param detail both sides, and what to do
 */
public record MappingIssue(Kind kind, String detail) {
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
        /** The device has more IRQs than the tree. */
        IRQ_COUNT_MISMATCH,
        /** The device has fewer IRQs than the tree: a controller has no driver. A warning. */
        IRQ_LIST_TRUNCATED,
        /** Edge in the tree and level at the device, or the other way round. A warning. */
        IRQ_TRIGGER_MISMATCH,
        /** The answers of GET_DEVTREE_INFO name other nodes than the tree. */
        DEVTREE_INFO_MISMATCH,
        /** The tree changed while the device was looked at. */
        TREE_CHANGED
    }
}
