// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceArgumentTest {
    @Test
    void aDeviceAndWhatFollows() {
        assertThat(DeviceArgument.of("a003c00.virtio_mmio", "read", "0"))
                .isEqualTo(new DeviceArgument(false, "a003c00.virtio_mmio", List.of("read", "0")));
    }

    @Test
    void dmaThatNothingConfinesIsAskedFor() {
        assertThat(DeviceArgument.of("--noiommu", "a003c00.virtio_mmio"))
                .isEqualTo(new DeviceArgument(true, "a003c00.virtio_mmio", List.of()));
    }

    @Test
    void thereMustBeADevice() {
        assertThatThrownBy(DeviceArgument::of).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DeviceArgument.of("--noiommu")).isInstanceOf(IllegalArgumentException.class);
    }
}
