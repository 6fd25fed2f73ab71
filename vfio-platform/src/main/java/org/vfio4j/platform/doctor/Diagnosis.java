// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.util.List;
import java.util.Optional;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.dma.DmaStack;

/**
 * What the doctor found.
 *
 * @param device the device that was examined; empty for the machine
 * @param findings everything that was looked at, also what is well, in the order in which Linux comes to it
 * @param stacks each way to open the device, or devices at all
 */
public record Diagnosis(Optional<SysfsDevice> device, List<Finding> findings, List<StackVerdict> stacks) {
    /** Copies the lists. */
    public Diagnosis {
        findings = List.copyOf(findings);
        stacks = List.copyOf(stacks);
    }

    /** {@return the severity of the worst finding} */
    public Severity worst() {
        return findings.stream().map(Finding::severity).max(Severity::compareTo).orElse(Severity.OK);
    }

    /**
     * The findings of a severity.
     *
     * @param severity which
     * @return the findings, in order
     */
    public List<Finding> findings(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .toList();
    }

    /**
     * The verdict on one of the {@link #stacks()}.
     *
     * @param stack which
     * @return the verdict
     */
    public StackVerdict stack(DmaStack stack) {
        return stacks.stream()
                .filter(verdict -> verdict.stack() == stack)
                .findFirst()
                .orElseThrow();
    }
}
