// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.devtree.fdt.BlobAssembler.TOTAL_SIZE;
import static org.vfio4j.devtree.fdt.BlobAssembler.with;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.DeviceTreeException.Kind;

class FdtFileTest {
    @TempDir
    private Path dir;

    @Test
    void aFileIsReadUpToTheSizeInItsHeader() throws IOException {
        byte[] blob = BlobAssembler.small().blob();
        Path file = Files.write(dir.resolve("a.dtb"), Arrays.copyOf(blob, blob.length + 4096));

        SameTree.check(FdtReader.read(blob), FdtReader.read(file));
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = dir.resolve("missing.dtb");

        assertThatThrownBy(() -> FdtReader.read(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing + ": no such file");
    }

    @Test
    void aDirectoryIsNamedAsOne() {
        assertThatThrownBy(() -> FdtReader.read(dir))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(dir + ": is a directory, not a device tree blob");
    }

    @Test
    void aFileOfAnotherKindIsRefusedByItsFirstBytes() throws IOException {
        Path file = Files.writeString(dir.resolve("a.dts"), "/dts-v1/;\n/ { };\n");

        refused(file, Kind.BAD_MAGIC, "not a device tree blob: expected magic 0xd00dfeed, found 0x2f647473");
    }

    @Test
    void anEmptyFileIsTruncated() throws IOException {
        refused(Files.createFile(dir.resolve("empty.dtb")), Kind.TRUNCATED, "found 0 bytes");
    }

    @Test
    void aCutFileSaysHowMuchIsThere() throws IOException {
        byte[] blob = BlobAssembler.small().blob();
        Path file = Files.write(dir.resolve("cut.dtb"), Arrays.copyOf(blob, 100));

        refused(file, Kind.TRUNCATED, "the header says " + blob.length + " bytes, 100 are there");
    }

    @Test
    void aHugeFileThatIsNoBlobIsNotRead() throws IOException {
        Path file = dir.resolve("huge.img");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 32);
        }

        refused(file, Kind.BAD_MAGIC, "found 0x00000000");
    }

    @Test
    void aHugeFileThatSaysItIsABlobIsNotRead() throws IOException {
        Path file = dir.resolve("huge.dtb");
        Files.write(file, with(BlobAssembler.small().blob(), TOTAL_SIZE, 0x7fff_ffff));
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 32);
        }

        refused(file, Kind.TOO_LARGE, "the header says 2147483647 bytes, more than the 134217728 read");
    }

    @Test
    void aSizeThatTheFileDoesNotHaveCostsNoMemory() throws IOException {
        byte[] blob = with(BlobAssembler.small().blob(), TOTAL_SIZE, FdtReader.MAX_SIZE);
        Path file = Files.write(dir.resolve("liar.dtb"), blob);

        refused(file, Kind.TRUNCATED, "the header says 134217728 bytes, " + blob.length + " are there");
    }

    private static void refused(Path file, Kind kind, String message) {
        assertThatThrownBy(() -> FdtReader.read(file))
                .isInstanceOfSatisfying(
                        DeviceTreeException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }
}
