// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

/** Feature bits that are not of one device type, section 6. A set of features is a long, bit n of it is feature n. */
public final class Features {
    /** The device is not of the legacy kind: VIRTIO_F_VERSION_1. */
    public static final long VERSION_1 = 1L << 32;

    /**
     * The device's addresses are those that an IOMMU translates: VIRTIO_F_ACCESS_PLATFORM. Without it the device uses
     * physical addresses, whatever IOMMU there is.
     */
    public static final long ACCESS_PLATFORM = 1L << 33;

    private Features() {}
}
