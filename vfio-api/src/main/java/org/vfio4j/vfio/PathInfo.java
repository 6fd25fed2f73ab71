// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import org.vfio4j.vfio.abi.DevtreeInfo;

/**
 * Where a region or IRQ is in the device tree, as {@code VFIO_DEVICE_GET_DEVTREE_INFO} of the proposal answers it.
 *
 * @param flags {@code VFIO_DEVTREE_INFO_} bits
 * @param type whether the index is of a region or an IRQ
 * @param index which region or IRQ
 * @param start the index in the property
 * @param path the full path of the node
 */
public record PathInfo(int flags, Type type, int index, int start, String path) {
    /** What an index counts. */
    public enum Type {
        /** Regions. */
        REGION(DevtreeInfo.VFIO_DEVTREE_INFO_TYPE_REGION),
        /** IRQs. */
        IRQ(DevtreeInfo.VFIO_DEVTREE_INFO_TYPE_IRQ);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** {@return the number in {@code struct vfio_path_info}} */
        public int number() {
            return number;
        }
    }

    /** {@return whether the region is an entry of {@code ranges}, not of {@code reg}} */
    public boolean isRanges() {
        return (flags & DevtreeInfo.VFIO_DEVTREE_INFO_RANGES) != 0;
    }
}
