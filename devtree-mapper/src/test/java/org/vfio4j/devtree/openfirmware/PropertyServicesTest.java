// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;

/** Reading and setting properties. */
class PropertyServicesTest {
    private static final String PIC = "/interrupt-controller@60302031b0000";

    private final Client client = Client.of(Trees.MACHINE);

    @Test
    void getproplenIsTheLengthOrMinusOne() {
        assertThat(client.call("getproplen", client.find("/vdevice/vty"), "device_type"))
                .isEqualTo(7);
        assertThat(client.call("getproplen", client.find("/vdevice/vty"), "empty"))
                .isZero();
        assertThat(client.call("getproplen", client.find("/vdevice/vty"), "none"))
                .isEqualTo(-1);
        assertThat(client.call("getproplen", 0x7777_7777, "reg")).isEqualTo(-1);
    }

    @Test
    void everyNodeHasANameWithoutItsUnitAddress() {
        assertThat(client.call("getproplen", client.find("/vdevice/vty"), "name"))
                .isEqualTo(4);
        assertThat(client.property("/vdevice/vty", "name")).isEqualTo(new byte[] {'v', 't', 'y', 0});
        assertThat(client.call("getproplen", client.find("/"), "name")).isEqualTo(1);
        assertThat(client.property("/", "name")).isEqualTo(new byte[] {0});
    }

    @Test
    void getpropCopiesWhatFitsAndGivesTheFullLength() {
        int vty = client.find("/vdevice/vty");
        assertThat(client.call("getprop", vty, "device_type", Client.BUFFER, 100))
                .isEqualTo(7);
        assertThat(client.text(7)).isEqualTo("serial\0");
        assertThat(client.call("getprop", vty, "device_type", Client.BUFFER, 3)).isEqualTo(7);
        assertThat(client.text(3)).isEqualTo("ser");
        assertThat(client.call("getprop", vty, "device_type", Client.BUFFER, 0)).isEqualTo(7);
        client.buffer(0);
        // A length is unsigned: this is no negative one.
        assertThat(client.call("getprop", vty, "device_type", Client.BUFFER, -1))
                .isEqualTo(7);
        assertThat(client.text(7)).isEqualTo("serial\0");
    }

    @Test
    void theNameGetsItsNulOnlyIfAllOfItFits() {
        assertThat(client.call("getprop", client.find("/vdevice/vty"), "name", Client.BUFFER, 3))
                .isEqualTo(4);
        assertThat(client.text(3)).isEqualTo("vty");
    }

    @Test
    void getpropOfNothingIsMinusOne() {
        assertThat(client.call("getprop", client.find("/rtas"), "none", Client.BUFFER, 100))
                .isEqualTo(-1);
        assertThat(client.call("getprop", 0, "name", Client.BUFFER, 100)).isEqualTo(-1);
        assertThat(client.call("getprop", -1, "name", Client.BUFFER, 100)).isEqualTo(-1);
        client.buffer(0);
    }

    @Test
    void getpropToOrFromWhereNoMemoryIsGivesMinusOne() {
        int vty = client.find("/vdevice/vty");
        assertThat(client.call("getprop", vty, "device_type", Client.SIZE - 6, 100))
                .isEqualTo(-1);
        assertThat(client.call("getprop", vty, "device_type", 0xffff_fff0, 100)).isEqualTo(-1);
        assertThat(client.call("getprop", vty, Client.SIZE, Client.BUFFER, 100)).isEqualTo(-1);
        // Only as much as is copied must be memory.
        assertThat(client.call("getprop", vty, "device_type", Client.SIZE - 7, 100))
                .isEqualTo(7);
        assertThat(client.call("getprop", vty, "device_type", Client.SIZE, 0)).isEqualTo(7);
    }

    @Test
    void namesOf64And65CharactersAreNotThere() {
        int root = client.find("/");
        assertThat(client.call("getproplen", root, "x".repeat(64))).isEqualTo(-1);
        assertThat(client.call("getproplen", root, "x".repeat(65))).isEqualTo(-1);
    }

