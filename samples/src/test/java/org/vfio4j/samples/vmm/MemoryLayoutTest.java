// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The rules of Linux's Documentation/arch/arm64/booting.rst, sections 2 and 4. */
class MemoryLayoutTest {
    private static final long MIB = 1 << 20;

    private static KernelImage kernel(long textOffset, long memorySize) {
        return new KernelImage(Path.of("Image"), 1, textOffset, memorySize);
    }

    @Test
    void theKernelIsLowestAndTheTreeIsInABlockOfItsOwn() {
        MemoryLayout layout = MemoryLayout.of(256 * MIB, kernel(0, 11 * MIB), 5 * MIB + 1);
        assertThat(layout.kernel()).isEqualTo(0x4000_0000L);
        assertThat(layout.initrd()).isEqualTo(0x4000_0000L + 12 * MIB);
        assertThat(layout.tree()).isEqualTo(0x4000_0000L + 18 * MIB);
    }

    @Test
    void theKernelIsAtItsOffset() {
        MemoryLayout layout = MemoryLayout.of(256 * MIB, kernel(0x8_0000, 2 * MIB), 0);
        assertThat(layout.kernel()).isEqualTo(0x4008_0000L);
        assertThat(layout.initrd()).as("behind all of it").isEqualTo(0x4000_0000L + 4 * MIB);
    }

    @Test
    void itSaysHowMuchMemoryIsNeeded() {
        KernelImage kernel = kernel(0, 10 * MIB);
        assertThat(MemoryLayout.of(16 * MIB, kernel, 4 * MIB).tree()).isEqualTo(0x4000_0000L + 14 * MIB);
        assertThatThrownBy(() -> MemoryLayout.of(16 * MIB, kernel, 4 * MIB + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("16 MiB of memory are too few: the kernel, an initramfs of 6 MiB and the device tree need"
                        + " 18 MiB");
    }

    @Test
    void allIsInTheFirstBank() {
        long most = 1024 - 2 - 10;
        assertThat(MemoryLayout.of(4096 * MIB, kernel(0, 10 * MIB), most * MIB).tree())
                .isEqualTo(0x8000_0000L - 2 * MIB);
        assertThatThrownBy(() -> MemoryLayout.of(4096 * MIB, kernel(0, 10 * MIB), most * MIB + 1))
                .hasMessage(
                        "the kernel and an initramfs of 1014 MiB are too large: with the device tree they have to fit"
                                + " in 1024 MiB");
    }
}
