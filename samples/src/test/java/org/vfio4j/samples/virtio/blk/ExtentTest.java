// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.samples.virtio.Segment;

class ExtentTest {
    private static DiskGeometry disk(int blockSize, int segmentSize) {
        return new DiskGeometry(1 << 20, blockSize, 254, segmentSize);
    }

    @Test
    void whatFitsIsOneRequest() {
        List<Segment> memory = List.of(new Segment(0x1000, 4096), new Segment(0x9000, 512));
        assertThat(Extent.split(5, memory, disk(512, Integer.MAX_VALUE), 2))
                .containsExactly(new Extent(5, 4608, memory));
    }

    @Test
    void moreSegmentsThanARequestHasAreMoreRequests() {
        List<Segment> memory = List.of(new Segment(0x1000, 512), new Segment(0x2000, 1024), new Segment(0x3000, 512));
        assertThat(Extent.split(5, memory, disk(512, Integer.MAX_VALUE), 2))
                .containsExactly(new Extent(5, 1536, memory.subList(0, 2)), new Extent(8, 512, memory.subList(2, 3)));
    }

    @Test
    void longSegmentsAreDivided() {
        assertThat(Extent.split(0, List.of(new Segment(0x1000, 2560)), disk(512, 1024), 8))
                .containsExactly(new Extent(
                        0,
                        2560,
                        List.of(new Segment(0x1000, 1024), new Segment(0x1400, 1024), new Segment(0x1800, 512))));
    }

    @Test
    void aRequestEndsWithABlock() {
        List<Segment> memory = List.of(new Segment(0x1200, 3584), new Segment(0x5000, 4096), new Segment(0x8000, 512));
        assertThat(Extent.split(0, memory, disk(4096, Integer.MAX_VALUE), 2))
                .containsExactly(
                        new Extent(0, 4096, List.of(new Segment(0x1200, 3584), new Segment(0x5000, 512))),
                        new Extent(8, 4096, List.of(new Segment(0x5200, 3584), new Segment(0x8000, 512))));
    }

    @Test
    void piecesThatAreTooSmallForABlockAreRefused() {
        List<Segment> memory = List.of(new Segment(0, 512), new Segment(0x1000, 512), new Segment(0x2000, 3072));
        assertThatThrownBy(() -> Extent.split(0, memory, disk(4096, Integer.MAX_VALUE), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 pieces have a block of 4096 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingIsLostOrMoved(long seed) {
        Random random = new Random(seed);
        List<Segment> memory = new ArrayList<>();
        long length = 0;
        for (int i = 0; i < 100; i++) {
            int size = 512 * (1 + random.nextInt(16));
            memory.add(new Segment(i * 0x10000L, size));
            length += size;
        }
        int rest = (int) (length % 2048);
        if (rest != 0) {
            memory.add(new Segment(0x1000000, 2048 - rest));
        }
        List<Extent> extents = Extent.split(4, memory, disk(2048, 4096), 6);
        long sector = 4;
        for (Extent extent : extents) {
            assertThat(extent.sector()).as("seed %d", seed).isEqualTo(sector);
            assertThat(extent.length() % 2048).isZero();
            assertThat(extent.segments()).hasSizeBetween(1, 6).allMatch(segment -> segment.length() <= 4096);
            assertThat(extent.segments().stream().mapToInt(Segment::length).sum())
                    .isEqualTo(extent.length());
            sector += extent.length() / 512;
        }
        assertThat(sectorAddresses(extents.stream()
                        .flatMap(extent -> extent.segments().stream())
                        .toList()))
                .as("seed %d", seed)
                .isEqualTo(sectorAddresses(memory));
    }

    private static List<Long> sectorAddresses(List<Segment> segments) {
        List<Long> addresses = new ArrayList<>();
        for (Segment segment : segments) {
            for (int at = 0; at < segment.length(); at += 512) {
                addresses.add(segment.address() + at);
            }
        }
        return addresses;
    }
}
