// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.mapper.MappingResult.Mapped;
import org.vfio4j.devtree.mapper.MappingResult.Mismatch;

/**
 * Makes mappings between VFIO indices and device-tree nodes. A mapping is predicted from the tree under a policy, index
 * by index, and can then be verified against what a device says of itself. It is never repaired by reordering: half of
 * all devices with several regions have two of one size, so a wrong order would fit as well as the right one.
 */
public final class DevtreeMapper {
    private DevtreeMapper() {}

    /**
     * The mapping that a kernel exposes for a node.
     *
     * @param node the device's node
     * @param policy what the kernel exposes
     * @return the mapping
     */
    public static DeviceMapping predict(Node node, MappingPolicy policy) {
        return switch (policy) {
            case KERNEL -> KernelPolicy.map(node);
            case PROPOSAL -> ProposalPolicy.map(node);
        };
    }

    /**
     * Compares a predicted mapping with a device.
     *
     * @param predicted the mapping
     * @param view what the device says
     * @return the mapping with warnings, or every disagreement
     */
    public static MappingResult verify(DeviceMapping predicted, DeviceView view) {
        return new Verification(predicted, view).result(Optional.empty());
    }

    /**
     * Compares a predicted mapping with a device whose kernel also answers VFIO_DEVICE_GET_DEVTREE_INFO.
     *
     * @param predicted the mapping
     * @param view what the device says
     * @param answers the answers, one for each region and IRQ
     * @return the mapping with warnings, or every disagreement
     */
    public static MappingResult verify(DeviceMapping predicted, DeviceView view, List<DevtreeInfo> answers) {
        return new Verification(predicted, view).result(Optional.of(answers));
    }

    /**
     * Finds out under which policy a device exposes a node, for a caller who does not know: the first policy whose mapping
     * {@link #verify(DeviceMapping, DeviceView)} accepts.
     *
     * @param node the device's node
     * @param view what the device says
     * @return the mapping that fits, or the disagreements of every policy
     */
    public static PolicyInference infer(Node node, DeviceView view) {
        Map<MappingPolicy, List<MappingIssue>> errors = new EnumMap<>(MappingPolicy.class);
        for (MappingPolicy policy : MappingPolicy.values()) {
            MappingResult result = verify(predict(node, policy), view);
            if (result instanceof Mapped mapped) {
                return new PolicyInference.Inferred(mapped.mapping(), mapped.warnings());
            }
            errors.put(policy, ((Mismatch) result).errors());
        }
        return new PolicyInference.NoPolicyFits(errors);
    }
}
