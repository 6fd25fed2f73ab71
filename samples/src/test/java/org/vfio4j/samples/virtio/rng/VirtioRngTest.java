// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.rng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.samples.virtio.DeviceFaultException;
import org.vfio4j.samples.virtio.model.EntropyFunction;
import org.vfio4j.samples.virtio.model.VirtioBoard;
import org.vfio4j.samples.virtio.model.VirtioBoard.Kind;

@Timeout(60)
class VirtioRngTest {
    private static byte[] countingUp(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void asksUntilThereIsEnough(Kind kind) throws Exception {
        EntropyFunction function = new EntropyFunction(7);
        byte[] bytes = new byte[30];
        try (PlatformDevice platform = new VirtioBoard(kind, function).open();
                VirtioRng rng = VirtioRng.open(platform)) {
            rng.fill(bytes);
        }
        assertThat(bytes).isEqualTo(countingUp(30));
        assertThat(function.requests()).isEqualTo(5);
    }

    @Test
    void moreThanAPageIsAskedForInParts() throws Exception {
        EntropyFunction function = new EntropyFunction(1 << 20);
        byte[] bytes = new byte[10_000];
        try (PlatformDevice platform = new VirtioBoard(Kind.MODERN_WITH_IOMMU, function).open();
                VirtioRng rng = VirtioRng.open(platform)) {
            rng.fill(bytes);
        }
        assertThat(bytes).isEqualTo(countingUp(10_000));
        assertThat(function.requests()).isEqualTo(3);
    }

    @Test
    void aDeviceThatGivesNothingIsNotAskedForEver() throws Exception {
        VirtioBoard board = new VirtioBoard(Kind.MODERN_WITH_IOMMU, new EntropyFunction(0));
        try (PlatformDevice platform = board.open();
                VirtioRng rng = VirtioRng.open(platform)) {
            assertThatThrownBy(() -> rng.fill(new byte[1]))
                    .isInstanceOf(DeviceFaultException.class)
                    .hasMessageContaining("gave no bytes");
            assertThat(board.model().status()).as("reset").isZero();
        }
    }
}
