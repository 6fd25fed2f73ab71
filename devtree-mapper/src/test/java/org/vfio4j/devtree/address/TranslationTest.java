// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.address.Translation.Reason;
import org.vfio4j.devtree.address.Translation.Untranslatable;
import org.vfio4j.devtree.dts.DtsReader;

/** Through plain buses: Linux, {@code of_translate_one} and the default bus in drivers/of/address.c. */
class TranslationTest {
    @Test
    void withoutRangesAnAddressIsTheBussOwn() {
        assertThat(oneBus("", "<0x1000 0x100>")).containsExactly("NO_RANGES /bus");
    }

    @Test
    void emptyRangesChangeNothing() {
        assertThat(oneBus("ranges;", "<0x1000 0x100>")).containsExactly("1000+100");
    }

    @Test
    void aWindowMovesItsAddresses() {
        assertThat(oneBus("ranges = <0x1000 0x80000000 0x1000>;", "<0x1000 1 0x1fff 1>"))
                .containsExactly("80000000+1", "80000fff+1");
    }

    @Test
    void anAddressOutsideOfAllWindowsDoesNotTranslate() {
        assertThat(oneBus("ranges = <0x1000 0x80000000 0x1000>;", "<0xfff 1 0x2000 1>"))
                .containsExactly("NO_MATCHING_RANGE /bus", "NO_MATCHING_RANGE /bus");
    }

    @Test
    void aFailureSaysWhereAndWithWhichNumbers() {
        DeviceTree tree = DtsReader.read("/ { bus { ranges = <0 0x80000000 0x1000>; dev { reg = <0x2345 1>; }; }; };");

        Translation translation =
                Addresses.reg(Shown.node(tree, "/bus/dev")).get(0).translation();

        assertThat(translation)
                .isEqualTo(new Untranslatable(Reason.NO_MATCHING_RANGE, "/bus", "0x2345 is in none of its 1 windows"));
    }

    @Test
    void onlyTheStartOfARegionIsLookedUp() {
        assertThat(oneBus("ranges = <0 0x80000000 0x1000000>;", "<0xfff000 0x2000>"))
                .containsExactly("80fff000+2000");
    }

    @Test
    void theFirstOfTwoWindowsThatFitWins() {
        assertThat(oneBus("ranges = <0 0x80000000 0x1000>, <0 0x90000000 0x2000>;", "<0x800 1 0x1800 1>"))
                .containsExactly("80000800+1", "90001800+1");
    }

    @Test
    void aWindowThatIsCutOffDoesNotCount() {
        assertThat(oneBus("ranges = <0x1000 0x80000000 0x1000 0x2000 0x90000000>;", "<0x2000 1>"))
                .containsExactly("NO_MATCHING_RANGE /bus");
    }

    @Test
    void aWindowOfSizeZeroHoldsNothing() {
        assertThat(oneBus("ranges = <0x1000 0x80000000 0>;", "<0x1000 1>")).containsExactly("NO_MATCHING_RANGE /bus");
    }

    @Test
    void withOneCellAboveTheUpperHalfIsLost() {
        assertThat(oneBus("ranges = <0 0xfffff000 0x10000>;", "<0x1800 1>")).containsExactly("800+1");
    }

    private static List<String> oneBus(String ranges, String reg) {
        DeviceTree tree = DtsReader.read("/ { #address-cells = <1>; #size-cells = <1>; bus { "
                + "#address-cells = <1>; #size-cells = <1>; " + ranges + " dev { reg = " + reg + "; }; }; };");
        return Shown.reg(tree, "/bus/dev");
    }

    @Test
    void numbersAre64BitsAndUnsigned() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <2>;
                    bus { #address-cells = <2>; #size-cells = <2>;
                        ranges = <0x80000000 0 0 0 0x7fffffff 0xffffffff>;
                        dev { reg = <0xfffffff0 0 0 1>, <0x7fffffff 0 0 1>; };
                    };
                    top { #address-cells = <2>; #size-cells = <2>;
                        ranges = <0xffffffff 0 0 0 1 0>;
                        dev { reg = <0xffffffff 0x1000 0 1>; };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/bus/dev")).containsExactly("7ffffff000000000+1", "NO_MATCHING_RANGE /bus");
        // The end of the window is 2^64, which is 0 in 64 bits.
        assertThat(Shown.reg(tree, "/top/dev")).containsExactly("NO_MATCHING_RANGE /top");
    }