    @Test
    void nextpropListsTheNameFirstWhichVofNeverLists() {
        assertThat(names(client, "/vdevice/vty"))
                .containsExactly("name", "reg", "device_type", "compatible", "empty", "phandle");
    }

    @Test
    void nextpropGivesOneThenZeroAndAnEmptyName() {
        int vty = client.find("/vdevice/vty");
        assertThat(client.call("nextprop", vty, "", Client.BUFFER)).isEqualTo(1);
        assertThat(client.text(5)).isEqualTo("name\0");
        assertThat(client.call("nextprop", vty, 0, Client.BUFFER)).isEqualTo(1);
        assertThat(client.call("nextprop", vty, "phandle", Client.BUFFER)).isZero();
        assertThat(client.text(1)).isEqualTo("\0");
    }

    @Test
    void nextpropOfAnUnknownHandleOrNameIsMinusOneWhereVofGivesZero() {
        assertThat(client.call("nextprop", 0x7777_7777, "", Client.BUFFER)).isEqualTo(-1);
        assertThat(client.text(1)).isEqualTo("\0");
        assertThat(client.call("nextprop", client.find("/rtas"), "none", Client.BUFFER))
                .isEqualTo(-1);
        assertThat(client.text(1)).isEqualTo("\0");
        assertThat(client.call("nextprop", client.find("/rtas"), "", Client.SIZE - 4))
                .isEqualTo(-1);
    }

    @Test
    void nextpropListsEachNameOfAHostileNodeOnceAndNoneThatOverrunsABuffer() {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .cells("a", 1)
                .cells("b", 2)
                .cells("a", 3)
                .cells("x".repeat(64), 4)
                .cells("", 5)
                .cells("y".repeat(63), 6)
                .endNode()
                .build();
        Client hostile = Client.of(tree);
        assertThat(names(hostile, "/")).containsExactly("name", "a", "b", "y".repeat(63), "phandle");
        assertThat(hostile.property("/", "a")).isEqualTo(new byte[] {0, 0, 0, 1});
    }

    private static List<String> names(Client client, String path) {
        List<String> names = new ArrayList<>();
        int node = client.find(path);
        String name = "";
        while (client.call("nextprop", node, name, Client.BUFFER) == 1 && names.size() < 100) {
            byte[] memory = client.memory.array();
            int end = Client.BUFFER;
            while (memory[end] != 0) {
                end++;
            }
            name = client.text(end - Client.BUFFER + 1).substring(0, end - Client.BUFFER);
            names.add(name);
        }
        return names;
    }

    @Test
    void aNodeWithoutAPhandleGetsOneAsAProperty() {
        assertThat(client.property("/vdevice", "phandle")).isEqualTo(FirmwareTree.cell(client.find("/vdevice")));
        assertThat(client.property(PIC, "phandle")).isEqualTo(FirmwareTree.cell(0x1111));
    }

    @Test
    void chosenIsThereEvenIfTheTreeHasNone() {
        assertThat(Trees.MACHINE.find("/chosen")).isEmpty();
        assertThat(client.property("/chosen", "name")).isEqualTo("chosen\0".getBytes());
        assertThat(client.firmware.tree().find("/chosen")).isPresent();
    }

    @Test
    void setpropGivesTheLengthAndTheValueIsRead() {
        assertThat(set(client, "/chosen", "bootargs", "quiet")).isEqualTo(5);
        assertThat(client.property("/chosen", "bootargs")).isEqualTo("quiet".getBytes());
        assertThat(set(client, "/chosen", "bootargs", "")).isZero();
        assertThat(client.property("/chosen", "bootargs")).isEmpty();
        assertThat(Trees.MACHINE.find("/chosen"))
                .as("the tree it was made from")
                .isEmpty();
    }

