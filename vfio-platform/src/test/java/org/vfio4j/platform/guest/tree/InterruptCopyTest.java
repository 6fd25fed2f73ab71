// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.interrupt.Interrupts;

/** Interrupts in the guest. */
class InterruptCopyTest {
    private static List<String> interrupts(Node node) {
        return Interrupts.of(node).resolved().stream()
                .map(i -> i.controller().name() + i.specifier())
                .toList();
    }

    @Test
    @DisplayName("interrupts are SPIs of the guest's GIC, level or edge")
    void spis() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma@1000 { reg = <0x1000 0x1000>; interrupts = <0 40 4>, <0 41 1>; interrupt-names = "a", "b"; };
                """).with("/soc/dma@1000");

        assertThat(guest.cells("interrupts")).isEqualTo("0 70 4 0 71 1");
        assertThat(interrupts(guest.device())).containsExactly("intc@8000000[0, 112, 4]", "intc@8000000[0, 113, 1]");
        assertThat(guest.device().strings("interrupt-names")).containsExactly("a", "b");
    }

    @Test
    @DisplayName("interrupts-extended and interrupt-parent of the host go")
    void extended() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma@1000 { reg = <0x1000 0x1000>; interrupt-parent = <&combiner>;
                    interrupts-extended = <&gic 0 40 4>, <&combiner 7>; };
                combiner: combiner@2000 { interrupt-controller; #interrupt-cells = <1>; };
                """).with("/soc/dma@1000");

        assertThat(guest.device().hasProperty("interrupts-extended")).isFalse();
        assertThat(guest.device().hasProperty("interrupt-parent")).isFalse();
        assertThat(guest.cells("interrupts")).isEqualTo("0 70 4 0 71 1");
    }

    @Test
    @DisplayName("a list ends where VFIO's does, and its names with it")
    void truncated() throws GuestTreeException {
        Guest guest = Guest.soc("""
                dma@1000 { reg = <0x1000 0x1000>; interrupt-names = "a", "b";
                    interrupts-extended = <&gic 0 40 4>, <0x7777 1>; };
                """).with("/soc/dma@1000");

        assertThat(guest.cells("interrupts")).isEqualTo("0 70 4");
        assertThat(guest.device().strings("interrupt-names")).containsExactly("a");
        assertThat(guest.notes()).anyMatch(note -> note.startsWith("UNEXPOSED interrupts-extended[1]"));
    }

    private static final String CRYPTO = """
            crypto@1000 { reg = <0x1000 0x1000>; interrupts = <0 40 4>;
                ring { interrupts = <0 41 1>; interrupt-names = "ring"; }; };
            """;

    @Test
    @DisplayName("interrupts of nodes below are left out where VFIO does not expose them")
    void below() throws GuestTreeException {
        Guest guest = Guest.soc(CRYPTO).with("/soc/crypto@1000");

        Node ring = guest.device().child("ring").orElseThrow();
        assertThat(ring.hasProperty("interrupts")).isFalse();
        assertThat(ring.hasProperty("interrupt-names")).isFalse();
        assertThat(guest.notes()).anyMatch(note -> note.startsWith("UNEXPOSED interrupts[0] of /soc/crypto@1000/ring"));
    }

    @Test
    @DisplayName("under the proposal they are SPIs: the nodes below first")
    void belowUnderTheProposal() throws GuestTreeException {
        Guest guest = Guest.soc(CRYPTO).proposal().with("/soc/crypto@1000");

        assertThat(interrupts(guest.device().child("ring").orElseThrow())).containsExactly("intc@8000000[0, 112, 1]");
        assertThat(interrupts(guest.device())).containsExactly("intc@8000000[0, 113, 4]");
    }

    @Test
    @DisplayName("interrupts of a controller that the guest gets, too, stay as they are")
    void ownController() throws GuestTreeException {
        Guest guest = Guest.soc("""
                gpio: gpio@1000 { reg = <0x1000 0x1000>; interrupts = <0 40 4>; interrupt-controller;
                    #interrupt-cells = <2>; key { interrupts = <3 1>, <5 1>; interrupt-names = "down", "up"; }; };
                """).with("/soc/gpio@1000");

        Node key = guest.device().child("key").orElseThrow();
        assertThat(interrupts(key)).containsExactly("gpio@c000000[3, 1]", "gpio@c000000[5, 1]");
        assertThat(key.strings("interrupt-names")).containsExactly("down", "up");
        assertThat(interrupts(guest.device())).containsExactly("intc@8000000[0, 112, 4]");
        assertThat(guest.notes()).noneMatch(note -> note.startsWith("UNEXPOSED"));
    }

    @Test
    @DisplayName("below such a controller an SPI names the GIC itself, and so does a list of both")
    void besidesOwnController() throws GuestTreeException {
        Guest guest = Guest.soc("""
                gpio: gpio@1000 { reg = <0x1000 0x1000>; interrupt-controller; #interrupt-cells = <2>;
                    wake { interrupts-extended = <&gic 0 50 4>; };
                    both { interrupts-extended = <&gpio 3 1>, <&gic 0 51 1>; }; };
                """).proposal().with("/soc/gpio@1000");

        assertThat(interrupts(guest.device().child("wake").orElseThrow())).containsExactly("intc@8000000[0, 112, 4]");
        // The proposal counts the line of the device's own controller, too: its SPI stays unused.
        assertThat(interrupts(guest.device().child("both").orElseThrow()))
                .containsExactly("gpio@c000000[3, 1]", "intc@8000000[0, 114, 1]");
    }

    @Test
    @DisplayName("two devices, one the other's controller")
    void controllerAmongTheDevices() throws GuestTreeException {
        Guest guest = Guest.soc("""
                pic: pic@1000 { reg = <0x1000 0x1000>; interrupts = <0 40 4>; interrupt-controller;
                    #interrupt-cells = <1>; };
                uart@2000 { reg = <0x2000 0x1000>; interrupt-parent = <&pic>; interrupts = <9>; };
                """).with("/soc/pic@1000", "/soc/uart@2000");

        assertThat(interrupts(guest.device(1))).containsExactly("pic@c000000[9]");
    }

    @Test
    @DisplayName("the same where a bus of the host named the controller for the other device")
    void controllerOfTheBus() throws GuestTreeException {
        Guest guest = Guest.soc("""
                bus { #address-cells = <1>; #size-cells = <1>; ranges; interrupt-parent = <&pic>;
                    pic: pic@1000 { reg = <0x1000 0x1000>; interrupt-controller; #interrupt-cells = <1>; };
                    uart@2000 { reg = <0x2000 0x1000>; interrupts = <9>; port { interrupts = <8>; }; }; };
                """).with("/soc/bus/pic@1000", "/soc/bus/uart@2000");

        assertThat(interrupts(guest.device(1))).containsExactly("pic@c000000[9]");
        assertThat(interrupts(guest.device(1).child("port").orElseThrow())).containsExactly("pic@c000000[8]");
    }

    // Devicetree Specification 0.4, 2.4.3: a nexus maps interrupts of nodes below it to controllers elsewhere.
    @Test
    @DisplayName("a nexus that leads to the host goes, and what it mapped are SPIs")
    void nexus() throws GuestTreeException {
        Guest guest = Guest.soc("""
                bridge@1000 { reg = <0x1000 0x1000>; #address-cells = <0>; #interrupt-cells = <1>;
                    interrupt-map-mask = <7>; interrupt-map = <1 &gic 0 60 4>, <2 &gic 0 61 4>;
                    slot { interrupts = <2>; }; };
                """).proposal().with("/soc/bridge@1000");

        assertThat(guest.device().properties()).extracting(p -> p.name()).noneMatch(name -> name.contains("interrupt"));
        assertThat(interrupts(guest.device().child("slot").orElseThrow())).containsExactly("intc@8000000[0, 112, 4]");
    }

    @Test
    @DisplayName("a GIC of four cells gets four")
    void fourCells() throws GuestTreeException {
        GuestBase base = GuestBases.of("""
                / { #address-cells = <2>; #size-cells = <2>;
                    intc@8000000 { interrupt-controller; #interrupt-cells = <4>; }; };
                """);

        Guest guest = Guest.soc(CRYPTO).base(base).with("/soc/crypto@1000");

        assertThat(guest.cells("interrupts")).isEqualTo("0 70 4 0");
        assertThat(interrupts(guest.device())).containsExactly("intc@8000000[0, 112, 4, 0]");
    }
}
