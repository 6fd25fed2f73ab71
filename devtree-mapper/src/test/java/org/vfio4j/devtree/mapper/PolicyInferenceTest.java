// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.mapper.DeviceView.IrqView;
import org.vfio4j.devtree.mapper.DeviceView.RegionView;
import org.vfio4j.devtree.mapper.MappingResult.Mapped;
import org.vfio4j.devtree.mapper.PolicyInference.Inferred;
import org.vfio4j.devtree.mapper.PolicyInference.NoPolicyFits;

class PolicyInferenceTest {
    /** What a kernel with a policy says of a node. */
    private static DeviceView view(Node node, MappingPolicy policy) {
        DeviceMapping mapping = DevtreeMapper.predict(node, policy);
        return new DeviceView(
                Optional.empty(),
                4096,
                mapping.regions().stream()
                        .map(region -> new RegionView(region.size(), region.isMappable(4096)))
                        .toList(),
                mapping.irqs().stream()
                        .map(irq -> new IrqView(irq.trigger().isLevel()))
                        .toList());
    }

    private static MappingPolicy inferred(Node node, MappingPolicy policy) {
        PolicyInference inference = DevtreeMapper.infer(node, view(node, policy));
        assertThat(inference).isInstanceOf(Inferred.class);
        return ((Inferred) inference).mapping().policy();
    }

    @Test
    void regions_tell_the_policies_of_the_dma_engine_apart() {
        Node dma = ProposalExamples.node(ProposalExamples.DMA);

        assertThat(inferred(dma, MappingPolicy.KERNEL)).isEqualTo(MappingPolicy.KERNEL);
        assertThat(inferred(dma, MappingPolicy.PROPOSAL)).isEqualTo(MappingPolicy.PROPOSAL);
    }

    @Test
    void the_number_of_irqs_tells_the_policies_of_crypto_apart() {
        Node crypto = ProposalExamples.node(ProposalExamples.CRYPTO);

        assertThat(inferred(crypto, MappingPolicy.KERNEL)).isEqualTo(MappingPolicy.KERNEL);
        assertThat(inferred(crypto, MappingPolicy.PROPOSAL)).isEqualTo(MappingPolicy.PROPOSAL);
    }

    @Test
    void policies_with_one_mapping_are_no_question() {
        assertThat(inferred(ProposalExamples.node(ProposalExamples.SATA), MappingPolicy.PROPOSAL))
                .isEqualTo(MappingPolicy.KERNEL);
    }

    // The proposal exposes all that mainline does, so with equal counts there is nothing left to tell apart.
    @Test
    void policies_that_both_fit_have_one_mapping() {
        for (Node node : ProposalExamples.node("/").tree().nodes()) {
            DeviceView view = view(node, MappingPolicy.KERNEL);
            DeviceMapping kernel = DevtreeMapper.predict(node, MappingPolicy.KERNEL);
            DeviceMapping proposal = DevtreeMapper.predict(node, MappingPolicy.PROPOSAL);
            if (DevtreeMapper.verify(proposal, view) instanceof Mapped) {
                assertThat(proposal.regions()).as(node.path()).isEqualTo(kernel.regions());
                assertThat(proposal.irqs()).as(node.path()).isEqualTo(kernel.irqs());
            }
        }
    }

    @Test
    void a_device_that_fits_no_policy_gets_the_errors_of_each() {
        Node sata = ProposalExamples.node(ProposalExamples.SATA);
        DeviceView other = new DeviceView(
                Optional.empty(), 4096, List.of(new RegionView(0x10000, true)), List.of(new IrqView(true)));

        assertThat(DevtreeMapper.infer(sata, other))
                .asInstanceOf(type(NoPolicyFits.class))
                .satisfies(none -> assertThat(none.errors())
                        .containsOnlyKeys(MappingPolicy.values())
                        .allSatisfy((policy, errors) -> assertThat(errors)
                                .extracting(MappingIssue::kind)
                                .containsExactly(MappingIssue.Kind.REGION_SIZE_MISMATCH)));
    }
}
