// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** Which number a node gets. */
class HandlesTest {
    private static Client client(String source) {
        return Client.of(DtsReader.read(source));
    }

    @Test
    void nodesWithoutAPhandleAreNumberedOnFromTheHighestInTheOrderOfTheTree() {
        Client client = client("/ { a { }; b { phandle = <0x1111>; b1 { }; }; c { phandle = <3>; }; };");
        assertThat(client.find("/")).isEqualTo(0x1112);
        assertThat(client.find("/a")).isEqualTo(0x1113);
        assertThat(client.find("/b")).isEqualTo(0x1111);
        assertThat(client.find("/b/b1")).isEqualTo(0x1114);
        assertThat(client.find("/c")).isEqualTo(3);
        assertThat(client.find("/chosen")).isEqualTo(0x1115);
    }

    @Test
    void theOlderPropertiesCountAsPhandles() {
        Client client = client("/ { a { linux,phandle = <5>; }; b { ibm,phandle = <6>; }; };");
        assertThat(client.find("/a")).isEqualTo(5);
        assertThat(client.find("/b")).isEqualTo(6);
        assertThat(client.call("getproplen", 5, "phandle")).as("is not added").isEqualTo(-1);
    }

    @Test
    void zeroAndMinusOneAreNoPhandles() {
        Client client = client("/ { a { phandle = <0>; }; b { phandle = <0xffffffff>; }; c { phandle = <7>; }; };");
        assertThat(client.find("/a")).isEqualTo(9);
        assertThat(client.find("/b")).isEqualTo(10);
        assertThat(client.property("/b", "phandle")).isEqualTo(FirmwareTree.cell(10));
        assertThat(client.call("getproplen", -1, "name")).isEqualTo(-1);
        assertThat(client.firmware.duplicatePhandles()).isEmpty();
    }

    @Test
    void behindTheHighestNumberItGoesOnWithTheLowestFreeOne() {
        Client client = client("/ { a { phandle = <0xfffffffe>; }; b { phandle = <2>; }; c { }; };");
        assertThat(client.find("/a")).isEqualTo(-2);
        assertThat(client.find("/")).isEqualTo(1);
        assertThat(client.find("/b")).isEqualTo(2);
        assertThat(client.find("/c")).isEqualTo(3);
    }

    @Test
    void aDuplicateIsReportedAndStillReached() {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .beginNode("a")
                .cells("phandle", 4)
                .endNode()
                .beginNode("b")
                .cells("phandle", 4)
                .endNode()
                .beginNode("c")
                .endNode()
                .endNode()
                .build();
        Client client = Client.of(tree);
        int b = client.find("/b");
        assertThat(client.find("/a")).isEqualTo(4);
        assertThat(b).isNotIn(0, -1, 4);
        assertThat(client.call("peer", 4)).isEqualTo(b);
        assertThat(client.call("peer", b)).isEqualTo(client.find("/c"));
        assertThat(client.property("/b", "phandle")).isEqualTo(FirmwareTree.cell(4));
        assertThat(client.firmware.duplicatePhandles()).isEqualTo(List.of(new DuplicatePhandle(4, "/b", "/a", b)));
    }

    @Test
    void theSnapshotHasWhatTheClientSees() {
        Client client = client("/ { a { }; };");
        DeviceTree tree = client.firmware.tree();
        assertThat(tree.find("/a").orElseThrow().phandle()).isEqualTo(OptionalInt.of(client.find("/a")));
        assertThat(tree.find("/a").orElseThrow().hasProperty("name"))
                .as("is not in a blob")
                .isFalse();
        assertThat(client.firmware.handle("/a")).hasValue(client.find("/a"));
        assertThat(client.firmware.handle("/none")).isEmpty();
    }
}
