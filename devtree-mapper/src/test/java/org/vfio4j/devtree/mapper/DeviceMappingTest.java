// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.devtree.mapper.ProposalExamples.CRYPTO;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceMappingTest {
    private static final String FIRST = CRYPTO + "/jr@1000";
    private static final String SECOND = CRYPTO + "/jr@2000";

    private final DeviceMapping crypto = DevtreeMapper.predict(ProposalExamples.node(CRYPTO), MappingPolicy.PROPOSAL);

    private static DevtreeInfo irq(int index, String path) {
        return new DevtreeInfo(InfoType.IRQ, index, false, 0, path);
    }

    @Test
    void irqs_follow_the_answers_by_index() {
        DeviceMapping ordered = crypto.inOrderOf(List.of(irq(2, FIRST), irq(0, CRYPTO), irq(1, SECOND)));

        assertThat(ordered.irqs()).extracting(IrqMapping::node).containsExactly(CRYPTO, SECOND, FIRST);
        assertThat(ordered.irqs()).extracting(IrqMapping::index).containsExactly(0, 1, 2);
        assertThat(ordered.irqs()).extracting(irq -> irq.specifier().get(0)).containsExactly(0x5c, 0x59, 0x58);
        assertThat(ordered.regions()).isEqualTo(crypto.regions());
    }

    @Test
    void answers_about_other_irqs_change_nothing() {
        assertThat(crypto.inOrderOf(List.of(irq(0, CRYPTO), irq(1, SECOND)))).isEqualTo(crypto);
        assertThat(crypto.inOrderOf(List.of(irq(0, CRYPTO), irq(1, SECOND), irq(2, SECOND))))
                .isEqualTo(crypto);
        assertThat(crypto.inOrderOf(List.of(irq(0, CRYPTO), irq(1, SECOND), irq(2, "/other"))))
                .isEqualTo(crypto);
    }
}
