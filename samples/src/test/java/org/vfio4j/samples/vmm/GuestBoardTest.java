// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtReader;
import org.vfio4j.devtree.fdt.FdtWriter;

/** The whole tree, as Linux's bindings want it. */
class GuestBoardTest {
    private static final MemoryLayout LAYOUT =
            new MemoryLayout(256 << 20, 0x4000_0000L, 0x40c0_0000L, 0x12345, 0x4fe0_0000L);

    private static final String TREE = """
            /dts-v1/;
            / {
                compatible = "linux,dummy-virt";
                model = "vfio4j VMM";
                #address-cells = <2>;
                #size-cells = <2>;
                interrupt-parent = <1>;
                chosen {
                    bootargs = "console=ttyAMA0 quiet";
                    stdout-path = "/serial@9000000";
                    rng-seed = [01 02];
                    linux,initrd-start = <0x0 0x40c00000>;
                    linux,initrd-end = <0x0 0x40c12345>;
                };
                memory@40000000 {
                    device_type = "memory";
                    reg = <0x0 0x40000000 0x0 0x10000000>;
                };
                cpus {
                    #address-cells = <1>;
                    #size-cells = <0>;
                    cpu@0 {
                        device_type = "cpu";
                        compatible = "arm,armv8";
                        reg = <0>;
                        enable-method = "psci";
                    };
                    cpu@1 {
                        device_type = "cpu";
                        compatible = "arm,armv8";
                        reg = <1>;
                        enable-method = "psci";
                    };
                };
                psci {
                    compatible = "arm,psci-1.0", "arm,psci-0.2";
                    method = "hvc";
                };
                timer {
                    compatible = "arm,armv8-timer";
                    interrupts = <1 13 4  1 14 4  1 11 4  1 10 4>;
                    always-on;
                };
                interrupt-controller@8000000 {
                    compatible = "arm,gic-v3";
                    #interrupt-cells = <3>;
                    #address-cells = <0>;
                    interrupt-controller;
                    reg = <0x0 0x8000000 0x0 0x10000  0x0 0x80a0000 0x0 0x40000>;
                    phandle = <1>;
                };
                apb-pclk {
                    compatible = "fixed-clock";
                    #clock-cells = <0>;
                    clock-frequency = <24000000>;
                    phandle = <2>;
                };
                serial@9000000 {
                    compatible = "arm,pl011", "arm,primecell";
                    reg = <0x0 0x9000000 0x0 0x1000>;
                    interrupts = <0 1 4>;
                    clocks = <2 2>;
                    clock-names = "uartclk", "apb_pclk";
                };
            };
            """;

    @Test
    void hasWhatLinuxNeeds() {
        DeviceTree tree = GuestBoard.tree(LAYOUT, 2, "console=ttyAMA0 quiet", new byte[] {1, 2});
        assertThat(FdtWriter.write(tree)).isEqualTo(FdtWriter.write(DtsReader.read(TREE)));
        assertThat(FdtReader.read(FdtWriter.write(tree)).find("/chosen")).isPresent();
    }

    @Test
    void withoutInitramfsItSaysNothingOfOne() {
        MemoryLayout none = new MemoryLayout(256 << 20, 0x4000_0000L, 0x40c0_0000L, 0, 0x4fe0_0000L);
        DeviceTree tree = GuestBoard.tree(none, 1, "", new byte[0]);
        assertThat(tree.find("/chosen").orElseThrow().property("linux,initrd-start"))
                .isEmpty();
    }

    /** KVM puts bits 0 to 3 of a vCPU's number in aff0, and 4 to 11 in aff1: arch/arm64/kvm/sys_regs.c. */
    @Test
    void theSeventeenthCpuIsTheFirstOfItsGroup() {
        DeviceTree tree = GuestBoard.tree(LAYOUT, 17, "", new byte[0]);
        assertThat(tree.find("/cpus/cpu@100")).isPresent();
        assertThat(tree.find("/cpus").orElseThrow().children()).hasSize(17);
    }

    @Test
    void asManyRedistributorsAsPossibleEndBeforeTheConsole() {
        assertThat(GuestMap.REDISTRIBUTORS + GuestMap.MAX_CPUS * GuestMap.REDISTRIBUTOR_SIZE)
                .isLessThanOrEqualTo(GuestMap.UART);
    }
}
