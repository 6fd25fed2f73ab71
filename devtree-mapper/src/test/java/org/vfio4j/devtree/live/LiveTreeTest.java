// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.dts.DtsWriter;
import org.vfio4j.devtree.fdt.FdtWriter;

/** Reading what Linux shows in sysfs (drivers/of/kobj.c), in the order of the blob it was started with. */
class LiveTreeTest {
    private static final DeviceTree BOOTED = DtsReader.read("""
            /memreserve/ 0x1000 0x100;
            / {
                model = "board"; compatible = "acme,board"; #address-cells = <1>; #size-cells = <1>; empty;
                soc@10 { z; a; uart@200 { reg = <0x200 8>; }; uart@30 { phandle = <7>; }; };
                cpus { cpu@1 { }; cpu@0 { }; };
                chosen { };
            };
            """);

    private static LiveTree read(MapDirectory directory) throws IOException {
        return LiveTree.read(directory, FdtWriter.write(BOOTED));
    }

    @Test
    void withTheBlobTheTreeIsTheOneTheKernelWasStartedWith() throws IOException {
        LiveTree live = read(new MapDirectory(BOOTED));
        assertThat(DtsWriter.write(live.tree())).isEqualTo(DtsWriter.write(BOOTED));
        assertThat(live.orderSource()).isEqualTo(LiveTree.OrderSource.FDT);
        assertThat(live.orderReason()).isEmpty();
        assertThat(live.unreadable()).isEmpty();
    }

    @Test
    void withoutABlobNodesAreSortedByUnitAddressAndPropertiesByName() throws IOException {
        LiveTree live = LiveTree.read(new MapDirectory(DtsReader.read(
                "/ { b; a; n@10 { }; n@9,1 { }; m@9 { }; z { }; n@9 { }; x@zz { }; n@100000000000000000 { }; };")));
        assertThat(DtsWriter.write(live.tree()))
                .isEqualTo(
                        DtsWriter.write(
                                DtsReader.read(
                                        "/ { a; b; x@zz { }; z { }; m@9 { }; n@9 { }; n@9,1 { }; n@10 { }; n@100000000000000000 { }; };")));
        assertThat(live.orderSource()).isEqualTo(LiveTree.OrderSource.SORTED);
        assertThat(live.orderReason()).isEqualTo("there is no blob");
    }

    @Test
    void valuesAreTheLiveOnesAndWhatTheBlobDoesNotHaveComesLast() throws IOException {
        DeviceTree changed = DtsReader.read("""
                /memreserve/ 0x1000 0x100;
                / {
                    model = "board"; compatible = "acme,board"; #address-cells = <1>; #size-cells = <1>; added-a; added-b;
                    soc@10 { z = <5>; a; uart@200 { reg = <0x200 8>; }; uart@30 { phandle = <7>; }; b@2 { }; a@10 { }; };
                    chosen { };
                };
                """);
        LiveTree live = read(new MapDirectory(changed));
        assertThat(DtsWriter.write(live.tree())).isEqualTo(DtsWriter.write(changed));
        assertThat(live.orderSource()).isEqualTo(LiveTree.OrderSource.FDT);
    }

    @Test
    void aBlobThatCannotBeParsedIsNotUsed() throws IOException {
        LiveTree live = LiveTree.read(new MapDirectory(BOOTED), new byte[40]);
        assertThat(live.orderSource()).isEqualTo(LiveTree.OrderSource.SORTED);
        assertThat(live.orderReason()).startsWith("the blob cannot be read: ").contains("BAD_MAGIC");
        assertThat(live.tree().find("/soc@10/uart@200")).isPresent();
    }

    @Test
    void aBlobOfAnotherBoardIsNotUsed() throws IOException {
        DeviceTree other = DtsReader.read("/ { model = \"other\"; compatible = \"acme,board\"; };");
        LiveTree live = read(new MapDirectory(other));
        assertThat(live.orderSource()).isEqualTo(LiveTree.OrderSource.SORTED);
        assertThat(live.orderReason()).isEqualTo("the blob is of another tree: its root has another model");
        assertThat(live.tree().memoryReservations()).isEmpty();
    }

    @Test
    void aBlobWithOtherNodesIsNotUsed() throws IOException {
        LiveTree live = read(new MapDirectory(DtsReader.read("/ { model = \"board\"; compatible = \"acme,board\";"
                + " #address-cells = <1>; #size-cells = <1>; chosen { }; firmware { }; };")));
        assertThat(live.orderReason())
                .isEqualTo("the blob is of another tree: 2 nodes of its root are not there, such as soc@10");
    }

