// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/**
 * Reading {@code reg}: Linux, {@code __of_get_address} and {@code __of_address_to_resource} in drivers/of/address.c. The
 * expected values of the edge cases were seen on Linux 6.12, in the regions of vfio-platform.
 */
class RegTest {
    @Test
    void anEntryHasNameBusAddressAndSize() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0xe0000000 0x100000>;
                        dev { reg = <0x4600 0x100 0x4700 0x10>; reg-names = "ctrl", "fifo"; };
                    };
                };
                """);

        List<RegEntry> reg = Addresses.reg(Shown.node(tree, "/soc/dev"));

        // The translation is the example of the Devicetree Specification, 2.3.8.
        assertThat(reg)
                .containsExactly(
                        new RegEntry(0, Optional.of("ctrl"), 0x4600, 0x100, memory(0xe0004600L)),
                        new RegEntry(1, Optional.of("fifo"), 0x4700, 0x10, memory(0xe0004700L)));
    }

    @Test
    void namesThatAreMissingOrNoTextAreNoNames() {
        assertThat(names("reg-names = \"one\";")).containsExactly(Optional.of("one"), Optional.empty());
        assertThat(names("reg-names = [6f 6e 65];")).containsExactly(Optional.empty(), Optional.empty());
    }

    private static List<Optional<String>> names(String property) {
        DeviceTree tree = DtsReader.read("/ { dev { reg = <1 1 2 1>; " + property + " }; };");
        return Addresses.reg(Shown.node(tree, "/dev")).stream()
                .map(RegEntry::name)
                .toList();
    }

    @Test
    void withoutRegThereIsNothing() {
        assertThat(reg("")).isEmpty();
        assertThat(reg("reg;")).isEmpty();
    }

    @Test
    void theRootIsOnNoBus() {
        DeviceTree tree = DtsReader.read("/ { reg = <1 2>; ranges = <1 2 3>; };");

        assertThat(Addresses.reg(tree.root())).isEmpty();
        assertThat(Addresses.ranges(tree.root())).isEmpty();
        assertThat(Shown.translation(Addresses.translate(tree.root(), 1))).isEqualTo("NO_RANGES /");
    }

    @Test
    void anEntryThatIsCutOffDoesNotCount() {
        assertThat(reg("reg = <0x60000>;")).isEmpty();
        assertThat(reg("reg = <0x1000 0x100 0x2000>;")).containsExactly("1000+100");
        assertThat(reg("reg = [00 00 10 00 00 00 01 00 00 00 20 00 00 00];")).containsExactly("1000+100");
    }

    @Test
    void orderIsThatOfThePropertyEvenIfRegionsOverlapOrRepeat() {
        assertThat(reg("reg = <0x3000 0x1000>, <0x2800 0x1000>, <0x2800 0x1000>;"))
                .containsExactly("3000+1000", "2800+1000", "2800+1000");
    }

    @Test
    void sizeZeroIsARegion() {
        assertThat(reg("reg = <0x1000 0>;")).containsExactly("1000+0");
    }

    @Test
    void aRegionMayEndAtTheLastByteAndNotBeyond() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <2>;
                    last { reg = <0xffffffff 0xfffff000 0 0x1000>; };
                    beyond { reg = <0xffffffff 0xfffff000 0 0x1001>; };
                    bad { reg = <0xffffffff 0xffffffff 0 1>; };
                };
                """);

        assertThat(Shown.reg(tree, "/last")).containsExactly("fffffffffffff000+1000");
        assertThat(Shown.reg(tree, "/beyond")).containsExactly("OVERFLOW /");
        // OF_BAD_ADDR is an address like any other to the hardware, and an error to Linux.
        assertThat(Shown.reg(tree, "/bad")).containsExactly("OVERFLOW /");
    }

    @Test
    void theLow64BitsOfLongNumbersCount() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <4>; #size-cells = <3>;
                    dev { reg = <0xa 0xb 0x1 0x2000 0xc 0x2 0x3>; };
                };
                """);

        assertThat(Shown.reg(tree, "/dev")).containsExactly("100002000+200000003");
    }

    @Test
    void countsOutOfRangeGiveNoEntryAtAll() {
        assertThat(regWithCells("<0>", "<1>", "<1 2 3>")).isEmpty();
        assertThat(regWithCells("<5>", "<1>", "<1 2 3 4 5 6>")).isEmpty();
        assertThat(regWithCells("<0xffffffff>", "<1>", "<1 2 3>")).isEmpty();
        assertThat(regWithCells("<1>", "<0xffffffff>", "<1 2 3>")).isEmpty();
        assertThat(regWithCells("<1>", "<0x7fffffff>", "<1 2 3>")).isEmpty();
    }

    @Test
    void sizeCellsZeroGivesEntriesThatAreNoPlacesInMemory() {
        assertThat(regWithCells("<1>", "<0>", "<0x42 0x43>"))
                .containsExactly("SIZE_CELLS_ZERO /bus", "SIZE_CELLS_ZERO /bus");
    }

    private static List<String> reg(String property) {
        DeviceTree tree = DtsReader.read("/ { #address-cells = <1>; #size-cells = <1>; dev { " + property + " }; };");
        return Shown.reg(tree, "/dev");
    }

    private static List<String> regWithCells(String address, String size, String reg) {
        DeviceTree tree = DtsReader.read("/ { bus { ranges; #address-cells = " + address + "; #size-cells = " + size
                + "; dev { reg = " + reg + "; }; }; };");
        return Shown.reg(tree, "/bus/dev");
    }

    private static Translation memory(long address) {
        return new Translation.Translated(address, AddressSpace.MEMORY);
    }
}
