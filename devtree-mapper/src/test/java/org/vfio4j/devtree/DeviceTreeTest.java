// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTreeTest {
    private static final DeviceTree TREE = DeviceTree.builder()
            .reserveMemory(0x1000, 0x2000)
            .beginNode("")
            .beginNode("aliases")
            .strings("serial0", "/soc/uart@1000")
            .strings("soc", "/soc")
            .strings("serial0", "/soc/uart@2000")
            .strings("chain", "serial0")
            .strings("gone", "/soc/uart@3000")
            .cells("number", 1)
            .endNode()
            .beginNode("soc")
            .strings("compatible", "simple-bus")
            .beginNode("uart@1000")
            .strings("compatible", "acme,uart", "ns16550a")
            .cells("phandle", 1)
            .endNode()
            .beginNode("uart@2000")
            .strings("compatible", "NS16550A")
            .cells("phandle", 0x8000_0000)
            .endNode()
            .endNode()
            .beginNode("twin")
            .cells("phandle", 1)
            .endNode()
            .beginNode("nobody")
            .cells("phandle", -1)
            .endNode()
            .beginNode("__symbols__")
            .strings("uart0", "/soc/uart@1000")
            .strings("alias", "serial0")
            .endNode()
            .endNode()
            .build();

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/soc, /soc",
        "/soc/, /soc",
        "/soc/uart@1000, /soc/uart@1000",
        "serial0, /soc/uart@1000", // the first of two aliases with one name
        "soc/uart@2000, /soc/uart@2000",
    })
    void aNodeIsFoundByPathAndByAlias(String path, String found) {
        assertThat(TREE.find(path)).map(Node::path).hasValue(found);
    }

    // A name without its unit address is another name, an alias of an alias is none, and one property is no text.
    @ParameterizedTest
    @ValueSource(
            strings = {"/soc/uart", "/uart@1000", "uart@1000", "chain", "gone", "number", "", "//soc", "soc//uart@1000"
            })
    void nothingIsFoundByAnythingElse(String path) {
        assertThat(TREE.find(path)).isEmpty();
    }

    @Test
    void aNodeIsFoundByPhandle() {
        assertThat(TREE.byPhandle(1)).as("the first of two").map(Node::path).hasValue("/soc/uart@1000");
        assertThat(TREE.byPhandle(0x8000_0000)).map(Node::path).hasValue("/soc/uart@2000");
        assertThat(TREE.byPhandle(0)).isEmpty();
        assertThat(TREE.byPhandle(-1)).isEmpty();
        assertThat(TREE.byPhandle(2)).isEmpty();
        assertThat(TREE.byPhandle(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void aNodeIsFoundByLabel() {
        assertThat(TREE.byLabel("uart0")).map(Node::path).hasValue("/soc/uart@1000");
        assertThat(TREE.byLabel("alias")).as("a label leads to a path").isEmpty();
        assertThat(TREE.byLabel("uart1")).isEmpty();
    }

    @Test
    void nodesAreFoundByCompatible() {
        assertThat(TREE.compatibleWith("ns16550a"))
                .extracting(Node::path)
                .containsExactly("/soc/uart@1000", "/soc/uart@2000");
        assertThat(TREE.compatibleWith("ns16550")).isEmpty();
    }

    @Test
    void aliasesAndLabelsAreInTheOrderOfTheTree() {
        assertThat(TREE.aliases().keySet()).containsExactly("serial0", "soc", "chain", "gone");
        assertThat(TREE.labels().keySet()).containsExactly("uart0", "alias");
        assertThat(DeviceTree.builder().beginNode("").endNode().build().aliases())
                .isEmpty();
    }

    @Test
    void aTreeCannotBeChanged() {
        assertThatThrownBy(() -> TREE.nodes().set(0, null)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> TREE.root().children().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> TREE.aliases().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> TREE.memoryReservations().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