    // populate_properties in drivers/of/fdt.c adds it unless the tree has one.
    @Test
    void aNameThatIsNotLinuxsOwnStays() throws IOException {
        DeviceTree tree = DtsReader.read("/ { a@1 { name = \"other\"; }; b@1 { name = \"b\"; }; };");
        assertThat(DtsWriter.write(LiveTree.read(new MapDirectory(tree), FdtWriter.write(tree))
                        .tree()))
                .isEqualTo(DtsWriter.write(tree));
        DeviceTree sorted = LiveTree.read(new MapDirectory(tree)).tree();
        assertThat(sorted.find("/a@1").orElseThrow().hasProperty("name")).isTrue();
        assertThat(sorted.find("/b@1").orElseThrow().hasProperty("name")).isFalse();
    }

    // safe_name in drivers/of/kobj.c: the second of two equal names in a directory gets #1 at its end.
    @Test
    void aNameThatClashedIsTheOriginalOneAgain() throws IOException {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .cells("cpu", 1)
                .cells("twice", 1)
                .cells("twice", 2)
                .cells("lonely#1", 3)
                .beginNode("cpu")
                .cells("in", 1)
                .endNode()
                .beginNode("gpio#1")
                .endNode()
                .endNode()
                .build();
        MapDirectory directory = new MapDirectory(tree);
        assertThat(directory.list("")).contains("cpu#1", "twice#1");
        DeviceTree live = LiveTree.read(directory, FdtWriter.write(tree)).tree();
        assertThat(DtsWriter.write(live)).isEqualTo(DtsWriter.write(tree));
        DeviceTree sorted = LiveTree.read(directory).tree();
        assertThat(sorted.find("/cpu").orElseThrow().hasProperty("in")).isTrue();
        assertThat(sorted.find("/gpio#1")).isPresent();
        assertThat(sorted.root().hasProperty("lonely#1")).isTrue();
    }

    @Test
    void aNameThatEndsLikeAClashInTheBlobIsKept() throws IOException {
        DeviceTree tree = DtsReader.read("/ { bank; bank#1; };");
        MapDirectory directory = new MapDirectory(tree);
        assertThat(LiveTree.read(directory, FdtWriter.write(tree)).tree().root().hasProperty("bank#1"))
                .isTrue();
    }

    // __of_add_property_sysfs in drivers/of/kobj.c: security-* is for root only.
    @Test
    void whatMayNotBeReadIsListedAndLeftOut() throws IOException {
        DeviceTree tree = DtsReader.read("/ { security-a = <1>; b; soc { security-key = <2>; c; }; };");
        MapDirectory directory = new MapDirectory(tree);
        directory.locked.add("security-a");
        directory.locked.add("soc/security-key");
        LiveTree live = LiveTree.read(directory);
        assertThat(live.unreadable()).containsExactly("/: security-a", "/soc: security-key");
        assertThat(DtsWriter.write(live.tree())).isEqualTo(DtsWriter.write(DtsReader.read("/ { b; soc { c; }; };")));
    }

    @Test
    void anotherFailureToReadIsTheCallers() {
        MapDirectory directory = new MapDirectory(DtsReader.read("/ { a; };"));
        TreeDirectory broken = new TreeDirectory() {
            @Override
            public List<String> list(String path) {
                return List.of("a", "gone");
            }

            @Override
            public boolean isDirectory(String path) {
                return directory.isDirectory(path);
            }

            @Override
            public byte[] read(String path) throws IOException {
                return directory.read(path);
            }
        };
        assertThatThrownBy(() -> LiveTree.read(broken)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void directoriesWithoutEndAreTooDeep() {
        TreeDirectory endless = new TreeDirectory() {
            @Override
            public List<String> list(String path) {
                return List.of("a");
            }

            @Override
            public boolean isDirectory(String path) {
                return true;
            }

            @Override
            public byte[] read(String path) {
                throw new AssertionError(path);
            }
        };
        assertThatThrownBy(() -> LiveTree.read(endless))
                .isInstanceOfSatisfying(
                        DeviceTreeException.class,
                        e -> assertThat(e.kind()).isEqualTo(DeviceTreeException.Kind.TOO_DEEP));
    }

    @Test
    void aDirectoryOfTheFileSystemIsReadThroughALink(@TempDir Path directory) throws IOException {
        Path base = Files.createDirectories(directory.resolve("base/soc/uart@10"))
                .getParent()
                .getParent();
        Files.writeString(base.resolve("model"), "board\0");
        Files.writeString(base.resolve("soc/uart@10/status"), "okay\0");
        Path link = Files.createSymbolicLink(directory.resolve("device-tree"), base);
        assertThat(DtsWriter.write(LiveTree.read(TreeDirectory.of(link)).tree()))
                .isEqualTo(DtsWriter.write(
                        DtsReader.read("/ { model = \"board\"; soc { uart@10 { status = \"okay\"; }; }; };")));
    }
}
