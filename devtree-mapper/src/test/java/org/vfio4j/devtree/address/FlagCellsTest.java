// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** Buses whose first address cell is not part of the number: Linux, {@code of_busses} in drivers/of/address.c. */
class FlagCellsTest {
    private static final String PCI_HOST = """
            / {
                #address-cells = <2>; #size-cells = <2>;
                %s { %s #address-cells = <3>; #size-cells = <2>;
                    ranges = <0x82000000 0 0x80000000 0x0c 0x80000000 0 0x10000000>,
                             <0xc3000000 1 0          0x0d 0          1 0>,
                             <0x81000000 0 0          0x0e 0          0 0x10000>;
                    dev@1,0 { reg = <0x800 0 0 0 0>; assigned-addresses =
                        <0x82000810 0 0x80001000 0 0x1000>, <0xc3000814 1 0x2000 0 0x2000>,
                        <0x8100081c 0 0x100 0 0x20>, <0x800 0 0 0 0x100>, <0x83000820 1 0 0 0x10>; };
                    bare@2,0 { reg = <0x1000 0 0 0 0>; };
                };
            };
            """;

    @Test
    void belowPciTheAddressesAreTheAssignedOnes() {
        DeviceTree tree = DtsReader.read(PCI_HOST.formatted("pcie@0", "device_type = \"pci\";"));

        assertThat(Shown.reg(tree, "/pcie@0/dev@1,0"))
                .containsExactly(
                        "c80001000+1000",
                        "d00002000+2000",
                        // The tree does not tell which port numbers Linux makes up for the window.
                        "IO_WINDOW_NOT_REGISTERED /pcie@0",
                        // Configuration space.
                        "NOT_MEMORY_OR_IO /pcie@0",
                        // 32-bit and 64-bit memory are both memory, and prefetching makes no difference.
                        "d00000000+10");
        assertThat(Shown.reg(tree, "/pcie@0/bare@2,0")).isEmpty();
    }

    @Test
    void pciIsADeviceTypeOrTheNamePcie() {
        assertThat(pciChild("x", "device_type = \"pci\";")).isTrue();
        assertThat(pciChild("x", "device_type = \"pciex\";")).isTrue();
        assertThat(pciChild("x", "device_type = \"vci\";")).isTrue();
        assertThat(pciChild("x", "device_type = \"ht\";")).isTrue();
        assertThat(pciChild("pcie@5", "")).isTrue();
        assertThat(pciChild("x", "device_type = \"pcix\";")).isFalse();
        assertThat(pciChild("x", "device_type = [70 63 69];")).isFalse();
        assertThat(pciChild("x", "device_type;")).isFalse();
        assertThat(pciChild("pci@5", "")).isFalse();
        assertThat(pciChild("pciex", "")).isFalse();
    }

    private static boolean pciChild(String name, String type) {
        DeviceTree tree = DtsReader.read(PCI_HOST.formatted(name, type));
        return Shown.reg(tree, "/" + name + "/bare@2,0").isEmpty();
    }

    @Test
    void theHostsOwnRegIsOrdinary() {
        DeviceTree tree = DtsReader.read("/ { pcie@fd000000 { reg = <0xfd000000 0x1000>; }; };");

        assertThat(Shown.reg(tree, "/pcie@fd000000")).containsExactly("fd000000+1000");
    }

