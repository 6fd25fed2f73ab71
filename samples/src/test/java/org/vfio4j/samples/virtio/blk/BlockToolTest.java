// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.blk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.samples.virtio.model.DiskFunction;
import org.vfio4j.samples.virtio.model.VirtioBoard;
import org.vfio4j.samples.virtio.model.VirtioBoard.Kind;

class BlockToolTest {
    private final DiskFunction function = DiskOnBoard.newFunction();
    private final VirtioBoard board = new VirtioBoard(Kind.MODERN_WITHOUT_IOMMU, function);
    private final byte[] before = function.bytes().clone();

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("file");
    }

    private void run(String command, String... operands) throws Exception {
        try (PlatformDevice device = board.open()) {
            BlockTool.run(device, command, List.of(operands));
        }
    }

    @Test
    void readsSectorsIntoAFile() throws Exception {
        run("read", "5", "4000", file.toString());
        assertThat(file).hasBinaryContent(Arrays.copyOfRange(before, 5 * 512, 4005 * 512));
    }

    @Test
    void writesAFileToSectorsAndFlushes() throws Exception {
        byte[] content = Arrays.copyOf(before, 3000 * 512);
        Files.write(file, content);
        run("write", "17", file.toString());
        byte[] expected = before.clone();
        System.arraycopy(content, 0, expected, 17 * 512, content.length);
        assertThat(function.bytes()).isEqualTo(expected);
        assertThat(function.log()).endsWith("FLUSH 0 0");
    }

    @Test
    void describesTheDisk() throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            run("info");
        } finally {
            System.setOut(console);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("8192 sectors of 512 bytes, blocks of 512 bytes, writable, with a cache\n");
    }

    @Test
    void aFileMustBeWholeSectors() throws Exception {
        Files.write(file, new byte[700]);
        assertThatThrownBy(() -> run("write", "0", file.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("whole blocks of 512 bytes, got 700");
        assertThat(function.bytes()).isEqualTo(before);
    }

    @Test
    void saysWhatItExpects() {
        assertThatThrownBy(() -> run("read", "0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DEVICE read SECTOR COUNT FILE");
    }
}