    @Test
    void everyLevelUpToTheRootTranslates() {
        // The numbers are those of Linux's unittest for two-cell buses (of_unittest_reg).
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    outer { #address-cells = <2>; #size-cells = <1>;
                        ranges = <0x10000000 0x01000000 0xa0000000 0x01000000>,
                                 <0x20000000 0x01000000 0xc0000000 0x01000000>,
                                 <0x20000000 0x02000000 0xd0000000 0x01000000>;
                        inner { #address-cells = <2>; #size-cells = <1>;
                            ranges = <0x100000 0x10000 0x10000000 0x1a00000 0x10000>,
                                     <0x200000 0x10000 0x20000000 0x1c00000 0x10000>,
                                     <0x200000 0x20000 0x20000000 0x2d00000 0x10000>;
                            dev { reg = <0x100000 0x11000 0x100>, <0x100000 0x12000 0x100>,
                                        <0x200000 0x11000 0x100>, <0x200000 0x21000 0x100>; };
                        };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/outer/inner/dev"))
                .containsExactly("a0a01000+100", "a0a02000+100", "c0c01000+100", "d0d01000+100");
    }

    @Test
    void cellCountsMayDifferOnEveryLevel() {
        // As in Linux's unittest: two cells below one.
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    bus { #address-cells = <2>; #size-cells = <2>; ranges = <0 0 0x80000000 0 0x100000>;
                        dev { reg = <0 0x1000 0 0x1000>; };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/bus/dev")).containsExactly("80001000+1000");
    }

    @Test
    void aBusWithoutCountsInheritsThem() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <1>;
                    soc { ranges; bus { ranges; dev { reg = <1 0x2000 0x100>; }; }; };
                };
                """);

        assertThat(Shown.reg(tree, "/soc/bus/dev")).containsExactly("100002000+100");
    }

    @Test
    void sizeCellsZeroAnywhereOnTheWayEndsIt() {
        // U-Boot gives 0x42 here (sandbox translation-test); Linux nothing.
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    outer { #address-cells = <1>; #size-cells = <0>; ranges;
                        inner { reg = <0x10>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0x10 0x1000>;
                            dev { reg = <0x42 1>; };
                        };
                    };
                };
                """);

        assertThat(Shown.reg(tree, "/outer/inner/dev")).containsExactly("SIZE_CELLS_ZERO /outer");
        assertThat(Shown.reg(tree, "/outer/inner")).containsExactly("SIZE_CELLS_ZERO /outer");
    }

    @Test
    void aBadCountAnywhereOnTheWayEndsIt() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <7>; #size-cells = <1>;
                    bus { #address-cells = <1>; #size-cells = <1>; ranges; dev { reg = <0x1000 1>; }; };
                };
                """);

        assertThat(Shown.reg(tree, "/bus/dev")).containsExactly("BAD_CELL_COUNT /");
    }

    @Test
    void appleTreesMayLackRanges() {
        // Linux, of_empty_ranges_quirk.
        String tree = "/ { compatible = \"%s\"; bus { %s dev { reg = <0x1000 0x10>; }; }; };";

        assertThat(bus(tree.formatted("Power Macintosh", ""))).containsExactly("1000+10");
        assertThat(bus(tree.formatted("MacRISC", ""))).containsExactly("1000+10");
        assertThat(bus(tree.formatted("vendor,board", "compatible = \"1682m-sdc\";")))
                .containsExactly("1000+10");
        assertThat(bus(tree.formatted("vendor,board", ""))).containsExactly("NO_RANGES /bus");
    }

    private static List<String> bus(String source) {
        return Shown.reg(DtsReader.read(source), "/bus/dev");
    }

    @Test
    void addressesNotInRegTranslateToo() {
        DeviceTree tree = DtsReader.read("/ { bus { ranges = <0 0x80000000 0x1000>; dev {}; }; };");

        assertThat(Shown.translation(Addresses.translate(Shown.node(tree, "/bus/dev"), 0x10)))
                .isEqualTo("80000010");
    }
}
