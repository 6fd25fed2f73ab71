// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.DeviceTreeException.Kind;
import org.vfio4j.devtree.Node;

/**
 * Blobs that are made to cost much: each would take minutes or gigabytes if the cost grew with the square of the size.
 * The time allowed is far above what the linear cost is.
 */
class FdtLimitsTest {
    private static final Duration FAR_TOO_LONG = Duration.ofSeconds(30);

    @Test
    void nodesDeeperThanTheLimitAreRefused() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0);
        for (int depth = 0; depth <= DeviceTree.MAX_DEPTH; depth++) {
            blob.beginNode("");
        }
        byte[] tooDeep = blob.blob();

        assertThatThrownBy(() -> FdtReader.read(tooDeep)).isInstanceOfSatisfying(DeviceTreeException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.TOO_DEEP);
            assertThat(e.place()).isEqualTo("byte 0x" + Integer.toHexString(56 + 64 * 8));
        });
    }

    @Test
    void aMillionOpenedNodesEnd() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0);
        for (int i = 0; i < 1_000_000; i++) {
            blob.beginNode("");
        }
        byte[] tooDeep = blob.blob();

        assertThatThrownBy(() -> inTime(() -> FdtReader.read(tooDeep))).hasMessageContaining("TOO_DEEP");
    }

    @Test
    void namesThatOverlapAreLimited() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        int names = 200_000;
        blob.name("n".repeat(names));
        for (int i = 0; i < names; i++) {
            blob.propertyHeader(0, i);
        }
        byte[] overlapping = blob.endNode().end().blob();

        // Decoded, these names would have 20 GB together.
        assertThatThrownBy(() -> inTime(() -> FdtReader.read(overlapping))).hasMessageContaining("TOO_LARGE");
    }

    @Test
    void aLongNameThatManyPropertiesShareIsDecodedOnce() {
        BlobAssembler blob = new BlobAssembler().reservation(0, 0).beginNode("");
        int name = blob.name("n".repeat(500_000));
        for (int i = 0; i < 200_000; i++) {
            blob.propertyHeader(0, name);
        }
        byte[] shared = blob.endNode().end().blob();

        Node root = inTime(() -> FdtReader.read(shared)).root();

        assertThat(root.properties()).hasSize(200_000);
        assertThat(root.properties().get(199_999).name())
                .isSameAs(root.properties().get(0).name());
    }

    @Test
    void phandlesOfAnyValueAreFound() {
        // Multiples of the inverse of a usual hash multiplier: in a table with that hash they would all collide.
        int step = 0x144cbc89;
        int nodes = 100_000;
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        for (int i = 1; i <= nodes; i++) {
            builder.beginNode("n").cells("phandle", i * step).endNode();
        }
        byte[] blob = FdtWriter.write(builder.endNode().build());

        DeviceTree tree = inTime(() -> {
            DeviceTree read = FdtReader.read(blob);
            for (int i = 1; i <= nodes; i++) {
                assertThat(read.byPhandle(i * step).orElseThrow().index()).isEqualTo(i);
            }
            return read;
        });

        assertThat(tree.byPhandle(step + 1)).isEmpty();
    }

    @Test
    void everyNodeOfAWideTreeIsFoundByPathAndAlias() {
        int nodes = 50_000;
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("").beginNode("aliases");
        for (int i = 0; i < nodes; i++) {
            builder.strings("a" + i, "/node@" + i);
        }
        builder.endNode();
        for (int i = 0; i < nodes; i++) {
            builder.beginNode("node@" + i).endNode();
        }
        byte[] blob = FdtWriter.write(builder.endNode().build());

        inTime(() -> {
            DeviceTree tree = FdtReader.read(blob);
            for (int i = 0; i < nodes; i++) {
                assertThat(tree.find("/node@" + i))
                        .isEqualTo(tree.find("a" + i))
                        .isPresent();
            }
            return tree;
        });
    }

    @Test
    void manyReservationsAreRead() {
        BlobAssembler blob = new BlobAssembler();
        for (int i = 1; i <= 100_000; i++) {
            blob.reservation(i, i);
        }
        byte[] reservations =
                blob.reservation(0, 0).beginNode("").endNode().end().blob();

        assertThat(inTime(() -> FdtReader.read(reservations)).memoryReservations())
                .hasSize(100_000);
    }

    private static DeviceTree inTime(Supplier<DeviceTree> work) {
        return assertTimeoutPreemptively(FAR_TOO_LONG, work::get);
    }
}
