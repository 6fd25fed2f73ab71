// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

/** The property that a region comes from. */
public enum RegionSource {
    /** {@code reg}. */
    REG,
    /** {@code ranges}. */
    RANGES
}
