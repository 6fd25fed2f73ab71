// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_CAP_SPARSE_MMAP;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_CAP_TYPE;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_FLAG_CAPS;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_DEVICE_GET_REGION_INFO;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.RegionCapability.Area;
import org.vfio4j.vfio.RegionCapability.RegionType;
import org.vfio4j.vfio.RegionCapability.SparseMmap;
import org.vfio4j.vfio.RegionCapability.Unknown;
import org.vfio4j.vfio.abi.RegionInfoLayout;

/** The chain of capabilities behind a region's info, as the kernel writes it and as it must not be. */
class RegionCapabilityTest {
    private final FakeVfio linux = new FakeVfio();
    private final Device device = new Device(FileDescriptor.owning(linux, 3, "device"), closed -> {});

    private final ByteBuffer reply = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    RegionCapabilityTest() {
        linux.open.put(3, "device");
        reply.putInt(RegionInfoLayout.FLAGS, 7 | VFIO_REGION_INFO_FLAG_CAPS);
        reply.putLong(RegionInfoLayout.SIZE_AT, 0x10000);
        reply.limit(RegionInfoLayout.SIZE);
    }

    /** Puts a capability at the end of the reply and links it with the one before. */
    private int capability(int linkAt, int id, int version, long... words) {
        int at = reply.limit();
        reply.limit(at + 8 + words.length * 8);
        reply.putInt(linkAt, at);
        reply.putShort(at, (short) id).putShort(at + 2, (short) version).putInt(at + 4, 0);
        for (int i = 0; i < words.length; i++) {
            reply.putLong(at + 8 + i * 8, words[i]);
        }
        return at;
    }

    /** Answers as {@code vfio_info_add_capability} does: all of it if there is room, else what room it takes. */
    private int answer(ByteBuffer info) {
        boolean room = info.getInt(RegionInfoLayout.ARGSZ) >= reply.limit();
        info.put(4, reply.array(), 4, (room ? reply.limit() : RegionInfoLayout.SIZE) - 4);
        info.putInt(RegionInfoLayout.ARGSZ, reply.limit());
        if (!room) {
            info.putInt(RegionInfoLayout.CAP_OFFSET, 0);
        }
        return 0;
    }

    private List<RegionCapability> capabilities() throws Exception {
        linux.structs.put(VFIO_DEVICE_GET_REGION_INFO, this::answer);
        return device.region(0).capabilities();
    }

    private void refused(String why) {
        assertThatThrownBy(this::capabilities)
                .isInstanceOfSatisfying(KernelReplyException.class, e -> {
                    assertThat(e.step()).isEqualTo(Step.GET_REGION_INFO);
                    assertThat(e.subject()).isEqualTo("device region 0");
                })
                .hasMessageContaining(why);
    }

    @Test
    void theKernelIsAskedAgainWithTheRoomThatItWants() throws Exception {
        int first = capability(
                RegionInfoLayout.CAP_OFFSET, VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1, 2, 0, 0x1000, 0x3000, 0x2000);
        int second = capability(first + 4, VFIO_REGION_INFO_CAP_TYPE, 1, 0x8000_0001L | 2L << 32);
        capability(second + 4, 99, 4, 0x1122334455667788L);
        reply.putInt(first + 8, 2);

        List<RegionCapability> capabilities = capabilities();

        assertThat(linux.calls).hasSize(2);
        assertThat(capabilities.get(0))
                .isEqualTo(new SparseMmap(1, List.of(new Area(0, 0x1000), new Area(0x3000, 0x2000))));
        assertThat(capabilities.get(1)).isEqualTo(new RegionType(1, 0x8000_0001, 2));
        assertThat(capabilities.get(2)).isInstanceOfSatisfying(Unknown.class, unknown -> {
            assertThat(unknown.id()).isEqualTo(99);
            assertThat(unknown.version()).isEqualTo(4);
            assertThat(unknown.content().remaining()).isEqualTo(8);
            assertThat(unknown.content().isReadOnly()).isTrue();
        });
    }

    @Test
    void withoutTheFlagThereIsNoChain() throws Exception {
        reply.putInt(RegionInfoLayout.FLAGS, 7);
        reply.putInt(RegionInfoLayout.CAP_OFFSET, 0xdead);

        assertThat(capabilities()).isEmpty();
        assertThat(linux.calls).hasSize(1);
    }

    @Test
    void anOffsetOf0IsNoChain() throws Exception {
        assertThat(capabilities()).isEmpty();
    }

    @Test
    void aChainThatRunsInACircleIsRefused() {
        int first = capability(RegionInfoLayout.CAP_OFFSET, 9, 1);
        int second = capability(first + 4, 9, 1);
        reply.putInt(second + 4, first);

        refused("capability at offset 32, where only what is from 48 on can be next");
    }

