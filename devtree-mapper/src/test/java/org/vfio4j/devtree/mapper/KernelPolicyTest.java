// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** What mainline Linux leaves out, and the reasons. */
class KernelPolicyTest {
    private static final DeviceTree TREE = DtsReader.read("""
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                interrupt-parent = <&pic>;
                pic: pic { interrupt-controller; #interrupt-cells = <1>; };

                amba@1000 {
                    compatible = "arm,pl330", "arm,primecell";
                    reg = <0x1000 0x1000>, <0x8000 0x1000>;
                    reg-names = "regs", "extra";
                    interrupts = <0>, <1>, <2>, <3>, <4>, <5>, <6>, <7>, <8>, <9>;
                    interrupt-names = "abort", "ch0";
                };

                mfd@2000 {
                    compatible = "acme,mfd", "simple-mfd";
                    reg = <0x2000 0x100>;
                    interrupts = <20>;
                    #address-cells = <1>;
                    #size-cells = <1>;
                    ranges = <0 0x3000 0x1000>;

                    timer@0 { compatible = "acme,timer"; reg = <0 0x100>; interrupts = <21>; };
                    led { interrupts = <22>; };
                    broken { interrupts-extended = <0x77>; };
                };

                window-to-nowhere@4000 {
                    reg = <0x4000 0x100>;
                    #address-cells = <1>;
                    #size-cells = <1>;
                };
            };
            """);

    private static DeviceMapping map(String path) {
        return DevtreeMapper.predict(TREE.find(path).orElseThrow(), MappingPolicy.KERNEL);
    }

    // get_amba_resource and get_amba_irq of drivers/vfio/platform/vfio_amba.c.
    @Test
    void an_amba_device_has_one_region_and_at_most_nine_irqs() {
        DeviceMapping amba = map("/amba@1000");

        assertThat(amba.regions()).singleElement().matches(region -> region.physicalAddress() == 0x1000);
        assertThat(amba.irqs()).hasSize(9);
        assertThat(amba.unexposed())
                .extracting(u -> u.property() + "[" + u.sourceIndex() + "] " + u.reason())
                .containsExactly(
                        "reg[1] an AMBA device has one region, its first reg entry",
                        "interrupts[9] an AMBA device has at most 9 IRQs");
    }

    @Test
    void names_come_from_reg_names_and_interrupt_names() {
        assertThat(map("/amba@1000").regions().get(0).name()).contains("regs");
        assertThat(map("/amba@1000").irqs().get(1).name()).contains("ch0");
        assertThat(map("/amba@1000").irqs().get(2).name()).isEmpty();
    }

    @Test
    void windows_and_interrupts_below_are_unexposed_and_devices_below_are_named() {
        DeviceMapping mfd = map("/mfd@2000");

        assertThat(mfd.irqs()).extracting(irq -> irq.specifier().get(0)).containsExactly(20);
        assertThat(mfd.unexposed())
                .extracting(u ->
                        u.node().substring("/mfd@2000".length()) + " " + u.property() + "[" + u.sourceIndex() + "]")
                .containsExactly(
                        " ranges[0]", "/timer@0 interrupts[0]", "/led interrupts[0]", "/broken interrupts-extended[0]");
        assertThat(mfd.unexposed())
                .extracting(Unexposed::reason)
                .satisfiesExactly(
                        window -> assertThat(window).isEqualTo("mainline Linux does not expose the windows of ranges"),
                        timer -> assertThat(timer).isEqualTo("belongs to a device of its own, 3000.timer"),
                        led -> assertThat(led)
                                .isEqualTo("mainline Linux does not expose the interrupts of nodes below the device's"),
                        broken -> assertThat(broken).startsWith("does not resolve at /"));
    }
}
