// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.List;

/** Whether a device agrees with the mapping that was predicted for it. */
public sealed interface MappingResult {
    /**
     * It does.
     *
     * @param mapping the mapping, cut to the IRQs that the device has
     * @param warnings what is odd and does not make the mapping wrong
     */
    record Mapped(DeviceMapping mapping, List<MappingIssue> warnings) implements MappingResult {}

    /**
     * It does not, so there is no mapping: it is never repaired by reordering.
     *
     * @param errors each disagreement, naming both sides
     */
    record Mismatch(List<MappingIssue> errors) implements MappingResult {}
}
