// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

/** The {@code type} of {@code struct vfio_path_info} in the proposal. */
public enum InfoType {
    /** Type 0. */
    REGION,
    /** Type 1. */
    IRQ
}
