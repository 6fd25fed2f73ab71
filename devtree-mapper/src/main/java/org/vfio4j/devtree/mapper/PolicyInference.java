// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.List;
import java.util.Map;

/**
 * Under which policy a device exposes its node, found by trying each. Two policies cannot fit with different mappings:
 * {@link MappingPolicy#PROPOSAL} exposes all that {@link MappingPolicy#KERNEL} does, so where it exposes no more, both
 * mappings are one.
 */
public sealed interface PolicyInference {
    /**
     * A mapping fits.
     *
     * @param mapping the mapping, under {@link MappingPolicy#KERNEL} if both policies give it
     * @param warnings what is odd and does not make the mapping wrong
     */
    record Inferred(DeviceMapping mapping, List<MappingIssue> warnings) implements PolicyInference {}

    /**
     * No policy fits.
     *
     * @param errors each policy's disagreements
     */
    record NoPolicyFits(Map<MappingPolicy, List<MappingIssue>> errors) implements PolicyInference {}
}
