// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {
    @Test
    void aNameHasABaseAndAUnitAddress() {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        for (String name : new String[] {"cpus", "uart@1000", "pci@1,0", "odd@1@2"}) {
            builder.beginNode(name).endNode();
        }
        Node root = builder.endNode().build().root();

        assertThat(root.children()).extracting(Node::baseName).containsExactly("cpus", "uart", "pci", "odd");
        assertThat(root.children())
                .extracting(n -> n.unitAddress().orElse("none"))
                .containsExactly("none", "1000", "1,0", "1@2");
        assertThat(root.name()).isEmpty();
        assertThat(root.isRoot()).isTrue();
        assertThat(root.parent()).isEmpty();
    }

    // Linux, __of_device_is_available in drivers/of/base.c: the first string is compared, case and all.
    @ParameterizedTest
    @CsvSource({
        "okay\\0, true",
        "ok\\0, true",
        "okay, true", // Linux meets the NUL of the padding
        "okay\\0more\\0, true",
        "disabled\\0, false",
        "reserved\\0, false",
        "fail-sss\\0, false",
        "Okay\\0, false",
        "okays\\0, false",
        "oka\\0, false",
        "\\0, false",
        "'', false",
    })
    void aDeviceIsAvailableUnlessItsStatusSaysOtherwise(String status, boolean available) {
        byte[] value = status.replace("\\0", "\0").getBytes(StandardCharsets.US_ASCII);
        Node node = DeviceTree.builder()
                .beginNode("")
                .property("status", value)
                .endNode()
                .build()
                .root();

        assertThat(node.isAvailable()).isEqualTo(available);
    }

    @Test
    void aDeviceWithoutStatusIsAvailable() {
        assertThat(DeviceTree.builder().beginNode("").endNode().build().root().isAvailable())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme,uart-2", "ACME,UART-2", "ns16550A"})
    void compatibleStringsAreComparedWithoutCase(String asked) {
        Node node = compatibleWith("Acme,uart-2\0ns16550a\0");

        assertThat(node.isCompatible(asked)).isTrue();
        assertThat(node.compatible()).containsExactly("Acme,uart-2", "ns16550a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme,uart", "acme,uart-22", "uart-2", "", "ns16550a\0"})
    void compatibleStringsAreComparedWhole(String asked) {
        assertThat(compatibleWith("Acme,uart-2\0ns16550a\0").isCompatible(asked))
                .isFalse();
    }

    @Test
    void aNodeWithoutCompatibleIsCompatibleWithNothing() {
        Node node = DeviceTree.builder().beginNode("").endNode().build().root();

        assertThat(node.isCompatible("acme,uart")).isFalse();
        assertThat(node.compatible()).isEmpty();
    }

    // Linux, populate_properties in drivers/of/fdt.c.
    @ParameterizedTest
    @CsvSource({
        "phandle 1, 1",
        "linux_phandle 2, 2",
        "phandle 1 linux_phandle 2, 1",
        "linux_phandle 2 phandle 1, 2",
        "phandle 0 linux_phandle 2, 2",
        "ibm_phandle 3 phandle 1, 3",
        "phandle 1 ibm_phandle 3, 3",
        "phandle 1 phandle 5, 1",
        "phandle 0, 0",
        "my_phandle 9, 0",
    })
    void thePhandleIsTheFirstOfTwoNamesAndTheIbmOneOverBoth(String properties, int expected) {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        String[] words = properties.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            builder.cells(words[i].replace('_', ','), Integer.parseInt(words[i + 1]));
        }
        Node node = builder.endNode().build().root();

        assertThat(node.phandle().orElse(0)).isEqualTo(expected);
    }

    @Test
    void ofSeveralPropertiesOrChildrenWithOneNameTheFirstIsFound() {
        Node root = DeviceTree.builder()
                .beginNode("")
                .cells("p", 1)
                .cells("p", 2)
                .beginNode("c")
                .cells("n", 1)
                .endNode()
                .beginNode("c")
                .cells("n", 2)
                .endNode()
                .endNode()
                .build()
                .root();

        assertThat(root.property("p").orElseThrow().u32()).isEqualTo(1);
        assertThat(root.child("c")).containsSame(root.children().get(0));
        assertThat(root.properties()).hasSize(2);
        assertThat(root.hasProperty("p")).isTrue();
        assertThat(root.hasProperty("q")).isFalse();
    }

    @Test
    void ofManyChildrenWithOneNameTheFirstIsFound() {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        for (int i = 0; i < 100; i++) {
            builder.beginNode("c" + i % 50).endNode();
        }
        Node root = builder.endNode().build().root();

        for (int i = 0; i < 50; i++) {
            assertThat(root.child("c" + i)).containsSame(root.children().get(i));
        }
        assertThat(root.child("c50")).isEmpty();
    }

    private static Node compatibleWith(String value) {
        return DeviceTree.builder()
                .beginNode("")
                .property("compatible", value.getBytes(StandardCharsets.US_ASCII))
                .endNode()
                .build()
                .root();
    }
}
