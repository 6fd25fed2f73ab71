// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.List;
import java.util.Map;

/** Under which policy a device exposes its node, found by trying each. */
public sealed interface PolicyInference {
    /**
     * One mapping fits: that of one policy, or the same one of several.
     *
     * @param mapping the mapping, under the first policy that fits
     * @param warnings what is odd and does not make the mapping wrong
     */
    record Inferred(DeviceMapping mapping, List<MappingIssue> warnings) implements PolicyInference {}

    /**
     * Several policies fit, and their mappings differ. The device alone cannot tell.
     *
     * @param policies the policies
     */
    record Ambiguous(List<MappingPolicy> policies) implements PolicyInference {}

    /**
     * No policy fits.
     *
     * @param errors each policy's disagreements
     */
    record NoPolicyFits(Map<MappingPolicy, List<MappingIssue>> errors) implements PolicyInference {}
}
