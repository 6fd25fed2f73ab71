// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.dts.DtsReader;

/** Windows: Linux, {@code of_pci_range_parser_one} and {@code of_range_to_resource} in drivers/of/address.c. */
class RangesTest {
    @Test
    void anEntryHasBothSidesAndTheCpusAddress() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <1>;
                    soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0xf 0xfe000000 0x1000000>;
                        dma@101300 { reg = <0x101300 4>; #address-cells = <1>; #size-cells = <1>;
                            ranges = <0 0x101100 0x200>;
                            channel@180 { reg = <0x180 0x80>; };
                        };
                    };
                };
                """);

        assertThat(Addresses.ranges(Shown.node(tree, "/soc/dma@101300")))
                .containsExactly(
                        new RangesEntry(0, 0, 0x101100, 0x200, new Translated(0xffe101100L, AddressSpace.MEMORY)));
        assertThat(Shown.reg(tree, "/soc/dma@101300")).containsExactly("ffe101300+4");
        assertThat(Shown.reg(tree, "/soc/dma@101300/channel@180")).containsExactly("ffe101280+80");
    }

    @Test
    void absentAndEmptyRangesHaveNoWindows() {
        DeviceTree tree = DtsReader.read("/ { none {}; empty { ranges; }; };");

        assertThat(Shown.ranges(tree, "/none")).isEmpty();
        assertThat(Shown.ranges(tree, "/empty")).isEmpty();
    }

    @Test
    void allWindowsInOrderWithoutTheOneThatIsCutOff() {
        // The windows of Linux's unittest (of_unittest_pci_dma_ranges, of_unittest_bus_ranges).
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    bus { #address-cells = <1>; #size-cells = <1>;
                        ranges = <0x70000000 0x70000000 0x50000000>, <0 0xd0000000 0x20000000>, <1 2>;
                    };
                };
                """);

        assertThat(Shown.ranges(tree, "/bus"))
                .containsExactly("70000000 -> 70000000+50000000", "0 -> d0000000+20000000");
    }

    @Test
    void windowsOfAFlagCellBus() {
        // As in Linux's unittest (of_unittest_bus_3cell_ranges); both flag cells have IORESOURCE_MEM.
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    bus { #address-cells = <3>; #size-cells = <2>;
                        ranges = <0xf00baa 0 0 0xa0000000 0 0x100000>, <0xf00bee 1 0 0xb0000000 0 0x200000>,
                                 <1 0 0 0xc0000000 0 0x1000>;
                    };
                };
                """);

        assertThat(Shown.ranges(tree, "/bus"))
                .containsExactly("0 -> a0000000+100000", "100000000 -> b0000000+200000", "0 -> NOT_MEMORY_OR_IO /bus");
    }

    @Test
    void aPciHostsWindowsAreMemoryAndIo() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <2>;
                    pcie { #address-cells = <3>; #size-cells = <2>;
                        ranges = <0x01000000 0 0 0 0x3eff0000 0 0x10000>,
                                 <0x02000000 0 0x10000000 0 0x10000000 0 0x2eff0000>,
                                 <0x03000000 0x80 0 0x80 0 0x80 0>;
                    };
                };
                """);

        assertThat(Shown.ranges(tree, "/pcie"))
                .containsExactly(
                        "0 -> 3eff0000+10000 io",
                        "10000000 -> 10000000+2eff0000",
                        "8000000000 -> 8000000000+8000000000");
    }

    @Test
    void windowsThatDoNotReachTheCpuSayWhy() {
        // The numbers of Zephyr's edtlib test tree (reg-ranges): edtlib stops silently, Linux has no address.
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    grandparent { #address-cells = <1>; #size-cells = <1>;
                        parent { #address-cells = <1>; #size-cells = <1>; ranges = <1 0xb 1>, <2 0xd 2>, <4 0xf 1>;
                            dev { reg = <5 1 4 1 3 1>; };
                        };
                    };
                };
                """);

        assertThat(Shown.ranges(tree, "/grandparent/parent"))
                .containsExactly(
                        "1 -> NO_RANGES /grandparent", "2 -> NO_RANGES /grandparent", "4 -> NO_RANGES /grandparent");
        assertThat(Shown.reg(tree, "/grandparent/parent/dev"))
                .containsExactly(
                        "NO_MATCHING_RANGE /grandparent/parent", "NO_RANGES /grandparent", "NO_RANGES /grandparent");
    }

    @Test
    void theLastByteMustHaveANumber() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <2>;
                    bus { #address-cells = <1>; #size-cells = <1>; ranges = <0 0xffffffff 0xfffff000 0x2000>; };
                };
                """);

        assertThat(Shown.ranges(tree, "/bus")).containsExactly("0 -> OVERFLOW /bus");
    }
}
