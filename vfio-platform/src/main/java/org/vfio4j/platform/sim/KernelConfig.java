// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Set;
import java.util.function.Consumer;
import org.vfio4j.devtree.mapper.MappingPolicy;

/**
 * What of the simulated kernel does not change while it runs.
 *
 * @param release which Linux it is
 * @param policy what vfio-platform exposes of a device
 * @param devtreeInfo whether VFIO_DEVICE_GET_DEVTREE_INFO is there
 * @param pageSize bytes
 * @param cacheCoherent whether the IOMMU keeps DMA coherent with the caches
 * @param resetFunctions compatible strings that a reset module is there for
 * @param accessLog gets every access of the kernel to a device
 */
record KernelConfig(
        KernelRelease release,
        MappingPolicy policy,
        boolean devtreeInfo,
        int pageSize,
        boolean cacheCoherent,
        Set<String> resetFunctions,
        Consumer<RegisterAccess> accessLog) {}
