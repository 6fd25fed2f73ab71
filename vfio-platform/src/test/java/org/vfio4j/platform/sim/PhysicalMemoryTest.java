// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies behind the regions of a board. */
class PhysicalMemoryTest {
    private static final int PAGE = 4096;

    private static DeviceRegion region(long address, long size) {
        return new DeviceRegion(address, size, true, 7);
    }

    private static PhysicalMemory of(DeviceRegion... regions) {
        List<DeviceRegion> all = Arrays.asList(regions);
        return new PhysicalMemory(all, PAGE);
    }

    @Test
    void regionsThatOverlapAreOneMemory() {
        PhysicalMemory memory = of(region(0x3000, 0x1000), region(0x1000, 0x4000), region(0x2000, 0x1000));
        memory.bytes(0x1000, 0x4000).put(0x2000, (byte) 42);
        assertThat(memory.read(0x3000, 1)).isEqualTo(42);
        memory.write(0x3001, 1, 43);
        assertThat(memory.bytes(0x3000, 0x1000).get(1)).isEqualTo((byte) 43);
    }

    @Test
    void whatWasWrittenBeforeAMappingIsSeenThroughIt() {
        PhysicalMemory memory = of(region(0x1000, 0x2000));
        memory.write(0x1ffe, 4, 0x04030201L);
        assertThat(memory.bytes(0x2000, 0x1000).get(0)).isEqualTo((byte) 3);
        assertThat(memory.read(0x1ffe, 4)).isEqualTo(0x04030201L);
    }

    @Test
    void numbersAreLittleEndian() {
        PhysicalMemory memory = of(region(0x1000, 0x1000));
        memory.write(0x1000, 8, 0x0807_0605_0403_0201L);
        assertThat(memory.read(0x1000, 1)).isEqualTo(1);
        assertThat(memory.read(0x1006, 2)).isEqualTo(0x0807);
        assertThat(memory.read(0x1000, 8)).isEqualTo(0x0807_0605_0403_0201L);
    }

    @Test
    void neighboursOfAHugeWindowCanBeMapped() {
        PhysicalMemory memory = of(region(0x1_0000_0000L, 1L << 40), region(0xffff_f000L, 0x1000));
        assertThat(memory.bytes(0xffff_f000L, 0x1000).capacity()).isEqualTo(0x1000);
        memory.write(0x80_0000_0000L, 4, 7);
        assertThat(memory.read(0x80_0000_0000L, 4)).isEqualTo(7);
        assertThatThrownBy(() -> memory.bytes(0x1_0000_0000L, 0x1000))
                .isInstanceOf(KernelError.class)
                .hasMessage("ENOMEM");
    }

    @Test
    void addressesAreUnsigned() {
        PhysicalMemory memory = of(region(-0x1000, 0x1000), region(0x1000, 0x1000));
        memory.write(-1, 1, 9);
        assertThat(memory.read(-1, 1)).isEqualTo(9);
        assertThat(memory.read(0x1fff, 1)).isZero();
    }

    @Test
    void thereIsNothingOutsideTheRegions() {
        PhysicalMemory memory = of(region(0x1000, 0), region(0x5000, 0x10));
        assertThatThrownBy(() -> memory.read(0x1000, 1)).hasMessageContaining("0x1000");
        assertThatThrownBy(() -> memory.read(0x6000, 1)).hasMessageContaining("0x6000");
    }
}
