// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation;
import org.vfio4j.devtree.address.Translation.Translated;

/** {@code reg} and {@code ranges} in the guest. */
class RegisterCopyTest {
    private static Translation translated(Node node, int entry) {
        return Addresses.reg(node).get(entry).translation();
    }

    private static Translated at(long address) {
        return new Translated(address, AddressSpace.MEMORY);
    }

    @Test
    @DisplayName("reg has the guest's addresses, and the node is named after the first")
    void reg() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma@1000 { reg = <0x1000 0x4>, <0x2000 0x2000>; reg-names = "status", "rings"; };
                """).with("/soc/dma@1000");

        assertThat(guest.device().path()).isEqualTo("/platform-bus/dma@c000000");
        assertThat(guest.cells("reg")).isEqualTo("0 c000000 0 4 0 c002000 0 2000");
        assertThat(guest.device().strings("reg-names")).containsExactly("status", "rings");
        assertThat(translated(guest.device(), 1)).isEqualTo(at(0xc002000));
    }

    @Test
    @DisplayName("entries that VFIO does not expose are left out with their names, and listed")
    void unexposedEntries() throws GuestTreeException {
        // of_device_alloc of drivers/of/platform.c: nothing counts from the first entry on that does not translate.
        Guest guest = Guest.soc("""
                dma@1000 {
                    reg = <0x1000 0x1000>, <0x8000000 0x1000>, <0x3000 0x1000>; reg-names = "a", "b", "c"; };
                """).with("/soc/dma@1000");

        assertThat(guest.cells("reg")).isEqualTo("0 c000000 0 1000");
        assertThat(guest.device().strings("reg-names")).containsExactly("a");
        assertThat(guest.notes())
                .anySatisfy(n -> assertThat(n).startsWith("UNEXPOSED reg[1] of /soc/dma@1000: does not translate"))
                .anySatisfy(n -> assertThat(n).startsWith("UNEXPOSED reg[2] of /soc/dma@1000: after reg[1]"));
    }

    @Test
    @DisplayName("under the proposal an entry in the middle goes, and the names stay with theirs")
    void namesStayWithTheirs() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma@1000 {
                    reg = <0x1000 0x1000>, <0x8000000 0x1000>, <0x3000 0x1000>; reg-names = "a", "b", "c"; };
                """).proposal().with("/soc/dma@1000");

        assertThat(guest.cells("reg")).isEqualTo("0 c000000 0 1000 0 c001000 0 1000");
        assertThat(guest.device().strings("reg-names")).containsExactly("a", "c");
    }

    private static final String CRYPTO = """
            crypto@300000 {
                #address-cells = <1>; #size-cells = <1>; reg = <0x300000 0x10000>; ranges = <0x0 0x300000 0x10000>;
                jr@1000 { reg = <0x1000 0x1000>; };
            };
            """;

    @Test
    @DisplayName("a window inside a region moves with it, so that nodes below keep their addresses")
    void windowInRegion() throws GuestTreeException {
        Guest guest = Guest.soc(CRYPTO).with("/soc/crypto@300000");

        assertThat(guest.cells("ranges")).isEqualTo("0 0 c000000 10000");
        Node below = guest.device().children().get(0);
        assertThat(below.name()).isEqualTo("jr@1000");
        assertThat(translated(below, 0)).isEqualTo(at(0xc001000));
        assertThat(guest.notes()).noneMatch(note -> note.startsWith("UNEXPOSED"));
    }

    @Test
    @DisplayName("an empty ranges becomes windows: the addresses below are no longer those above")
    void identity() throws GuestTreeException {
        Guest guest = Guest.soc("""
                phy@5000 {
                    #address-cells = <1>; #size-cells = <1>; reg = <0x5000 0x1000>, <0x7000 0x100>; ranges;
                    lane@5800 { reg = <0x5800 0x100>; };
                    lane@7000 { reg = <0x7000 0x100>; };
                };
                """).with("/soc/phy@5000");

        assertThat(guest.cells("ranges")).isEqualTo("5000 0 c000000 1000 7000 0 c001000 100");
        assertThat(translated(guest.device().children().get(0), 0)).isEqualTo(at(0xc000800));
        assertThat(translated(guest.device().children().get(1), 0)).isEqualTo(at(0xc001000));
    }

    @Test
    @DisplayName("of a window the parts that regions hold are left")
    void partsOfAWindow() throws GuestTreeException {
        Guest guest = Guest.soc("""
                bus@10000 {
                    #address-cells = <1>; #size-cells = <1>;
                    reg = <0x10000 0x1000>, <0x12000 0x1000>; ranges = <0x400 0x10800 0x2000>;
                    in@400 { reg = <0x400 0x100>; };
                    in@1c00 { reg = <0x1c00 0x100>; };
                    out@1000 { reg = <0x1000 0x100>; };
                };
                """).with("/soc/bus@10000");

        assertThat(guest.cells("ranges")).isEqualTo("400 0 c000800 800 1c00 0 c001000 800");
        assertThat(translated(guest.device().children().get(0), 0)).isEqualTo(at(0xc000800));
        assertThat(translated(guest.device().children().get(1), 0)).isEqualTo(at(0xc001000));
        assertThat(translated(guest.device().children().get(2), 0)).isInstanceOf(Translation.Untranslatable.class);
        assertThat(guest.notes())
                .containsExactly(
                        guest.notes().get(0),
                        "UNEXPOSED reg of /soc/bus@10000/out@1000: its registers are in no region of the device");
    }

    // Never an empty ranges: it would give nodes below the addresses of something else in the guest.
    @Test
    @DisplayName("without a part that a region holds ranges goes")
    void noWindow() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma@101300 {
                    #address-cells = <1>; #size-cells = <1>; reg = <0x101300 0x4>; ranges = <0x0 0x101100 0x200>;
                    channel@80 { reg = <0x80 0x80>; };
                };
                """).with("/soc/dma@101300");

        assertThat(guest.device().hasProperty("ranges")).isFalse();
        assertThat(guest.notes())
                .anyMatch(note -> note.startsWith("UNEXPOSED ranges[0] of /soc/dma@101300"))
                .anyMatch(note -> note.startsWith("UNEXPOSED reg of /soc/dma@101300/channel@80"));
    }

    // Seed of the proposal, example 3: the window is region 0, the register region 1.
    @Test
    @DisplayName("under the proposal a window is a region of its own")
    void proposalWindow() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma@101300 {
                    #address-cells = <1>; #size-cells = <1>; reg = <0x101300 0x4>; ranges = <0x0 0x101100 0x200>;
                    channel@80 { reg = <0x80 0x80>; };
                };
                """).proposal().with("/soc/dma@101300");

        assertThat(guest.cells("ranges")).isEqualTo("0 0 c000000 200");
        assertThat(guest.cells("reg")).isEqualTo("0 c001000 0 4");
        assertThat(translated(guest.device().children().get(0), 0)).isEqualTo(at(0xc000080));
    }

    @Test
    @DisplayName("windows that show the same registers twice each lead to their own region")
    void aliases() throws GuestTreeException {
        Guest guest = Guest.soc("""
                bus@20000 { #address-cells = <1>; #size-cells = <1>;
                    ranges = <0x0 0x20000 0x2000>, <0x100000 0x21000 0x1000>, <0x0 0x20000 0x2000>; };
                """).proposal().with("/soc/bus@20000");

        assertThat(guest.cells("ranges")).isEqualTo("0 0 c000000 2000 100000 0 c002000 1000 0 0 c004000 2000");
    }

    @Test
    @DisplayName("a device of windows only is named after the first")
    void windowsOnly() throws GuestTreeException {
        Guest guest = Guest.soc("""
                bus@20000 { #address-cells = <1>; #size-cells = <1>; ranges = <0x0 0x20000 0x1000>;
                    timer@10 { reg = <0x10 0x10>; }; };
                """).proposal().with("/soc/bus@20000");

        assertThat(guest.device().name()).isEqualTo("bus@c000000");
    }

    @Test
    @DisplayName("addresses of three cells keep their first cell")
    void threeCells() throws GuestTreeException {
        Guest guest = Guest.soc("""
                local@40000 { #address-cells = <3>; #size-cells = <1>; reg = <0x40000 0x2000>;
                    ranges = <0x200 0x0 0x100 0x41000 0x1000>; mem@100 { reg = <0x200 0x0 0x180 0x10>; }; };
                """).with("/soc/local@40000");

        assertThat(guest.cells("ranges")).isEqualTo("200 0 100 0 c001000 1000");
        assertThat(translated(guest.device().children().get(0), 0)).isEqualTo(at(0xc001080));
    }

    // Linux of_bus_n_addr_cells takes the counts from above, and above is another node in the guest.
    @Test
    @DisplayName("cells that the host's bus gave are stated in the guest")
    void inheritedCells() throws GuestTreeException {
        Guest guest = Guest.soc("""
                mux@50000 { reg = <0x50000 0x1000>; ranges = <0x0 0x50000 0x1000>; port@10 { reg = <0x10 0x4>; }; };
                """).with("/soc/mux@50000");

        assertThat(guest.cells("#address-cells")).isEqualTo("1");
        assertThat(guest.cells("#size-cells")).isEqualTo("1");
        assertThat(translated(guest.device().children().get(0), 0)).isEqualTo(at(0xc000010));
    }

    @Test
    @DisplayName("also for dma-ranges alone, below the device")
    void inheritedCellsOfDmaRanges() throws GuestTreeException {
        Guest guest = Guest.soc("""
                mux@50000 { reg = <0x50000 0x1000>; dma { dma-ranges = <0x0 0x40000000 0x1000>; }; };
                """).with("/soc/mux@50000");

        assertThat(Guest.cells(guest.device().children().get(0), "#address-cells"))
                .isEqualTo("1");
    }

    @Test
    @DisplayName("a base with small cells has small addresses")
    void smallCells() throws GuestTreeException {
        GuestBase base = GuestBases.of("""
                / { #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>;
                    gic: intc@1000 { reg = <0x1000 0x100>; interrupt-controller; #interrupt-cells = <3>; }; };
                """);

        Guest guest = Guest.soc(CRYPTO).base(base).with("/soc/crypto@300000");

        assertThat(guest.cells("reg")).isEqualTo("c000000 10000");
        assertThat(guest.cells("ranges")).isEqualTo("0 c000000 10000");
        RegEntry entry = Addresses.reg(guest.device()).get(0);
        assertThat(entry.translation()).isEqualTo(at(0xc000000));
    }

    @Test
    @DisplayName("a window above 4 GiB takes two cells")
    void highWindow() throws GuestTreeException {
        Guest guest = Guest.soc(CRYPTO)
                .bus(new GuestPlatformBus(0x80_0000_0000L, 0x100000, 4096, 0, 8))
                .with("/soc/crypto@300000");

        assertThat(guest.cells("reg")).isEqualTo("80 0 0 10000");
        assertThat(guest.device().name()).isEqualTo("crypto@8000000000");
        assertThat(guest.cells("ranges")).isEqualTo("0 80 0 10000");
    }
}
