// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.devtree.mapper.ProposalExamples.CRYPTO;
import static org.vfio4j.devtree.mapper.ProposalExamples.DMA;
import static org.vfio4j.devtree.mapper.ProposalExamples.SATA;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the proposal says that GET_INFO, GET_REGION_INFO and GET_DEVTREE_INFO answer, and what mainline exposes. */
class ProposalExamplesTest {
    private static DeviceMapping map(String path, MappingPolicy policy) {
        return DevtreeMapper.predict(ProposalExamples.node(path), policy);
    }

    private static DevtreeInfo region(int index, boolean ranges, String path) {
        return new DevtreeInfo(InfoType.REGION, index, ranges, 0, path);
    }

    private static DevtreeInfo irq(int index, String path) {
        return new DevtreeInfo(InfoType.IRQ, index, false, 0, path);
    }

    private static List<String> windows(DeviceMapping mapping) {
        return mapping.regions().stream()
                .map(r -> Long.toHexString(r.physicalAddress()) + "+" + Long.toHexString(r.size()) + " page offset "
                        + Long.toHexString(r.pageOffset(4096)))
                .toList();
    }

    private static List<List<Integer>> specifiers(DeviceMapping mapping) {
        return mapping.irqs().stream().map(IrqMapping::specifier).toList();
    }

    // Example 1. Its text says size=0x10000 of a node with reg size 0x1000; the node is right.
    @ParameterizedTest
    @EnumSource(MappingPolicy.class)
    void sata_is_the_same_under_both_policies(MappingPolicy policy) {
        DeviceMapping sata = map(SATA, policy);

        assertThat(windows(sata)).containsExactly("ffe220000+1000 page offset 0");
        assertThat(sata.devtreeInfo()).containsExactly(region(0, false, SATA), irq(0, SATA));
        assertThat(specifiers(sata)).containsExactly(List.of(0x44, 2, 0, 0));
        assertThat(sata.irqs().get(0).controller()).isEqualTo("/soc@ffe000000/pic@40000");
        assertThat(sata.unexposed()).isEmpty();
    }

    @Test
    void the_proposal_gives_crypto_the_interrupts_of_its_job_rings_before_its_own() {
        DeviceMapping crypto = map(CRYPTO, MappingPolicy.PROPOSAL);

        assertThat(windows(crypto)).containsExactly("ffe300000+10000 page offset 0");
        assertThat(crypto.devtreeInfo())
                .containsExactly(
                        region(0, false, CRYPTO),
                        irq(0, CRYPTO + "/jr@1000"),
                        irq(1, CRYPTO + "/jr@2000"),
                        irq(2, CRYPTO));
        assertThat(specifiers(crypto))
                .containsExactly(List.of(0x58, 2, 0, 0), List.of(0x59, 2, 0, 0), List.of(0x5c, 2, 0, 0));
    }

    @Test
    void mainline_gives_crypto_its_own_interrupt_only() {
        DeviceMapping crypto = map(CRYPTO, MappingPolicy.KERNEL);

        assertThat(crypto.devtreeInfo()).containsExactly(region(0, false, CRYPTO), irq(0, CRYPTO));
        assertThat(specifiers(crypto)).containsExactly(List.of(0x5c, 2, 0, 0));
        assertThat(crypto.unexposed())
                .extracting(u -> u.kind() + " " + u.node() + " " + u.property() + "[" + u.sourceIndex() + "]")
                .containsExactly(
                        "IRQ " + CRYPTO + "/jr@1000 interrupts[0]", "IRQ " + CRYPTO + "/jr@2000 interrupts[0]");
    }

    @Test
    void the_proposal_gives_dma_its_window_before_its_reg_and_the_channels_interrupts_in_tree_order() {
        DeviceMapping dma = map(DMA, MappingPolicy.PROPOSAL);

        assertThat(windows(dma)).containsExactly("ffe101100+200 page offset 100", "ffe101300+4 page offset 300");
        assertThat(dma.devtreeInfo())
                .containsExactly(
                        region(0, true, DMA),
                        region(1, false, DMA),
                        irq(0, DMA + "/dma-channel@180"),
                        irq(1, DMA + "/dma-channel@100"));
        assertThat(specifiers(dma)).containsExactly(List.of(0x23, 2, 0, 0), List.of(0x22, 2, 0, 0));
        assertThat(dma.regions()).noneMatch(region -> region.isMappable(4096));
    }

    @Test
    void mainline_gives_dma_its_reg_only_and_no_interrupt() {
        DeviceMapping dma = map(DMA, MappingPolicy.KERNEL);

        assertThat(windows(dma)).containsExactly("ffe101300+4 page offset 300");
        assertThat(dma.devtreeInfo()).containsExactly(region(0, false, DMA));
        assertThat(dma.unexposed())
                .extracting(u -> u.node() + " " + u.property() + "[" + u.sourceIndex() + "]")
                .containsExactly(
                        DMA + " ranges[0]",
                        DMA + "/dma-channel@180 interrupts[0]",
                        DMA + "/dma-channel@100 interrupts[0]");
        assertThat(dma.unexposed().get(0).physicalAddress()).hasValue(0xffe101100L);
        assertThat(dma.unexposed().get(0).size()).hasValue(0x200);
    }
}
