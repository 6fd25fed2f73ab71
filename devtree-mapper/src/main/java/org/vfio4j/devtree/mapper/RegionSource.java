// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

/** The property that a region comes from. */
public enum RegionSource {
    /** {@code reg}. */
    REG("reg"),
    /** {@code ranges}. */
    RANGES("ranges");

    private final String property;

    RegionSource(String property) {
        this.property = property;
    }

    /** {@return the name of the property} */
    public String property() {
        return property;
    }
}
