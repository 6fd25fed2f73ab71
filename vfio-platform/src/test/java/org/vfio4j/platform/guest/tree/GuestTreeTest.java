// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.platform.guest.tree.GuestTreeException.Kind;

/** The devices in the guest's whole tree, and when they cannot be there. */
class GuestTreeTest {
    private static final String UART = """
            uart: uart@1000 { reg = <0x1000 0x100>; interrupts = <0 40 4>; clocks = <&osc>; };
            uart@2000 { reg = <0x2000 0x100>; interrupts = <0 41 4>; };
            """;
    private static final String OSC =
            "osc: osc { compatible = \"fixed-clock\"; #clock-cells = <0>; clock-frequency = <1000>; };";

    private static Guest.Wish host() {
        return Guest.soc(UART, OSC);
    }

    /** A guest's tree with a GIC of a label and one more thing. */
    private static String guest(String besides) {
        return """
                / { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>; model = "base";
                    gic: intc@8000000 { reg = <0 0x8000000 0 0x10000>; interrupt-controller; #interrupt-cells = <3>;
                        phandle = <0x8002>; #address-cells = <0>; };
                    %s
                    __symbols__ { gic = "/intc@8000000"; };
                };
                """.formatted(besides);
    }

    private static void refused(Kind kind, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GuestTreeException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    @Test
    @DisplayName("the base stays as it is, the devices come behind it")
    void merged() throws GuestTreeException {
        GuestBase base = GuestBases.of("/memreserve/ 0x1000 0x2000;\n" + guest("memory@40000000 { };"));

        Guest guest = host().base(base).with("/soc/uart@1000", "/soc/uart@2000");

        assertThat(guest.tree().root().children())
                .extracting(Node::name)
                .containsExactly("intc@8000000", "memory@40000000", "__symbols__", "osc", "platform-bus");
        assertThat(guest.tree().memoryReservations()).isEqualTo(base.tree().memoryReservations());
        assertThat(Guest.cells(guest.device().parent().orElseThrow(), "interrupt-parent"))
                .isEqualTo("8002");
        assertThat(guest.tree().byLabel("uart")).containsSame(guest.device());
        assertThat(guest.nodes().labels().values()).containsExactly("uart", "uart_2");
        assertThat(guest.tree().byLabel("uart_2")).containsSame(guest.device(1));
    }

    @Test
    @DisplayName("names that the base has get a number")
    void names() throws GuestTreeException {
        GuestBase base = GuestBases.of(guest("osc { }; platform-bus@1 { };"));

        Guest guest = host().base(base).with("/soc/uart@1000");

        assertThat(guest.device().path()).isEqualTo("/platform-bus-2/uart@c000000");
        assertThat(guest.target("clocks", 0).path()).isEqualTo("/osc-2");
    }

    @ParameterizedTest
    @CsvSource({"0x8003, 8004", "0xfffffffe, 2", "0x2, 8003"})
    @DisplayName("new phandles are none of the base's, also where its last one is the largest possible")
    void phandles(String taken, String given) throws GuestTreeException {
        GuestBase base = GuestBases.of(guest("a { phandle = <" + taken + ">; }; b { phandle = <1>; };"));

        Guest guest = host().base(base).with("/soc/uart@1000");

        assertThat(guest.cells("clocks")).isEqualTo(given);
        assertThat(guest.target("clocks", 0).path()).isEqualTo("/osc");
    }

    @Test
    @DisplayName("a GIC that nothing referred to gets a phandle")
    void controllerWithoutPhandle() throws GuestTreeException {
        GuestBase base = GuestBases.of("""
                / { #address-cells = <2>; #size-cells = <2>;
                    intc { interrupt-controller; #interrupt-cells = <3>; }; other { phandle = <7>; }; };
                """);

        Guest guest = host().base(base).with("/soc/uart@1000");

        Node bus = guest.device().parent().orElseThrow();
        assertThat(guest.tree()
                        .byPhandle(
                                bus.property("interrupt-parent").orElseThrow().u32()))
                .containsSame(guest.tree().find("/intc").orElseThrow());
        refused(Kind.NO_INTERRUPT_CONTROLLER, "neither a label nor a phandle", guest.nodes()::overlay);
    }

    @Test
    @DisplayName("the GIC of a base is the root's interrupt parent, the only one, or the one that is named")
    void controller() throws GuestTreeException {
        DeviceTree two = DtsReader.read("""
                /dts-v1/;
                / { #address-cells = <2>; #size-cells = <2>;
                    a { interrupt-controller; #interrupt-cells = <3>; };
                    b { interrupt-controller; #interrupt-cells = <3>; };
                    msi { interrupt-controller; #interrupt-cells = <1>; }; };
                """);

        assertThat(GuestBases.of(guest("")).interruptController().name()).isEqualTo("intc@8000000");
        assertThat(GuestBase.of(two, "/b").interruptController().name()).isEqualTo("b");
        refused(Kind.NO_INTERRUPT_CONTROLLER, "several GICs: [/a, /b]", () -> GuestBase.of(two));
        refused(Kind.NO_INTERRUPT_CONTROLLER, "/msi of the guest's tree is no GIC", () -> GuestBase.of(two, "/msi"));
        refused(Kind.NO_INTERRUPT_CONTROLLER, "has no node /c", () -> GuestBase.of(two, "/c"));
        refused(
                Kind.NO_INTERRUPT_CONTROLLER,
                "has no GIC",
                () -> GuestBases.of("/ { #address-cells = <2>; #size-cells = <2>; };"));
        refused(
                Kind.ADDRESS_TOO_LARGE,
                "#address-cells 3",
                () -> GuestBases.of(
                        "/ { #address-cells = <3>; i { interrupt-controller; #interrupt-cells = <3>; }; };"));
    }

    @Test
    @DisplayName("the window must be free in the base")
    void windowInUse() throws GuestTreeException {
        GuestBase reg = GuestBases.of(guest("uart@d000000 { reg = <0 0xdfffff0 0 0x1000>; };"));
        GuestBase pcie = GuestBases.of(guest("""
                pcie@10000000 { device_type = "pci"; #address-cells = <3>; #size-cells = <2>;
                    ranges = <0x2000000 0 0 0 0x0 0 0xc000001>; };
                """));
        GuestBase beside = GuestBases.of(guest("a { reg = <0 0xbfff000 0 0x1000>, <0 0xe000000 0 0x1000>; };"));

        refused(
                Kind.WINDOW_IN_USE,
                "is taken by reg of /uart@d000000 (0xdfffff0 to 0xe000fef)",
                () -> host().base(reg).with("/soc/uart@1000"));
        refused(
                Kind.WINDOW_IN_USE,
                "is taken by ranges of /pcie@10000000",
                () -> host().base(pcie).with("/soc/uart@1000"));
        assertThat(host().base(beside).with("/soc/uart@1000").device().name()).isEqualTo("uart@c000000");
    }

    @Test
    @DisplayName("the SPIs must be free in the base")
    void spiInUse() throws GuestTreeException {
        GuestBase node = GuestBases.of(guest("a { interrupts = <0 112 4>; };"));
        GuestBase map = GuestBases.of(guest("""
                pcie { #address-cells = <3>; #interrupt-cells = <1>; interrupt-map = <0 0 0 1 &gic 0 112 4>; };
                """));
        GuestBase ppi = GuestBases.of(guest("a { interrupts = <1 112 4>; };"));

        refused(
                Kind.SPI_IN_USE,
                "SPI 112 is that of /a",
                () -> host().base(node).with("/soc/uart@1000"));
        refused(
                Kind.SPI_IN_USE,
                "SPI 112 is that of /pcie",
                () -> host().base(map).with("/soc/uart@1000"));
        assertThat(host().base(ppi).with("/soc/uart@1000").cells("interrupts")).isEqualTo("0 70 4");
    }

    @Test
    @DisplayName("a window above 4 GiB needs addresses of two cells")
    void addressTooLarge() throws GuestTreeException {
        GuestBase small = GuestBases.of("""
                / { #address-cells = <1>; #size-cells = <1>; i { interrupt-controller; #interrupt-cells = <3>; }; };
                """);
        GuestPlatformBus high = new GuestPlatformBus(0xffff_f000L, 0x2000, 4096, 0, 8);

        refused(
                Kind.ADDRESS_TOO_LARGE,
                "is not below 4 GiB",
                () -> host().base(small).bus(high).with("/soc/uart@1000"));
    }

    @Test
    @DisplayName("what cannot be assigned is refused")
    void refusals() {
        Guest.Wish wish = Guest.soc("""
                i2c@1000 { reg = <0x1000 0x1000>; #address-cells = <1>; #size-cells = <0>;
                    sensor@48 { reg = <0x48>; }; };
                pcie@2000 { reg = <0x2000 0x1000>; device_type = "pci"; };
                """);

        refused(
                Kind.NOTHING_TO_ASSIGN,
                "/soc/i2c@1000/sensor@48 has no region",
                () -> wish.with("/soc/i2c@1000/sensor@48"));
        refused(Kind.NOTHING_TO_ASSIGN, "/ has no region", () -> wish.with("/"));
        refused(Kind.UNSUPPORTED_BUS, "vfio-pci", () -> wish.with("/soc/pcie@2000"));
        Guest.Wish nested = Guest.soc("""
                top@1000 { reg = <0x1000 0x1000>; ranges = <0x0 0x1000 0x1000>;
                    below@0 { reg = <0x0 0x100>; }; };
                """);
        refused(
                Kind.NESTED_DEVICES,
                "/soc/top@1000/below@0",
                () -> nested.with("/soc/top@1000", "/soc/top@1000/below@0"));
        refused(
                Kind.NESTED_DEVICES,
                "/soc/top@1000/below@0",
                () -> nested.with("/soc/top@1000/below@0", "/soc/top@1000"));
    }

    @Test
    @DisplayName("a device of interrupts only is beside the bus, as it has no address")
    void interruptsOnly() throws GuestTreeException {
        Guest guest = Guest.soc("timer { interrupts = <0 40 4>; };").with("/soc/timer");

        assertThat(guest.device().path()).isEqualTo("/timer");
        assertThat(guest.cells("interrupts")).isEqualTo("0 70 4");
    }

    @Test
    @DisplayName("names below a device do not have the address of a register that is not there, as dtc wants it")
    void namesBelow() throws GuestTreeException {
        Guest guest = Guest.soc("""
                crypto@1000 { reg = <0x1000 0x1000>; jr@1 { }; jr@2 { reg = <2>; }; jr-1 { }; port@0 { }; };
                """).with("/soc/crypto@1000");

        assertThat(guest.device().children()).extracting(Node::name).containsExactly("jr-1-2", "jr@2", "jr-1", "port");
    }

    // fdt_subnode_offset of libfdt takes the first a@... for a.
    @Test
    @DisplayName("a child without address comes before those of the same name with one")
    void orderBelow() throws GuestTreeException {
        Guest guest = Guest.soc("port@1000 { reg = <0x1000 0x100>; b { }; ep@1 { reg = <1>; }; c { }; ep { }; };")
                .with("/soc/port@1000");

        assertThat(guest.device().children()).extracting(Node::name).containsExactly("b", "ep", "ep@1", "c");
    }

    @Test
    @DisplayName("mapping and place must be of one device")
    void mismatch() throws GuestTreeException {
        DeviceTree tree = DtsReader.read("/dts-v1/; / { #address-cells = <1>; #size-cells = <1>;"
                + " a@1000 { reg = <0x1000 0x100>; }; b@2000 { }; };");
        Node a = tree.find("/a@1000").orElseThrow();
        Node b = tree.find("/b@2000").orElseThrow();
        PlacedDevice none = new PlacedDevice("a", List.of(), List.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GuestDevice(a, DevtreeMapper.predict(a, MappingPolicy.KERNEL), none))
                .withMessageContaining("/a@1000 with 1 regions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GuestDevice(a, DevtreeMapper.predict(b, MappingPolicy.KERNEL), none));
    }

    @Test
    @DisplayName("a subtree too deep for a blob is refused")
    void tooDeep() {
        // In the guest there is a bus between the root and the device.
        StringBuilder source = new StringBuilder("top@1000 { reg = <0x1000 0x1000>;");
        source.append("n {".repeat(DeviceTree.MAX_DEPTH - 2))
                .append("};".repeat(DeviceTree.MAX_DEPTH - 2))
                .append("};");
        Guest.Wish wish = Guest.host("/ { #address-cells = <1>; #size-cells = <1>; " + source + "};");

        refused(Kind.TOO_DEEP, "too far below", () -> wish.with("/top@1000"));
    }
}
