// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

/**
 * Whether VFIO has a device or can have it.
 *
 * @param state which
 * @param reason the same for a person, with what to do
 */
public record VfioEligibility(State state, String reason) {
    /** The states. */
    public enum State {
        /** It is bound to {@code vfio-platform}, {@code vfio-amba} or {@code vfio-devtree}. */
        BOUND,
        /** It is not, and can be. */
        CAN_BIND,
        /** It has no device-tree node, and the vfio drivers need one (or ACPI, which this framework does not read). */
        NO_DEVICE_TREE_NODE,
        /** The kernel has no vfio driver for its bus, or the module is not loaded. */
        NO_VFIO_DRIVER,
        /** It is in no IOMMU group, its node names no IOMMU, and VFIO's mode without IOMMU is off. */
        NO_IOMMU_GROUP,
        /** Another device of its IOMMU group is bound to a driver that is not VFIO's, so the group is not viable. */
        GROUP_NOT_VIABLE
    }

    /** {@return true if VFIO has the device or can have it} */
    public boolean isEligible() {
        return state == State.BOUND || state == State.CAN_BIND;
    }
}
