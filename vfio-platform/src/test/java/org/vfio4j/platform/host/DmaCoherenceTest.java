// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.host.DmaCoherence.Verdict;

/** arm_smmu_capable of both SMMU drivers, and of_dma_is_coherent of drivers/of/address.c, in Linux 6.12. */
class DmaCoherenceTest {
    private static Verdict verdict(String iommu, String device, boolean otherwise) {
        Node node =
                DtsReader.read("""
                        /dts-v1/;
                        / {
                            memory: memory { #interconnect-cells = <1>; };
                            bus {
                                smmu: iommu { #iommu-cells = <0>; %s };
                                device { iommus = <&smmu>; %s };
                            };
                        };
                        """.formatted(iommu, device)).find("/bus/device").orElseThrow();
        DmaCoherence found = DmaCoherence.of(node, otherwise).orElseThrow();
        assertThat(found.node().path()).isEqualTo("/bus/iommu");
        return found.verdict();
    }

    @ParameterizedTest
    @CsvSource({
        "'compatible = \"arm,smmu-v3\"; dma-coherent;', '', COHERENT",
        "'compatible = \"arm,smmu-v3\";', 'dma-coherent;', NOT_MARKED",
        "'compatible = \"arm,mmu-500\";', 'dma-coherent;', COHERENT",
        "'compatible = \"arm,mmu-500\"; dma-coherent;', '', COHERENT",
        "'compatible = \"arm,mmu-500\";', '', NOT_MARKED",
        "'compatible = \"virtio,mmio\";', '', COHERENT",
        "'compatible = \"rockchip,iommu\"; dma-coherent;', 'dma-coherent;', NEVER",
        "'compatible = \"vendor,new\";', '', UNKNOWN"
    })
    void theDriverOfTheIommuDecides(String iommu, String device, Verdict expected) {
        assertThat(verdict(iommu, device, false)).isEqualTo(expected);
    }

    @Test
    void whereTheTreeSaysNothingTheArchitectureDoes() {
        String smmu = "compatible = \"arm,smmu-v3\";";
        assertThat(verdict(smmu, "", true)).isEqualTo(Verdict.COHERENT);
        assertThat(verdict(smmu + " dma-noncoherent;", "", true)).isEqualTo(Verdict.NOT_MARKED);
    }

    /** __of_get_dma_parent: the interconnect for memory comes before the parent. */
    @Test
    void whatIsMarkedAboveCounts() {
        DeviceTree tree = DtsReader.read("""
                /dts-v1/;
                / {
                    other: other { #interconnect-cells = <2>; };
                    memory: memory { #interconnect-cells = <1>; dma-coherent; };
                    marked {
                        dma-coherent;
                        above: iommu { compatible = "arm,smmu-v3"; #iommu-cells = <0>; };
                    };
                    beside: iommu@1 {
                        compatible = "arm,smmu-v3";
                        #iommu-cells = <0>;
                        interconnects = <&other 1 2>, <&memory 3>;
                        interconnect-names = "config", "dma-mem";
                    };
                    round: iommu@2 {
                        compatible = "arm,smmu-v3";
                        #iommu-cells = <0>;
                        interconnects = <&round>;
                        interconnect-names = "dma-mem";
                    };
                    a { iommus = <&above>; };
                    b { iommus = <&beside>; };
                    c { iommus = <&round>; };
                    d { };
                };
                """);
        assertThat(of(tree, "/a")).contains(Verdict.COHERENT);
        assertThat(of(tree, "/b")).contains(Verdict.COHERENT);
        assertThat(of(tree, "/c")).as("no endless search").contains(Verdict.NOT_MARKED);
        assertThat(of(tree, "/d")).isEmpty();
    }

    private static Optional<Verdict> of(DeviceTree tree, String path) {
        return DmaCoherence.of(tree.find(path).orElseThrow(), false).map(DmaCoherence::verdict);
    }
}
