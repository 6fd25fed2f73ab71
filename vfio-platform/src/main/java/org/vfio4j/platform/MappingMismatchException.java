// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.vfio4j.devtree.mapper.MappingIssue;

/** Device and device tree disagree, so nobody knows which region is which node. Regions can be opened by index still. */
public final class MappingMismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient List<MappingIssue> errors;

    MappingMismatchException(String device, List<MappingIssue> errors) {
        super(device + ": device and device tree disagree: "
                + errors.stream().map(MappingIssue::detail).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** {@return the disagreements} */
    public List<MappingIssue> errors() {
        return errors == null ? List.of() : errors;
    }
}