    @Test
    void bridgesNestAndMayHavePlainBusesBelow() {
        // The numbers are those of Linux's unittest for a device five levels below (of_unittest_reg): an endpoint with
        // a
        // flag-cell bus whose flags are BAR numbers, and a local bus on it.
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <1>;
                    host { device_type = "pci"; #address-cells = <3>; #size-cells = <2>;
                        ranges = <0x82000000 0 0xe8000000 0 0xe8000000 0 0x7f00000>;
                        bridge { device_type = "pci"; #address-cells = <3>; #size-cells = <2>;
                            ranges = <0x82000000 0 0xe8000000 0x82000000 0 0xe8000000 0 0x4400000>;
                            endpoint { #address-cells = <3>; #size-cells = <2>;
                                ranges = <0 0 0 0x82010000 0 0xe8000000 0 0x2000000>,
                                         <1 0 0 0x82010000 0 0xea000000 0 0x1000000>;
                                local { #address-cells = <1>; #size-cells = <1>;
                                    ranges = <0xa0000000 0 0 0 0x2000000>, <0xb0000000 1 0 0 0x1000000>;
                                    dev { reg = <0xa0001000 0x1000>, <0xb0002000 0x2000>; };
                                };
                            };
                        };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/host/bridge/endpoint/local/dev"))
                .containsExactly("e8001000+1000", "ea002000+2000");
    }

    @Test
    void isaBitZeroTellsIoFromMemory() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    isa@0 { ranges = <1 0 0xf0000000 0x10000>, <0 0 0xe0000000 0x1000000>;
                        serial { reg = <1 0x3f8 8>; };
                        rom { reg = <0 0xc0000 0x1000>; };
                    };
                    closed { isa { serial { reg = <1 0x3f8 8>; }; }; };
                };
                """);

        assertThat(Shown.reg(tree, "/isa@0/serial")).containsExactly("IO_WINDOW_NOT_REGISTERED /isa@0");
        assertThat(Shown.reg(tree, "/isa@0/rom")).containsExactly("e00c0000+1000");
        assertThat(Shown.ranges(tree, "/isa@0")).isNotEmpty();
        // The LPC buses of HiSilicon's server boards are like this one.
        assertThat(Shown.reg(tree, "/closed/isa/serial")).containsExactly("NO_RANGES /closed/isa");
    }

    @Test
    void withThreeCellsTheFirstIsResourceFlags() {
        // Seen on Linux 6.12: without IORESOURCE_MEM (0x200) or IORESOURCE_IO (0x100) there is no region.
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    bus { #address-cells = <3>; #size-cells = <1>;
                        ranges = <0x200 0 0 0xa0000000 0x10000>, <1 0 0 0xb0000000 0x10000>,
                                 <0x100 0 0 0xc0000000 0x10000>;
                        mem { reg = <0x200 0 0x1000 0x100>; };
                        none { reg = <1 0 0x1000 0x100>; };
                        io { reg = <0x100 0 0x1000 0x100>; };
                        other { reg = <0x201 0 0x1000 0x100>; };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/bus/mem")).containsExactly("a0001000+100");
        assertThat(Shown.reg(tree, "/bus/none")).containsExactly("NOT_MEMORY_OR_IO /bus");
        assertThat(Shown.reg(tree, "/bus/io")).containsExactly("IO_WINDOW_NOT_REGISTERED /bus");
        // The whole cell must be equal to that of the window.
        assertThat(Shown.reg(tree, "/bus/other")).containsExactly("NO_MATCHING_RANGE /bus");
        // The address has a meaning all the same; the device's name shows it.
        assertThat(Shown.translation(Addresses.translate(Shown.node(tree, "/bus/none"), 1, 0, 0x1000)))
                .isEqualTo("b0001000");
    }

    @Test
    void aFlagCellBusBetweenPlainOnes() {
        // The numbers are those of Linux's unittest for three-cell buses (of_unittest_reg).
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    outer { #address-cells = <2>; #size-cells = <1>;
                        ranges = <0x10000000 0x01000000 0xa0000000 0x01000000>,
                                 <0x20000000 0x01000000 0xc0000000 0x01000000>,
                                 <0x20000000 0x02000000 0xd0000000 0x01000000>;
                        flags { #address-cells = <3>; #size-cells = <1>;
                            ranges = <1 0x100000 0x10000 0x10000000 0x1a00000 0x10000>,
                                     <2 0x100000 0x10000 0x10000000 0x1b00000 0x10000>,
                                     <3 0x200000 0x10000 0x20000000 0x1c00000 0x10000>,
                                     <4 0x200000 0x20000 0x20000000 0x2d00000 0x10000>;
                            local { #address-cells = <1>; #size-cells = <1>;
                                ranges = <0xf1000000 1 0x100000 0x10000 0x10000>,
                                         <0xf2000000 2 0x100000 0x10000 0x10000>,
                                         <0xf3000000 3 0x200000 0x10000 0x8000>,
                                         <0xf3800000 3 0x200000 0x18000 0x8000>,
                                         <0xf4000000 4 0x200000 0x20000 0x10000>;
                                dev { reg = <0xf1001000 0x100>, <0xf2002000 0x100>, <0xf3001000 0x100>,
                                            <0xf3801000 0x100>, <0xf4001000 0x100>; };
                            };
                        };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/outer/flags/local/dev"))
                .isEqualTo(List.of("a0a01000+100", "a0b02000+100", "c0c01000+100", "c0c09000+100", "d0d01000+100"));
    }

    @Test
    void throughEmptyRangesAFlagCellStaysAndTheNumberMoves() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    outer { #address-cells = <3>; #size-cells = <1>; ranges = <0x200 0 0x1000 0xa0000000 0x1000>;
                        same { #address-cells = <3>; #size-cells = <1>; ranges;
                            dev { reg = <0x200 0 0x1010 4>; };
                        };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/outer/same/dev")).containsExactly("a0000010+4");
    }
}
