// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Set;
import java.util.function.Consumer;

/**
 * What of the simulated kernel does not change while it runs.
 *
 * @param release which Linux it is
 * @param vfioDevtree whether the module vfio_devtree is loaded
 * @param iommufd whether it has iommufd and device files for it
 * @param kvm whether it has KVM
 * @param pageSize bytes
 * @param cacheCoherent whether DMA is coherent with the caches where the tree does not say
 * @param resetFunctions compatible strings that a reset module is there for
 * @param accessLog gets every access of the kernel to a device
 */
record KernelConfig(
        KernelRelease release,
        boolean vfioDevtree,
        boolean iommufd,
        boolean kvm,
        int pageSize,
        boolean cacheCoherent,
        Set<String> resetFunctions,
        Consumer<RegisterAccess> accessLog) {}
