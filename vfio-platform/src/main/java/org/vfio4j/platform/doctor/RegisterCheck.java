// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.platform.InspectedRegion;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.register.RegionAccess;

/** How the registers of a device are reached, by its node and the kernel's page size. */
record RegisterCheck(Inspection inspection) {
    private static final int SMALLEST_PAGE = 4096;

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (inspection.regions().isEmpty()) {
            findings.add(Finding.of(
                    Severity.WARNING,
                    Topic.REGISTERS,
                    "regions",
                    inspection.name(),
                    "it has no region",
                    "its node has no reg property whose addresses lead to memory, so there are no registers"));
        }
        inspection.regions().forEach(region -> findings.add(finding(region)));
        if (!inspection.unexposed().isEmpty()) {
            findings.add(Finding.of(
                            Severity.NOTE,
                            Topic.REGISTERS,
                            "unexposed",
                            inspection.name(),
                            inspection.unexposed().size() + " regions or interrupts of its node are not exposed",
                            "mainline Linux exposes the leading reg entries and the node's own interrupts")
                    .withRemedy("vfio inspect " + inspection.name()));
        }
        return findings;
    }

    private Finding finding(InspectedRegion region) {
        String subject = inspection.name() + " region " + region.index();
        RegionAccess access = region.access();
        return switch (access.kind()) {
            case MAPPED -> Finding.ok(Topic.REGISTERS, "region", subject, "is mapped: " + access.reason());
            case TRAPPED -> trapped(region, subject);
            case NONE ->
                Finding.of(
                        Severity.WARNING,
                        Topic.REGISTERS,
                        "region",
                        subject,
                        "cannot be reached: " + access.reason(),
                        "a driver cannot use these registers");
        };
    }

    private Finding trapped(InspectedRegion region, String subject) {
        Finding finding = Finding.of(
                Severity.NOTE,
                Topic.REGISTERS,
                "region",
                subject,
                "is not mapped: " + region.access().reason(),
                (region.access().neighbours().isEmpty()
                                ? ""
                                : "it shares its page with " + region.access().neighbourNames() + "; ")
                        + "every access is a system call, and none has 64 bits");
        boolean smallerPagesHelp = inspection.pageSize() != SMALLEST_PAGE
                && region.mapping()
                        .filter(mapping -> mapping.isMappable(SMALLEST_PAGE))
                        .isPresent();
        return smallerPagesHelp ? finding.withRemedy(Remedies.build("ARM64_4K_PAGES")) : finding;
    }
}
