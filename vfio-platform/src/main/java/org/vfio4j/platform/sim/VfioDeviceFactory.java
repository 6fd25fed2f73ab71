// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.devtree.mapper.MappingPolicy;

/** Makes the VFIO side of a device when a VFIO driver is bound to it. */
@FunctionalInterface
interface VfioDeviceFactory {
    VfioDevice create(BoardDevice device, MappingPolicy policy);
}
