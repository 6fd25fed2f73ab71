// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.devtree.interrupt.InterruptTrigger.EDGE_BOTH;
import static org.vfio4j.devtree.interrupt.InterruptTrigger.EDGE_FALLING;
import static org.vfio4j.devtree.interrupt.InterruptTrigger.EDGE_RISING;
import static org.vfio4j.devtree.interrupt.InterruptTrigger.LEVEL_HIGH;
import static org.vfio4j.devtree.interrupt.InterruptTrigger.LEVEL_LOW;
import static org.vfio4j.devtree.interrupt.InterruptTrigger.UNKNOWN;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

class InterruptTriggerTest {
    private static InterruptTrigger trigger(String compatible, int cells, String specifier) {
        DeviceTree tree = DtsReader.read("/ { pic: pic { compatible = " + compatible
                + "; interrupt-controller; #interrupt-cells = <" + cells
                + ">; }; dev { interrupt-parent = <&pic>; interrupts = <" + specifier + ">; }; };");
        return Resolved.of(tree, "/dev").resolved().get(0).trigger();
    }

    @Test
    void theGicHasTheTypeInTheLowBitsOfCellTwo() {
        // drivers/irqchip/irq-gic.c, irq-gic-v3.c: gic_irq_domain_translate.
        assertThat(trigger("\"arm,gic-400\"", 3, "0 1 1")).isEqualTo(EDGE_RISING);
        assertThat(trigger("\"arm,gic-v3\"", 3, "0 1 4")).isEqualTo(LEVEL_HIGH);
        assertThat(trigger("\"arm,gic-v3\"", 4, "0 1 4 0")).isEqualTo(LEVEL_HIGH);
        assertThat(trigger("\"vendor,gic\", \"arm,cortex-a15-gic\"", 3, "0 1 8"))
                .isEqualTo(LEVEL_LOW);
        assertThat(trigger("\"arm,gic-v3\"", 3, "0 1 0")).isEqualTo(UNKNOWN);
    }

    @Test
    void theCpuMaskOfAPrivateInterruptIsNoPartOfTheType() {
        // Seen on Linux 6.12: <1 7 0x104> is a level interrupt.
        assertThat(trigger("\"arm,gic-400\"", 3, "1 7 0x104")).isEqualTo(LEVEL_HIGH);
        assertThat(trigger("\"arm,gic-400\"", 3, "1 13 0xf08")).isEqualTo(LEVEL_LOW);
    }

    @Test
    void controllersInFrontOfAGicTakeItsSpecifiers() {
        assertThat(trigger("\"mediatek,mt8173-sysirq\", \"mediatek,mt6577-sysirq\"", 3, "0 1 8"))
                .isEqualTo(LEVEL_LOW);
    }

    @Test
    void twoCellsAreANumberAndAType() {
        // kernel/irq/irqdomain.c: irq_domain_xlate_twocell.
        assertThat(trigger("\"vendor,gpio\"", 2, "5 1")).isEqualTo(EDGE_RISING);
        assertThat(trigger("\"vendor,gpio\"", 2, "5 2")).isEqualTo(EDGE_FALLING);
        assertThat(trigger("\"vendor,gpio\"", 2, "5 3")).isEqualTo(EDGE_BOTH);
        assertThat(trigger("\"vendor,gpio\"", 2, "5 4")).isEqualTo(LEVEL_HIGH);
        assertThat(trigger("\"vendor,gpio\"", 2, "5 8")).isEqualTo(LEVEL_LOW);
        assertThat(trigger("\"vendor,gpio\"", 2, "5 0")).isEqualTo(UNKNOWN);
    }

    @Test
    void twoCellsMayBeTwoNumbers() {
        // drivers/irqchip/irq-bcm2835.c: bank and line.
        assertThat(trigger("\"brcm,bcm2836-armctrl-ic\"", 2, "1 4")).isEqualTo(UNKNOWN);
    }

    @Test
    void anOpenPicCountsSensesItsOwnWay() {
        // arch/powerpc/sysdev/mpic.c: map_mpic_senses; binding powerpc/fsl/mpic.txt.
        assertThat(trigger("\"fsl,mpic\"", 4, "68 0 0 0")).isEqualTo(EDGE_RISING);
        assertThat(trigger("\"fsl,mpic\"", 4, "68 1 0 0")).isEqualTo(LEVEL_LOW);
        assertThat(trigger("\"fsl,mpic\", \"chrp,open-pic\"", 4, "68 2 0 0")).isEqualTo(LEVEL_HIGH);
        assertThat(trigger("\"open-pic\"", 2, "68 3")).isEqualTo(EDGE_FALLING);
    }

    @Test
    void theSpmiArbiterHasTheTypeInItsLastCell() {
        // drivers/spmi/spmi-pmic-arb.c: qpnpint_irq_domain_translate.
        assertThat(trigger("\"qcom,spmi-pmic-arb\"", 4, "0 8 1 3")).isEqualTo(EDGE_BOTH);
    }

    @Test
    void whatIsNotKnownIsUnknown() {
        assertThat(trigger("\"vendor,pic\"", 1, "4")).isEqualTo(UNKNOWN);
        assertThat(trigger("\"vendor,pic\"", 3, "0 1 4")).isEqualTo(UNKNOWN);
    }

    @Test
    void levelTriggersAreLevel() {
        assertThat(LEVEL_HIGH.isLevel()).isTrue();
        assertThat(LEVEL_LOW.isLevel()).isTrue();
        assertThat(EDGE_BOTH.isLevel()).isFalse();
        assertThat(UNKNOWN.isLevel()).isFalse();
    }
}
