// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import org.vfio4j.devtree.mapper.MappingPolicy;

/**
 * What to inspect a device for.
 *
 * @param policy what the kernel is taken to expose
 * @param open whether to open the device if VFIO has it; without, the result is a prediction
 * @param askKernel whether to send VFIO_DEVICE_GET_DEVTREE_INFO. Mainline kernels do not have it and answer ENOTTY
 */
public record InspectionRequest(MappingPolicy policy, boolean open, boolean askKernel) {
    /**
     * The usual request: open the device if VFIO has it, and ask the kernel under {@link MappingPolicy#PROPOSAL} only.
     *
     * @param policy the policy
     * @return the request
     */
    public static InspectionRequest of(MappingPolicy policy) {
        return new InspectionRequest(policy, true, policy == MappingPolicy.PROPOSAL);
    }
}
