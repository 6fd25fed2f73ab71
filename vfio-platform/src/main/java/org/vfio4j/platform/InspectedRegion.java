// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.vfio4j.devtree.mapper.RegionMapping;

/**
 * A VFIO region and what it is.
 *
 * @param index VFIO index of the region
 * @param size bytes, unsigned
 * @param flags what the device says; without an opened device, what the kernel would say
 * @param offset where the region begins in the device's file, a cookie for pread and mmap; only of an opened device
 * @param access how its registers are reached
 * @param mapping the property that it comes from; empty if device and tree disagree
 */
public record InspectedRegion(
        int index,
        long size,
        Set<RegionFlag> flags,
        OptionalLong offset,
        RegionAccess access,
        Optional<RegionMapping> mapping) {}