    @Test
    void setpropOfWhatLinuxSetsIsPermitted() {
        assertThat(set(client, "/chosen", "linux,stdout-path", "/vdevice/vty")).isEqualTo(12);
        assertThat(set(client, "/chosen", "linux,initrd-start", "1234")).isEqualTo(4);
        assertThat(set(client, "/chosen", "linux,initrd-end", "12345678")).isEqualTo(8);
        assertThat(set(client, "/rtas", "linux,rtas-base", "1234")).isEqualTo(4);
        assertThat(set(client, "/rtas", "linux,rtas-entry", "1234")).isEqualTo(4);
    }

    @Test
    void setpropOfAnythingElseIsRefusedWhereVofPermitsIt() {
        assertThat(set(client, "/chosen", "linux,initrd-start", "12345")).isEqualTo(-1);
        assertThat(set(client, "/rtas", "linux,rtas-base", "12345678")).isEqualTo(-1);
        assertThat(set(client, "/memory@0", "reg", "1234567890123456")).isEqualTo(-1);
        assertThat(set(client, "/", "bootargs", "quiet")).isEqualTo(-1);
        assertThat(client.property("/memory@0", "reg"))
                .isEqualTo(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0});
    }

    @Test
    void noPolicyPermitsWhatTheTreeIsMadeOfWhereVofLosesItsPhandles() {
        Client open = Client.of(Trees.MACHINE, settings -> settings.policy((path, name, value) -> true));
        int before = open.find("/chosen");
        for (String name : List.of(
                "name", "phandle", "linux,phandle", "ibm,phandle", "#address-cells", "#interrupt-cells", "available")) {
            assertThat(set(open, "/chosen", name, "1234")).as(name).isEqualTo(-1);
        }
        assertThat(set(open, "/memory@0", "reg", "1234")).isEqualTo(4);
        assertThat(open.find("/chosen")).isEqualTo(before);
    }

    @Test
    void setpropOfMoreThan2048BytesIsRefused() {
        Client open = Client.of(Trees.MACHINE, settings -> settings.policy((path, name, value) -> true));
        int chosen = open.find("/chosen");
        assertThat(open.call("setprop", chosen, "a", Client.BUFFER, 2048)).isEqualTo(2048);
        assertThat(open.call("setprop", chosen, "a", Client.BUFFER, 2049)).isEqualTo(-1);
        assertThat(open.call("setprop", chosen, "a", Client.BUFFER, -1)).isEqualTo(-1);
        assertThat(open.call("setprop", chosen, "a", Client.SIZE - 4, 8)).isEqualTo(-1);
        assertThat(open.call("setprop", chosen, "", Client.BUFFER, 4)).isEqualTo(-1);
        assertThat(open.call("setprop", 0x7777_7777, "a", Client.BUFFER, 4)).isEqualTo(-1);
        assertThat(open.call("getproplen", chosen, "a")).isEqualTo(2048);
    }

    @Test
    void aClientCannotFillTheMemoryOfTheHost() {
        Client open = Client.of(Trees.MACHINE, settings -> settings.policy((path, name, value) -> true));
        int chosen = open.find("/chosen");
        int set = 0;
        while (set < 10_000 && open.call("setprop", chosen, "p" + set, Client.BUFFER, 2048) == 2048) {
            set++;
        }
        assertThat(set).isBetween(60, 1000);
    }

    @Test
    void afterQuiesceNothingIsSet() {
        assertThat(set(client, "/chosen", "bootargs", "quiet")).isEqualTo(5);
        client.call("quiesce");
        assertThat(set(client, "/chosen", "bootargs", "loud")).isEqualTo(-1);
        assertThat(set(client, "/chosen", "linux,stdout-path", "/vdevice/vty")).isEqualTo(-1);
        assertThat(client.property("/chosen", "bootargs")).isEqualTo("quiet".getBytes());
    }

    private static int set(Client client, String path, String name, String value) {
        return client.call("setprop", client.find(path), name, value, value.length());
    }
}
