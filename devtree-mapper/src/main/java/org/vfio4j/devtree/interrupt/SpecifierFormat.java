// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import java.util.List;
import org.vfio4j.devtree.Node;

/** Where a controller's specifier says how its line is triggered. */
enum SpecifierFormat {
    /**
     * Cell 1 has an index into the senses of an Open PIC: {@code map_mpic_senses} in Linux's {@code
     * arch/powerpc/sysdev/mpic.c}, binding {@code powerpc/fsl/mpic.txt}.
     */
    OPEN_PIC(1, 0x3),
    /**
     * Cell 2 has the type. Bits 8 to 15 of it are the CPU mask of a private interrupt: {@code gic_irq_domain_translate}
     * in {@code drivers/irqchip/irq-gic.c} and {@code irq-gic-v3.c}.
     */
    GIC(2, 0xf),
    /** Cell 3 has the type: {@code qpnpint_irq_domain_translate} in {@code drivers/spmi/spmi-pmic-arb.c}. */
    SPMI(3, 0xf),
    /** Cell 1 has the type: {@code irq_domain_xlate_twocell} in {@code kernel/irq/irqdomain.c}. */
    TWO_CELL(1, 0xf),
    /** No cell has it, or the driver of the controller reads it in a way of its own. */
    OTHER(-1, 0);

    private static final List<String> OPEN_PICS = List.of("fsl,mpic", "open-pic", "chrp,open-pic");

    // The GIC's drivers, and those of the controllers in front of it that take its specifiers (drivers/irqchip).
    private static final List<String> GICS = List.of(
            "arm,gic-400",
            "arm,gic-v3",
            "arm,cortex-a15-gic",
            "arm,cortex-a9-gic",
            "arm,cortex-a7-gic",
            "arm,pl390",
            "arm,arm11mp-gic",
            "arm,arm1176jzf-devchip-gic",
            "qcom,msm-8660-qgic",
            "qcom,msm-qgic2",
            "nvidia,tegra210-agic",
            "nvidia,tegra20-ictlr",
            "nvidia,tegra30-ictlr",
            "nvidia,tegra210-ictlr",
            "mediatek,mt6577-sysirq",
            "fsl,imx6q-gpc",
            "fsl,imx7d-gpc",
            "fsl,imx8mq-gpc",
            "allwinner,sun6i-a31-r-intc",
            "allwinner,sun50i-h6-r-intc",
            "ti,omap4-wugen-mpu",
            "ti,omap5-wugen-mpu");

    // Two cells, of which the second is a line and not a type.
    private static final List<String> TWO_NUMBERS =
            List.of("brcm,bcm2835-armctrl-ic", "brcm,bcm2836-armctrl-ic", "samsung,exynos4210-combiner", "chrp,iic");

    private final int cell;
    private final int mask;

    SpecifierFormat(int cell, int mask) {
        this.cell = cell;
        this.mask = mask;
    }

    static SpecifierFormat of(Node controller, int cells) {
        if (hasAny(controller, OPEN_PICS)) {
            return OPEN_PIC;
        }
        if (cells == 2) {
            return hasAny(controller, TWO_NUMBERS) ? OTHER : TWO_CELL;
        }
        if (controller.isCompatible("qcom,spmi-pmic-arb")) {
            return SPMI;
        }
        return cells >= 3 && hasAny(controller, GICS) ? GIC : OTHER;
    }

    private static boolean hasAny(Node controller, List<String> compatible) {
        return controller.compatible().stream().anyMatch(compatible::contains);
    }

    InterruptTrigger trigger(List<Integer> specifier) {
        if (cell < 0 || cell >= specifier.size()) {
            return InterruptTrigger.UNKNOWN;
        }
        int value = specifier.get(cell) & mask;
        if (this == OPEN_PIC) {
            return switch (value) {
                case 0 -> InterruptTrigger.EDGE_RISING;
                case 1 -> InterruptTrigger.LEVEL_LOW;
                case 2 -> InterruptTrigger.LEVEL_HIGH;
                default -> InterruptTrigger.EDGE_FALLING;
            };
        }
        // IRQ_TYPE_*, include/linux/irq.h.
        return switch (value) {
            case 1 -> InterruptTrigger.EDGE_RISING;
            case 2 -> InterruptTrigger.EDGE_FALLING;
            case 3 -> InterruptTrigger.EDGE_BOTH;
            case 4 -> InterruptTrigger.LEVEL_HIGH;
            case 8 -> InterruptTrigger.LEVEL_LOW;
            default -> InterruptTrigger.UNKNOWN;
        };
    }
}
