// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingLayoutTest {
    /** Section 2.7: Descriptor Table 16 * size, Available Ring 6 + 2 * size, Used Ring 6 + 8 * size bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64, 128})
    void thePartsDoNotOverlapAndFitIntoAPage(int size) {
        RingLayout layout = new RingLayout(size);
        assertThat(layout.available()).isEqualTo(16 * size);
        assertThat(layout.used()).isGreaterThanOrEqualTo(16 * size + 6 + 2 * size);
        assertThat(layout.used() + 6 + 8 * size).isLessThanOrEqualTo(4096);
    }

    /** Section 2.7.2, with the qalign that is given to the device. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64, 128})
    void theUsedRingIsWhereALegacyDeviceLooksForIt(int size) {
        int end = 16 * size + 2 * (3 + size);
        int alignment = RingLayout.USED_ALIGNMENT;
        assertThat(new RingLayout(size).used()).isEqualTo((end + alignment - 1) / alignment * alignment);
    }

    @Test
    void fieldsAreWhereTheStructuresHaveThem() {
        RingLayout layout = new RingLayout(8);
        assertThat(layout.descriptorAddress(3)).isEqualTo(48);
        assertThat(layout.descriptorLength(3)).isEqualTo(56);
        assertThat(layout.descriptorFlags(3)).isEqualTo(60);
        assertThat(layout.descriptorNext(3)).isEqualTo(62);
        assertThat(layout.availableFlags()).isEqualTo(128);
        assertThat(layout.availableIndex()).isEqualTo(130);
        assertThat(layout.availableEntry(0)).isEqualTo(132);
        assertThat(layout.usedFlags()).isEqualTo(192);
        assertThat(layout.usedIndex()).isEqualTo(194);
        assertThat(layout.usedId(1)).isEqualTo(204);
        assertThat(layout.usedLength(1)).isEqualTo(208);
    }

    @Test
    void indicesGoRound() {
        RingLayout layout = new RingLayout(8);
        assertThat(layout.availableEntry(8)).isEqualTo(layout.availableEntry(0));
        assertThat(layout.usedId(65_539)).isEqualTo(layout.usedId(3));
    }

    @Test
    void theLargestThatDeviceAndPageHaveRoomFor() {
        assertThat(RingLayout.upTo(1024).size()).isEqualTo(128);
        assertThat(RingLayout.upTo(128).size()).isEqualTo(128);
        assertThat(RingLayout.upTo(64).size()).isEqualTo(64);
        assertThat(RingLayout.upTo(100).size()).isEqualTo(64);
        assertThat(RingLayout.upTo(-1).size()).as("an unsigned number").isEqualTo(128);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 3, 256})
    void otherSizesAreRefused(int size) {
        assertThatThrownBy(() -> new RingLayout(size)).isInstanceOf(IllegalArgumentException.class);
    }
}
