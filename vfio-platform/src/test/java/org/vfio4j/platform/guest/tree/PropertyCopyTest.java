// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** References of devices, and the clocks that come along. */
class PropertyCopyTest {
    private static List<String> propertiesOf(Node node) {
        return node.properties().stream().map(Property::name).toList();
    }

    @Test
    @DisplayName("what stays with the host is left out with its names: IOMMU, power, pins, interconnect")
    void host() throws GuestTreeException {
        Guest guest = Guest.soc("""
                uart@1000 { reg = <0x1000 0x1000>; compatible = "ns16550a"; reg-shift = <2>;
                    iommus = <&supplier 7>; power-domains = <&supplier 1>; power-domain-names = "main";
                    interconnects = <&supplier 1 &supplier 2>; interconnect-names = "dma-mem";
                    pinctrl-0 = <&supplier>; pinctrl-1 = <&supplier>; pinctrl-names = "default", "sleep";
                    assigned-clocks = <&supplier 3>; assigned-clock-rates = <1000>; status = "okay"; };
                supplier: supplier { #iommu-cells = <1>; #power-domain-cells = <1>; #interconnect-cells = <1>;
                    #clock-cells = <1>; };
                """).with("/soc/uart@1000");

        assertThat(propertiesOf(guest.device())).containsExactly("reg", "compatible", "reg-shift");
        assertThat(guest.nodes().notes().stream().filter(note -> note.kind() == GuestNote.Kind.HOST))
                .extracting(GuestNote::property)
                .containsExactly(
                        "iommus",
                        "power-domains",
                        "interconnects",
                        "pinctrl-0",
                        "pinctrl-1",
                        "assigned-clocks",
                        "assigned-clock-rates");
    }

    @Test
    @DisplayName("what the driver may need is left out with its names, and the user is told what to do")
    void provide() throws GuestTreeException {
        Guest guest = Guest.soc("""
                uart@1000 { reg = <0x1000 0x1000>; resets = <&supplier 1>; reset-names = "bus";
                    dmas = <&supplier 4>, <&supplier 5>; dma-names = "tx", "rx"; vdd-supply = <&supplier>;
                    cts-gpios = <&supplier 3 0>; memory-region = <&supplier>; vendor,numbers = [01 02]; };
                supplier: supplier { #reset-cells = <1>; #dma-cells = <1>; #gpio-cells = <2>; };
                """).with("/soc/uart@1000");

        assertThat(propertiesOf(guest.device())).containsExactly("reg", "vendor,numbers");
        assertThat(guest.nodes().notes().stream().filter(note -> note.kind() == GuestNote.Kind.PROVIDE))
                .allSatisfy(note -> assertThat(note.remedy()).isNotEmpty())
                .extracting(GuestNote::property)
                .contains("resets", "dmas", "vdd-supply", "cts-gpios", "memory-region");
        assertThat(guest.notes())
                .contains("PROVIDE dmas of /soc/uart@1000: the DMA controller is the host's: 'tx' of /soc/supplier:4,"
                        + " 'rx' of /soc/supplier:5");
    }

    private static final String CLOCKS = """
            osc: clock-24000000 { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
            half: half { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&osc>;
                clock-div = <2>; clock-mult = <1>; };
            """;

    @Test
    @DisplayName("fixed clocks come along with their parents, once")
    void fixedClocks() throws GuestTreeException {
        Guest guest = Guest.soc("""
                uart@1000 { reg = <0x1000 0x1000>; clocks = <&half>, <&osc>; clock-names = "baud", "bus"; };
                uart@2000 { reg = <0x2000 0x1000>; clocks = <&osc>; };
                """, CLOCKS).with("/soc/uart@1000", "/soc/uart@2000");

        Node half = guest.target("clocks", 0);
        Node osc = guest.target("clocks", 1);
        assertThat(half.path()).isEqualTo("/half");
        assertThat(osc.path()).isEqualTo("/clock-24000000");
        assertThat(osc.property("clock-frequency").orElseThrow().u32()).isEqualTo(24_000_000);
        assertThat(guest.tree().byPhandle(half.property("clocks").orElseThrow().u32()))
                .containsSame(osc);
        assertThat(guest.tree()
                        .byPhandle(
                                guest.device(1).property("clocks").orElseThrow().u32()))
                .containsSame(osc);
        assertThat(guest.device().strings("clock-names")).containsExactly("baud", "bus");
        assertThat(guest.tree().compatibleWith("fixed-clock")).hasSize(1);
    }

