// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

/**
 * Where a guest sees a region.
 *
 * @param index VFIO index of the region
 * @param guestAddress guest-physical address of the region's first byte, the first of a page, unsigned
 * @param size bytes of the region, unsigned; not rounded up to pages
 */
public record PlacedRegion(int index, long guestAddress, long size) {}