    @Test
    void aCapabilityThatIsItsOwnNextIsRefused() {
        int first = capability(RegionInfoLayout.CAP_OFFSET, 9, 1);
        reply.putInt(first + 4, first);

        refused("capability at offset 32");
    }

    @Test
    void aCapabilityInsideTheStructureIsRefused() {
        capability(RegionInfoLayout.CAP_OFFSET, 9, 1);
        reply.putInt(RegionInfoLayout.CAP_OFFSET, 16);

        refused("capability at offset 16, where only what is from 32 on can be next");
    }

    @Test
    void aCapabilityThatOverlapsTheHeaderBeforeItIsRefused() {
        int first = capability(RegionInfoLayout.CAP_OFFSET, 9, 1, 0);
        reply.putInt(first + 4, first + 4);

        refused("capability at offset 36, where only what is from 40 on can be next");
    }

    @Test
    void anUnalignedCapabilityIsRefused() {
        capability(RegionInfoLayout.CAP_OFFSET, 9, 1, 0);
        reply.putInt(RegionInfoLayout.CAP_OFFSET, 34);

        refused("capability at offset 34, which is not a multiple of 4");
    }

    @Test
    void aCapabilityBehindTheReplyIsRefused() {
        int first = capability(RegionInfoLayout.CAP_OFFSET, 9, 1);
        reply.putInt(first + 4, 0x1000);

        refused("capability at offset 4096 of a reply of 40 bytes");
    }

    @Test
    void anOffsetOfMoreThan31BitsIsRefused() {
        int first = capability(RegionInfoLayout.CAP_OFFSET, 9, 1);
        reply.putInt(first + 4, 0xffff_fff8);

        refused("capability at offset 4294967288 of a reply of 40 bytes");
    }

    @Test
    void aHeaderThatTheReplyCutsIsRefused() {
        capability(RegionInfoLayout.CAP_OFFSET, 9, 1);
        reply.limit(reply.limit() - 4);

        refused("capability at offset 32 of a reply of 36 bytes");
    }

    @Test
    void moreAreasThanTheReplyHasAreRefused() {
        int first = capability(RegionInfoLayout.CAP_OFFSET, VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1, 0, 0, 0x1000);
        reply.putInt(first + 8, 2);
        refused("capability 1 of 32 bytes, where 48 are needed");

        reply.putInt(first + 8, -1);
        refused("where 68719476736 are needed");
    }

    @Test
    void aTypeWithoutItsSubtypeIsRefused() {
        capability(RegionInfoLayout.CAP_OFFSET, VFIO_REGION_INFO_CAP_TYPE, 1, 0);
        reply.limit(reply.limit() - 4);

        refused("capability 2 of 12 bytes, where 16 are needed");
    }

    @Test
    void aReplyThatGrowsBetweenTheCallsIsRefused() {
        capability(RegionInfoLayout.CAP_OFFSET, 9, 1);
        linux.structs.put(VFIO_DEVICE_GET_REGION_INFO, info -> {
            info.putInt(RegionInfoLayout.ARGSZ, info.getInt(RegionInfoLayout.ARGSZ) + 8);
            return 0;
        });

        assertThatThrownBy(() -> device.region(0)).isInstanceOf(KernelReplyException.class);
        assertThat(linux.calls).as("asked twice, not for ever").hasSize(2);
    }

    @Test
    void anArgszThatNoKernelHasIsRefused() {
        for (int argsz : new int[] {0, 31, -1, Integer.MAX_VALUE, 1 << 21}) {
            linux.structs.put(VFIO_DEVICE_GET_REGION_INFO, info -> {
                info.putInt(RegionInfoLayout.ARGSZ, argsz);
                return 0;
            });

            assertThatThrownBy(() -> device.region(0))
                    .as("argsz %d", argsz)
                    .isInstanceOf(KernelReplyException.class)
                    .hasMessageContaining("argsz " + Integer.toUnsignedString(argsz));
        }
    }

    @Test
    @Timeout(30)
    void whateverTheReplyIsTheWalkEnds() throws Exception {
        long seed = 20_261_121;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            reply.limit(RegionInfoLayout.SIZE + random.nextInt(reply.capacity() - RegionInfoLayout.SIZE));
            for (int at = RegionInfoLayout.CAP_OFFSET; at + 4 <= reply.limit(); at += 4) {
                reply.putInt(at, random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(64) * 4);
            }
            try {
                assertThat(capabilities()).as("seed %d round %d", seed, round).hasSizeLessThan(28);
            } catch (KernelReplyException expected) {
                assertThat(expected.step()).as("seed %d round %d", seed, round).isEqualTo(Step.GET_REGION_INFO);
            }
        }
    }
}