    @Test
    @DisplayName("a fixed-factor clock of a clock that is not fixed does not come along")
    void notFixed() throws GuestTreeException {
        Guest guest = Guest.soc("""
                uart@1000 { reg = <0x1000 0x1000>; clocks = <&half>; clock-names = "baud"; };
                cru: cru { #clock-cells = <1>; };
                half: half { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&cru 3>; };
                """).with("/soc/uart@1000");

        assertThat(propertiesOf(guest.device())).containsExactly("reg");
        assertThat(guest.tree().find("/half")).isEmpty();
    }

    @Test
    @DisplayName("clocks in a circle end the search")
    void circle() throws GuestTreeException {
        Guest guest = Guest.soc("""
                uart@1000 { reg = <0x1000 0x1000>; clocks = <&a>; };
                a: a { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&b>; };
                b: b { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&a>; };
                """).with("/soc/uart@1000");

        assertThat(guest.device().hasProperty("clocks")).isFalse();
    }

    private static final String THREE_CLOCKS = """
            uart@1000 { reg = <0x1000 0x1000>; clocks = <&cru 1>, <&cru 2>, <&pll>; clock-names = "a", "b", "c";
                assigned-clocks = <&cru 1>, <&cru 2>; assigned-clock-rates = <0>, <48000000>; };
            cru: clock-controller@f0000 { reg = <0xf0000 0x1000>; #clock-cells = <1>; };
            pll: pll { #clock-cells = <0>; clock-frequency = <96000000>; };
            """;

    // of_phandle_iterator_next: phandle 0 is an entry that is not there, which clk_get finds as -ENOENT.
    @Test
    @DisplayName("a clock of a known rate is fixed in the guest; one of an unknown rate leaves a hole and is listed")
    void ratesInTheTree() throws GuestTreeException {
        Guest guest = Guest.soc(THREE_CLOCKS).with("/soc/uart@1000");

        assertThat(guest.device().property("clocks").orElseThrow().cell(0)).isZero();
        assertThat(Guest.cells(guest.target("clocks", 1), "clock-frequency"))
                .isEqualTo(Integer.toHexString(48_000_000));
        assertThat(guest.target("clocks", 1).name()).isEqualTo("clock-controller-2");
        assertThat(Guest.cells(guest.target("clocks", 2), "clock-frequency"))
                .isEqualTo(Integer.toHexString(96_000_000));
        assertThat(guest.device().strings("clock-names")).containsExactly("a", "b", "c");
        assertThat(guest.notes())
                .contains(
                        "PROVIDE clocks of /soc/uart@1000: the clock is the host's, and the tree does not say its rate:"
                                + " 'a' of /soc/clock-controller@f0000:1");
    }

    @Test
    @DisplayName("the user knows rates better than the tree")
    void ratesOfTheUser() throws GuestTreeException {
        ClockRates user = (provider, specifier) ->
                provider.baseName().equals("clock-controller") ? OptionalLong.of(0xffff_ffffL) : OptionalLong.empty();

        Guest guest = Guest.soc(THREE_CLOCKS).rates(user).with("/soc/uart@1000");

        assertThat(Guest.cells(guest.target("clocks", 0), "clock-frequency")).isEqualTo("ffffffff");
        assertThat(Guest.cells(guest.target("clocks", 1), "clock-frequency")).isEqualTo("ffffffff");
        assertThat(guest.target("clocks", 0)).isNotSameAs(guest.target("clocks", 1));
        assertThat(guest.notes()).noneMatch(note -> note.startsWith("PROVIDE clocks"));
    }

