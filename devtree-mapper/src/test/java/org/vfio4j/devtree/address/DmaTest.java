// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** What a device's DMA reaches: Linux, {@code of_dma_get_range} and {@code of_translate_dma_address}. */
class DmaTest {
    // The windows and the results are those of Linux's unittest (of_unittest_dma_ranges).
    private final DeviceTree tree = DtsReader.read("""
            / {
                #address-cells = <1>; #size-cells = <1>;
                soc { #address-cells = <1>; #size-cells = <1>;
                    ranges = <0x70000000 0x70000000 0x50000000>;
                    dma-ranges = <0 0x20000000 0x40000000>;
                    dev@70000000 { reg = <0x70000000 0x1000>; };
                    bus { #address-cells = <2>; #size-cells = <2>; ranges = <0 0 0x80000000 0 0x100000>;
                        dma-ranges = <1 0 0 0x20 0>;
                        dev@1000 { reg = <0 0x1000 0 0x1000>; };
                    };
                    pci { device_type = "pci"; #address-cells = <3>; #size-cells = <2>;
                        dma-ranges = <0x42000000 0 0x80000000 0 0 0x10000000>,
                                     <0x42000000 0 0xc0000000 0x20000000 0 0x10000000>;
                        dev@1,0 {};
                    };
                    closed { dev {}; };
                    same { dma-ranges; ranges; dev {}; };
                };
            };
            """);

    @Test
    void theNearestBusWithWindowsDecides() {
        assertThat(Shown.dmaWindows(tree, "/soc/dev@70000000")).containsExactly("0 -> 20000000+40000000");
        assertThat(Shown.dmaWindows(tree, "/soc/same/dev")).containsExactly("0 -> 20000000+40000000");
    }

    @Test
    void windowsTranslateThroughThoseAbove() {
        assertThat(Shown.dmaWindows(tree, "/soc/bus/dev@1000")).containsExactly("100000000 -> 20000000+2000000000");
        assertThat(Shown.dmaRanges(tree, "/soc/pci"))
                .containsExactly("80000000 -> 20000000+10000000", "c0000000 -> 40000000+10000000");
    }

    @Test
    void aBusWithoutDmaRangesEndsTheSearch() {
        assertThat(Shown.dmaWindows(tree, "/soc/closed/dev")).isEmpty();
        assertThat(Shown.dmaWindows(tree, "/")).isEmpty();
    }

    @Test
    void absentDmaRangesChangeNoAddress() {
        assertThat(Shown.translation(Addresses.translateDma(Shown.node(tree, "/soc/closed/dev"), 0x1000)))
                .isEqualTo("20001000");
        assertThat(Shown.translation(Addresses.translateDma(Shown.node(tree, "/soc/dev@70000000"), 0x50000000)))
                .isEqualTo("NO_MATCHING_RANGE /soc");
    }

    @Test
    void windowsOfManyBuses() {
        // U-Boot's sandbox tree, translation-test@8000.
        DeviceTree uBoot = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    test { #address-cells = <2>; #size-cells = <1>;
                        ranges = <0 0 0x8000 0x1000>, <1 0x100 0x9000 0x1000>, <2 0x200 0xa000 0x1000>,
                                 <3 0x300 0xb000 0x1000>;
                        dma-ranges = <0 0 0x10000000 0x1000>, <1 0x100 0x20000000 0x1000>;
                        dev@0,0 { reg = <0 0 0x1000>; };
                        dev@1,100 { reg = <1 0x100 0x1000>; };
                        dev@2,200 { reg = <2 0x200 0x1000>; };
                        bus@3,300 { reg = <3 0x300 0x1000>; #address-cells = <1>; #size-cells = <0>;
                            dev@42 { reg = <0x42>; };
                        };
                    };
                };
                """);

        assertThat(Shown.reg(uBoot, "/test/dev@0,0")).containsExactly("8000+1000");
        assertThat(Shown.reg(uBoot, "/test/dev@1,100")).containsExactly("9000+1000");
        assertThat(Shown.reg(uBoot, "/test/dev@2,200")).containsExactly("a000+1000");
        assertThat(Shown.reg(uBoot, "/test/bus@3,300/dev@42")).containsExactly("SIZE_CELLS_ZERO /test/bus@3,300");
        assertThat(Shown.dmaWindows(uBoot, "/test/dev@0,0"))
                .containsExactly("0 -> 10000000+1000", "100000100 -> 20000000+1000");
    }

    @Test
    void anInterconnectCalledDmaMemIsTheDmaParent() {
        // Linux, __of_get_dma_parent; binding interconnect/interconnect.txt.
        DeviceTree soc = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    mbus: interconnect { #address-cells = <1>; #size-cells = <1>; #interconnect-cells = <1>;
                        dma-ranges = <0 0x40000000 0xc0000000>;
                    };
                    soc { #address-cells = <1>; #size-cells = <1>; ranges;
                        dev { interconnects = <0>, <&mbus 5>; interconnect-names = "cpu", "dma-mem"; };
                        other { interconnects = <&mbus 5>; interconnect-names = "cpu"; };
                        broken { interconnects = <0x999 5>; interconnect-names = "dma-mem"; };
                    };
                };
                """);

        assertThat(Shown.dmaWindows(soc, "/soc/dev")).containsExactly("0 -> 40000000+c0000000");
        assertThat(Shown.dmaWindows(soc, "/soc/other")).isEmpty();
        assertThat(Shown.dmaWindows(soc, "/soc/broken")).isEmpty();
    }

    @Test
    void dmaParentsInACircleEnd() {
        DeviceTree circle = DtsReader.read("""
                / {
                    a: one { #interconnect-cells = <0>; interconnects = <&b>; interconnect-names = "dma-mem";
                        dma-ranges; };
                    b: two { #interconnect-cells = <0>; interconnects = <&a>; interconnect-names = "dma-mem";
                        dma-ranges; };
                };
                """);

        assertThat(Shown.translation(Addresses.translateDma(Shown.node(circle, "/one"), 1)))
                .startsWith("LOOP ");
        assertThat(Shown.dmaWindows(circle, "/one")).isEmpty();
    }
}
