// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.platform.host.HostText;
import org.vfio4j.platform.host.KernelOptions.State;

/** The IOMMUs: those that the device tree has, and those that have a driver. */
record IommuCheck(Machine machine) {
    private static final String ID = "iommu";
    private static final Path IOMMUS = Path.of("/sys/class/iommu");

    /** The options for the IOMMUs that are most met, by the beginning of a compatible string. */
    private static final Map<String, String> OPTIONS = Map.of(
            "arm,smmu-v3", "ARM_SMMU_V3",
            "arm,mmu-", "ARM_SMMU",
            "arm,smmu-v1", "ARM_SMMU",
            "arm,smmu-v2", "ARM_SMMU",
            "qcom,smmu", "ARM_SMMU",
            "nvidia,smmu", "ARM_SMMU",
            "qcom,msm-iommu", "QCOM_IOMMU",
            "rockchip,", "ROCKCHIP_IOMMU",
            "mediatek,", "MTK_IOMMU",
            "samsung,exynos-sysmmu", "EXYNOS_IOMMU");

    List<Finding> findings() throws IOException {
        List<String> working = HostText.list(machine.files(), IOMMUS);
        List<Node> described = machine.tree().stream()
                .flatMap(tree -> tree.nodes().stream())
                .filter(node -> node.hasProperty("#iommu-cells") && node.isAvailable())
                .toList();
        List<Finding> findings = new ArrayList<>();
        if (working.isEmpty() && described.isEmpty()) {
            findings.add(Finding.of(
                    Severity.NOTE,
                    Topic.IOMMU,
                    ID,
                    IOMMUS.toString(),
                    "the machine has no IOMMU",
                    "devices can only be opened without one, and then reach all memory"));
        }
        for (Node node : working.isEmpty() ? described : List.<Node>of()) {
            findings.add(withoutDriver(node));
        }
        working.forEach(name -> findings.add(Finding.ok(Topic.IOMMU, ID, name, "has a driver")));
        return findings;
    }

    private Finding withoutDriver(Node node) {
        Optional<String> option = node.compatible().stream()
                .flatMap(compatible -> OPTIONS.entrySet().stream()
                        .filter(entry -> compatible.startsWith(entry.getKey()))
                        .map(Map.Entry::getValue))
                .findFirst();
        return Finding.of(
                        Severity.WARNING,
                        Topic.IOMMU,
                        ID,
                        node.path(),
                        "the IOMMU has no driver",
                        "devices behind it can only be opened without one")
                .withRemedy(option.filter(name -> machine.options().state(name) != State.BUILT_IN)
                        .map(Remedies::build));
    }
}