    @Test
    @DisplayName("references inside a device, and from one device to another, get the guest's phandles")
    void inside() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma: dma@1000 { reg = <0x1000 0x1000>; #dma-cells = <1>; };
                spi@2000 { reg = <0x2000 0x1000>; dmas = <&dma 5>, <&other 9>, <&dma 6>; dma-names = "a", "b", "c";
                    phy-handle = <&phy>; mdio { phy: phy { }; }; };
                other: other@3000 { #dma-cells = <1>; };
                """).with("/soc/dma@1000", "/soc/spi@2000");

        Node spi = guest.device(1);
        Node dma = guest.device(0);
        int phandle = dma.phandle().orElseThrow();
        assertThat(Guest.cells(spi, "dmas")).isEqualTo("%1$x 5 0 %1$x 6".formatted(phandle));
        assertThat(spi.strings("dma-names")).containsExactly("a", "b", "c");
        assertThat(guest.tree()
                        .byPhandle(spi.property("phy-handle").orElseThrow().u32()))
                .containsSame(spi.child("mdio").orElseThrow().children().get(0));
        assertThat(guest.notes())
                .contains("PROVIDE dmas of /soc/spi@2000: the DMA controller is the host's: 'b' of"
                        + " /soc/other@3000:9");
    }

    @Test
    @DisplayName("clocks that a device provides itself keep their settings")
    void ownClocks() throws GuestTreeException {
        Guest guest = Guest.soc("""
                cru: cru@1000 { reg = <0x1000 0x1000>; #clock-cells = <1>; assigned-clocks = <&cru 5>;
                    assigned-clock-rates = <1000>; };
                """).with("/soc/cru@1000");

        assertThat(guest.target("assigned-clocks", 0)).isSameAs(guest.device());
        assertThat(guest.cells("assigned-clock-rates")).isEqualTo("3e8");
    }

    @Test
    @DisplayName("a number that may be a phandle is copied and listed, and goes if the user says so")
    void suspects() throws GuestTreeException {
        Guest.Wish wish = Guest.soc("""
                mac@1000 { reg = <0x1000 0x1000>; vendor,syscon = <&syscon 0x10>; reg-shift = <0x55>;
                    vendor,delay = <0x7700>; };
                syscon: syscon@2000 { phandle = <0x55>; };
                """);

        Guest copied = wish.with("/soc/mac@1000");
        Guest left = wish.leaveOut("vendor,syscon").with("/soc/mac@1000");

        assertThat(copied.cells("vendor,syscon")).isEqualTo("55 10");
        assertThat(copied.notes())
                .filteredOn(note -> note.startsWith("CHECK"))
                .containsExactly("CHECK vendor,syscon of /soc/mac@1000: 0x55 in it is also the phandle of"
                        + " /soc/syscon@2000; it was copied as a number");
        assertThat(left.device().hasProperty("vendor,syscon")).isFalse();
        assertThat(left.notes()).noneMatch(note -> note.startsWith("CHECK"));
    }

    @Test
    @DisplayName("a known reference that leads nowhere is not copied as a number")
    void broken() throws GuestTreeException {
        Guest guest = Guest.soc("uart@1000 { reg = <0x1000 0x1000>; resets = <0x7777 1>; reset-names = \"a\"; };")
                .with("/soc/uart@1000");

        assertThat(propertiesOf(guest.device())).containsExactly("reg");
        assertThat(guest.notes()).anyMatch(note -> note.startsWith("PROVIDE resets of /soc/uart@1000: its references"));
    }

    @Test
    @DisplayName("a number of GPIOs is no GPIO")
    void numberOfGpios() throws GuestTreeException {
        Guest guest = Guest.soc("gpio@1000 { reg = <0x1000 0x1000>; snps,nr-gpios = <0x7777>; ngpios = <8>; };")
                .with("/soc/gpio@1000");

        assertThat(guest.cells("snps,nr-gpios")).isEqualTo("7777");
        assertThat(guest.cells("ngpios")).isEqualTo("8");
    }

    @Test
    @DisplayName("a rate that a fixed clock cannot have is refused")
    void impossibleRate() {
        Guest.Wish wish = Guest.soc(THREE_CLOCKS).rates((provider, specifier) -> OptionalLong.of(1L << 32));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> wish.with("/soc/uart@1000"))
                .withMessageContaining("4294967296");
    }

    // of_dma_is_coherent of drivers/of/address.c looks at the buses above, too.
    @Test
    @DisplayName("coherence that the host's bus states is stated of the device")
    void coherence() throws GuestTreeException {
        String device = "bus { ranges; dma-coherent; mac@1000 { reg = <0x1000 0x1000>; }; };"
                + "mac@2000 { reg = <0x2000 0x1000>; dma-noncoherent; };";

        Guest guest = Guest.soc(device).with("/soc/bus/mac@1000", "/soc/mac@2000");

        assertThat(guest.device(0).hasProperty("dma-coherent")).isTrue();
        assertThat(guest.device(1).hasProperty("dma-coherent")).isFalse();
    }

    @Test
    @DisplayName("addresses that the device reaches are told, as the guest's memory must be there")
    void dmaWindows() throws GuestTreeException {
        Guest guest = Guest.soc("""
                bus { #address-cells = <1>; #size-cells = <1>; ranges; dma-ranges = <0x40000000 0x0 0x20000000>;
                    mac@1000 { reg = <0x1000 0x1000>; }; };
                """).with("/soc/bus/mac@1000");

        assertThat(guest.notes()).anyMatch(note -> note.contains("reaches only 0x40000000 to 0x5fffffff"));
    }

    @Test
    @DisplayName("a disabled device is enabled in the guest, nodes below stay as they are")
    void status() throws GuestTreeException {
        Guest guest = Guest.soc("""
                mac@1000 { reg = <0x1000 0x1000>; status = "disabled"; port { status = "disabled"; }; };
                """).with("/soc/mac@1000");

        assertThat(guest.device().isAvailable()).isTrue();
        assertThat(guest.device().child("port").orElseThrow().isAvailable()).isFalse();
    }
}
