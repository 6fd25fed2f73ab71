// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Walking the tree by handles and paths. */
class TreeServicesTest {
    private final Client client = Client.of(Trees.MACHINE);

    @Test
    void peerOfZeroIsTheRoot() {
        assertThat(client.call("peer", 0)).isEqualTo(client.find("/")).isNotZero();
    }

    @Test
    void peerIsTheNextSiblingAndZeroForTheLast() {
        assertThat(client.call("peer", client.find("/vdevice"))).isEqualTo(client.find("/rtas"));
        assertThat(client.call("peer", client.find("/chosen"))).isZero();
        assertThat(client.call("peer", client.find("/"))).isZero();
    }

    @Test
    void peerOfAnUnknownHandleIsZero() {
        assertThat(client.call("peer", 0x7777_7777)).isZero();
        assertThat(client.call("peer", -1)).isZero();
    }

    @Test
    void childIsTheFirstChildOrZero() {
        assertThat(client.call("child", client.find("/vdevice"))).isEqualTo(client.find("/vdevice/vty@71000000"));
        assertThat(client.call("child", client.find("/rtas"))).isZero();
    }

    @Test
    void childOfZeroOrAnUnknownHandleIsZeroWhereVofGivesTheRoot() {
        assertThat(client.call("child", 0)).isZero();
        assertThat(client.call("child", 0x7777_7777)).isZero();
        assertThat(client.call("child", -1)).isZero();
    }

    @Test
    void parentOfTheRootAndOfAnUnknownHandleIsZero() {
        assertThat(client.call("parent", client.find("/vdevice/vty@71000000"))).isEqualTo(client.find("/vdevice"));
        assertThat(client.call("parent", client.find("/"))).isZero();
        assertThat(client.call("parent", 0x7777_7777)).isZero();
        assertThat(client.call("parent", 0)).isZero();
    }

    @Test
    void aWalkByHandlesMeetsEveryNodeOnceInTheOrderOfTheTree() {
        List<String> paths = new ArrayList<>();
        walk(client.call("peer", 0), paths);
        assertThat(paths)
                .containsExactly(
                        "/",
                        "/interrupt-controller@60302031b0000",
                        "/aliases",
                        "/vdevice",
                        "/vdevice/vty@71000000",
                        "/vdevice/nvram@7100000a",
                        "/rtas",
                        "/memory@0",
                        "/chosen");
    }

    private void walk(int handle, List<String> paths) {
        for (int node = handle; node != 0; node = client.call("peer", node)) {
            int length = client.call("package-to-path", node, Client.BUFFER, 255);
            paths.add(client.text(length + 1).substring(0, length));
            walk(client.call("child", node), paths);
        }
    }

    @Test
    void finddeviceFindsAPathOrSaysMinusOne() {
        assertThat(client.find("/interrupt-controller@60302031b0000")).isEqualTo(0x1111);
        assertThat(client.find("/vdevice/vtpm")).isEqualTo(-1);
        assertThat(client.find("")).isEqualTo(-1);
        assertThat(client.find("vdevice")).isEqualTo(-1);
    }

    @Test
    void finddeviceTakesAnyCaseOfAUnitAddressNoneAndSpareSlashes() {
        int nvram = client.find("/vdevice/nvram@7100000a");
        assertThat(client.find("/vdevice/nvram@7100000A")).isEqualTo(nvram);
        assertThat(client.find("/vdevice/nvram")).isEqualTo(nvram);
        assertThat(client.find("/vdevice//nvram@7100000a/")).isEqualTo(nvram);
        assertThat(client.find("/memory")).isEqualTo(client.find("/memory@0"));
        assertThat(client.find("/vdevice/NVRAM@7100000a")).isEqualTo(-1);
        assertThat(client.find("/vdevice/nvram@7100000b")).isEqualTo(-1);
    }

    @Test
    void finddeviceResolvesAliasesAndStripsArgumentsWhichVofDoesNot() {
        int vty = client.find("/vdevice/vty@71000000");
        assertThat(client.find("console")).isEqualTo(vty);
        assertThat(client.find("fast")).isEqualTo(vty);
        assertThat(client.find("console:9600n8")).isEqualTo(vty);
        assertThat(client.find("/vdevice/vty@71000000:1,2/3")).isEqualTo(vty);
        assertThat(client.find("broken")).isEqualTo(-1);
    }

    @Test
    void aPathOf255CharactersIsReadAndALongerOneIsNot() {
        String slashes = "/".repeat(255 - "vdevice".length());
        assertThat(client.find(slashes + "vdevice")).isEqualTo(client.find("/vdevice"));
        assertThat(client.find("/" + slashes + "vdevice")).isEqualTo(-1);
    }

    @Test
    void packageToPathGivesTheFullLengthWithoutTheNulWhereVofCountsIt() {
        int vty = client.find("/vdevice/vty");
        assertThat(client.call("package-to-path", vty, Client.BUFFER, 255)).isEqualTo(21);
        assertThat(client.text(22)).isEqualTo("/vdevice/vty@71000000\0");
        assertThat(client.call("package-to-path", client.find("/"), Client.BUFFER, 255))
                .isEqualTo(1);
        assertThat(client.call("package-to-path", 0x7777_7777, Client.BUFFER, 255))
                .isEqualTo(-1);
    }

    @Test
    void packageToPathNeverWritesPastItsBufferWhereVofOverrunsIt() {
        int vty = client.find("/vdevice/vty");
        assertThat(client.call("package-to-path", vty, Client.BUFFER, 8)).isEqualTo(21);
        assertThat(client.text(8)).isEqualTo("/vdevice");
        assertThat(client.call("package-to-path", vty, Client.BUFFER, 21)).isEqualTo(21);
        assertThat(client.text(21)).isEqualTo("/vdevice/vty@71000000");
        assertThat(client.call("package-to-path", vty, Client.BUFFER, 0)).isEqualTo(21);
        client.buffer(0);
    }

    @Test
    void canonGivesTheFullPathOfAnAliasWhereVofKnowsNoSuchService() {
        assertThat(client.call("canon", "console", Client.BUFFER, 255)).isEqualTo(21);
        assertThat(client.text(22)).isEqualTo("/vdevice/vty@71000000\0");
        assertThat(client.call("canon", "/vdevice/nvram:x", Client.BUFFER, 255)).isEqualTo(25);
        assertThat(client.text(26)).isEqualTo("/vdevice/nvram@7100000a:x\0");
        assertThat(client.call("canon", "console", Client.BUFFER, 5)).isEqualTo(21);
        assertThat(client.text(5)).isEqualTo("/vdev");
        assertThat(client.call("canon", "/none", Client.BUFFER, 255)).isEqualTo(-1);
    }
}
