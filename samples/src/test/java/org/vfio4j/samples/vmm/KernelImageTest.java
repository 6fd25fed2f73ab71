// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The header of Linux's Documentation/arch/arm64/booting.rst, section 4. */
class KernelImageTest {
    @TempDir
    private Path directory;

    private static byte[] image(int size, long textOffset, long imageSize, long flags) {
        ByteBuffer image = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        image.putLong(8, textOffset).putLong(16, imageSize).putLong(24, flags);
        image.put(56, (byte) 'A').put(57, (byte) 'R').put(58, (byte) 'M').put(59, (byte) 0x64);
        return image.array();
    }

    private KernelImage read(byte[] bytes) throws IOException {
        return KernelImage.read(Files.write(directory.resolve("Image"), bytes));
    }

    @Test
    void placeAndSizeAreInTheHeader() throws Exception {
        // What Linux 6.12 says: little-endian, 4 KiB pages, anywhere.
        KernelImage kernel = read(image(1000, 0, 0xb1_0000, 0xa));
        assertThat(kernel.fileSize()).isEqualTo(1000);
        assertThat(kernel.textOffset()).isZero();
        assertThat(kernel.memorySize()).isEqualTo(0xb1_0000);
        assertThat(read(image(1000, 0x8_0000, 0xb1_0000, 0)).textOffset()).isEqualTo(0x8_0000);
    }

    /** Before 3.17: the text offset may be of either byte order, and is always the same. */
    @Test
    void anOldKernelSaysNoSize() throws Exception {
        KernelImage kernel = read(image(1000, 0x0000_0800_0000_0000L, 0, 0));
        assertThat(kernel.textOffset()).isEqualTo(0x8_0000);
        assertThat(kernel.memorySize()).isEqualTo(64 << 20);
    }

    @Test
    void aKernelNeedsNoLessMemoryThanItsFileHas() throws Exception {
        assertThat(read(image(1000, 0, 10, 0)).memorySize()).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b0800, a gzip file; gunzip it first",
        "7f454c46, 'an ELF file, such as vmlinux; take arch/arm64/boot/Image of the same build'",
        "4d5a00007a696d67, a compressed EFI program (zboot)",
        "4d5aea07, an EFI program of another architecture",
        "23212f62, 0x00000000 there",
    })
    void anotherFileIsNamed(String beginning, String found) {
        byte[] bytes = new byte[100];
        for (int i = 0; i < beginning.length() / 2; i++) {
            bytes[i] = (byte) Integer.parseInt(beginning.substring(2 * i, 2 * i + 2), 16);
        }
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no arm64 kernel: expected a file 'Image'")
                .hasMessageContaining(found);
    }

    @Test
    void aShortFileIsNoKernel() {
        assertThatThrownBy(() -> read(new byte[63])).hasMessageEndingWith("found a file of 63 bytes");
        assertThatThrownBy(() -> read(new byte[0])).hasMessageEndingWith("found a file of 0 bytes");
    }

    @Test
    void aBigEndianKernelIsRefused() {
        assertThatThrownBy(() -> read(image(100, 0, 100, 1))).hasMessageContaining("big-endian");
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> read(image(100, 0x20_0000, 100, 0)))
                .hasMessageContaining("text_offset is 0x200000, image_size 0x64");
        assertThatThrownBy(() -> read(image(100, -1, 100, 0))).hasMessageContaining("damaged");
        assertThatThrownBy(() -> read(image(100, 0, -1, 0))).hasMessageContaining("damaged");
    }
}
