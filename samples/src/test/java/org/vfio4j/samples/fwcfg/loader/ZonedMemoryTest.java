// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZonedMemoryTest {
    private static Optional<Long> address(ZonedMemory memory, Zone zone, long size, long alignment) {
        return memory.allocate(zone, size, alignment).map(MemoryBlock::address);
    }

    /** One piece of a PC's memory, over all zones. */
    @Test
    void aZoneIsARangeOfAddresses() {
        ZonedMemory memory = ZonedMemory.withLegacySegment(List.of(new HeapMemory(0, 0x200000)));
        assertThat(address(memory, Zone.FSEG, 0x20000, 16)).contains(0xe0000L);
        assertThat(address(memory, Zone.FSEG, 1, 1)).isEmpty();
        assertThat(address(memory, Zone.HIGH, 0x80000, 16)).contains(0x100000L);
        assertThat(address(memory, Zone.LOW, 0x80000, 16)).contains(0x180000L);
        assertThat(address(memory, Zone.HIGH, 1, 1)).isEmpty();
        assertThat(address(memory, Zone.LOW, 1, 1)).isEmpty();
    }

    @Test
    void lowEndsAtFourGibibytes() {
        ZonedMemory memory = ZonedMemory.withLegacySegment(List.of(new HeapMemory(0xffff_f000L, 0x2000)));
        assertThat(address(memory, Zone.LOW, 0x1001, 1)).isEmpty();
        assertThat(address(memory, Zone.LOW, 0x1000, 1)).contains(0xffff_f000L);
        assertThat(address(memory, Zone.HIGH, 0x1000, 1)).contains(0x1_0000_0000L);
    }

    @Test
    void theFirstGapThatFitsIsTaken() {
        ZonedMemory memory = ZonedMemory.withoutLegacySegment(List.of(new HeapMemory(0x1010, 0x1000)));
        MemoryBlock first = memory.allocate(Zone.HIGH, 0x30, 16).orElseThrow();
        assertThat(address(memory, Zone.HIGH, 0x10, 16)).contains(0x1040L);
        memory.free(first);
        assertThat(address(memory, Zone.HIGH, 0x31, 16)).contains(0x1050L);
        assertThat(address(memory, Zone.HIGH, 0x20, 32)).contains(0x1020L);
        assertThat(address(memory, Zone.HIGH, 0x10, 16)).contains(0x1010L);
    }

    @Test
    void memoryThatIsNotMappedIsNotUsed() {
        HeapMemory gone = new HeapMemory(0x1000, 0x1000);
        gone.unmap();
        ZonedMemory memory = ZonedMemory.withoutLegacySegment(List.of(gone, new HeapMemory(0x4000, 0x1000)));
        assertThat(address(memory, Zone.HIGH, 1, 1)).contains(0x4000L);
    }

    @Test
    void misuseIsRefused() {
        HeapMemory piece = new HeapMemory(0x1000, 0x1000);
        assertThatThrownBy(() -> ZonedMemory.withoutLegacySegment(List.of(piece, new HeapMemory(0x1fff, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x1 bytes at 0x1fff");
        assertThatThrownBy(() -> ZonedMemory.withoutLegacySegment(List.of(piece, new HeapMemory(0x1000, 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ZonedMemory.withoutLegacySegment(List.of(new HeapMemory(-8, 4))))
                .isInstanceOf(IllegalArgumentException.class);
        ZonedMemory memory = ZonedMemory.withoutLegacySegment(List.of(piece));
        assertThatThrownBy(() -> memory.allocate(Zone.HIGH, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.allocate(Zone.HIGH, 1, 3)).isInstanceOf(IllegalArgumentException.class);
        MemoryBlock block = memory.allocate(Zone.HIGH, 1, 1).orElseThrow();
        memory.free(block);
        assertThatThrownBy(() -> memory.free(block)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Blocks of any history are in their piece, aligned, and apart. */
    @Test
    void blocksNeverOverlap() {
        long seed = 20261121;
        Random random = new Random(seed);
        ZonedMemory memory = ZonedMemory.withLegacySegment(
                List.of(new HeapMemory(0xe8000, 0x20000), new HeapMemory(0xffff_0000L, 0x20000)));
        List<MemoryBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            if (!blocks.isEmpty() && random.nextInt(5) < 2) {
                memory.free(blocks.remove(random.nextInt(blocks.size())));
                continue;
            }
            long alignment = 1L << random.nextInt(13);
            Zone zone = Zone.values()[random.nextInt(3)];
            Optional<MemoryBlock> block = memory.allocate(zone, 1 + random.nextInt(0x1800), alignment);
            if (block.isPresent()) {
                MemoryBlock one = block.get();
                assertThat(one.address() % alignment)
                        .as("seed %d step %d", seed, i)
                        .isZero();
                assertThat(blocks)
                        .as("seed %d step %d", seed, i)
                        .noneMatch(other -> one.address() < other.end() && other.address() < one.end());
                assertThat(one.address()).isGreaterThanOrEqualTo(one.memory().address());
                assertThat(one.end())
                        .isLessThanOrEqualTo(
                                one.memory().address() + one.memory().size());
                assertThat(zone == Zone.FSEG).isEqualTo(one.address() < 0x100000);
                blocks.add(one);
            }
        }
        assertThat(blocks).hasSizeGreaterThan(10);
    }
}
