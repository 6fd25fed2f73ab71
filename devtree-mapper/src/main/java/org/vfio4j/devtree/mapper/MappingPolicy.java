// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

/** Which part of a node and its descendants a VFIO device exposes, and in which order. */
public enum MappingPolicy {
    /**
     * Mainline Linux: region i is entry i of the leading run of translatable {@code reg} entries (the first entry only
     * for AMBA), IRQ i is the i-th own interrupt that resolves.
     */
    KERNEL,
    /**
     * The proposal "VFIO for Platform Devices" of 2013: {@code ranges} windows first, without those equal to a {@code
     * reg} entry, then {@code reg}; interrupts of the descendants in tree order, then the node's own.
     */
    PROPOSAL
}
