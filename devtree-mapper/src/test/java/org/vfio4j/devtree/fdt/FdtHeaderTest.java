// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.vfio4j.devtree.fdt.BlobAssembler.LAST_COMPATIBLE;
import static org.vfio4j.devtree.fdt.BlobAssembler.VERSION;
import static org.vfio4j.devtree.fdt.BlobAssembler.with;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.DeviceTreeException.Kind;

/** The header rules of libfdt's {@code fdt_check_header}, one field of a good header changed at a time. */
class FdtHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "0x00, 0xd00dfeec, BAD_MAGIC", // one bit
        "0x00, 0x500dfeed, BAD_MAGIC", // the sign bit
        "0x00, 0xedfe0dd0, BAD_MAGIC", // the other byte order
        "0x04, 0, TRUNCATED",
        "0x04, 27, TRUNCATED", // smaller than the header of version 1
        "0x04, 39, TRUNCATED", // smaller than this header
        "0x04, 0x40000000, TRUNCATED",
        "0x04, 0x80000000, TRUNCATED",
        "0x04, 0xffffffff, TRUNCATED",
        "0x08, 36, TRUNCATED", // blocks that begin inside the header
        "0x0c, 39, TRUNCATED",
        "0x10, 32, TRUNCATED",
        "0x08, 0x10000, TRUNCATED", // ... or after the blob
        "0x0c, 0x10000, TRUNCATED",
        "0x10, 0x10000, TRUNCATED",
        "0x08, 0xfffffffc, TRUNCATED",
        "0x0c, 0xffffffff, TRUNCATED",
        "0x10, 0xfffffff8, TRUNCATED",
        "0x08, 0x32, ALIGNMENT", // dtc issue 178
        "0x08, 57, ALIGNMENT",
        "0x10, 44, ALIGNMENT", // a multiple of 4 is not enough for the reservations
        "0x14, 0, BAD_VERSION",
        "0x14, 1, BAD_VERSION",
        "0x18, 18, BAD_VERSION",
        "0x18, 0xffffffff, BAD_VERSION",
        "0x20, 0xffffffff, TRUNCATED", // sizes that run over the end, or overflow
        "0x20, 0x7fffffff, TRUNCATED",
        "0x24, 0xffffffff, TRUNCATED",
        "0x24, 0x7fffffff, TRUNCATED",
    })
    void oneWrongFieldIsNamed(String field, String value, Kind kind) {
        byte[] blob = with(BlobAssembler.small().blob(), Integer.decode(field), Long.decode(value));

        DeviceTreeException e = failure(blob);

        assertThat(e.kind()).isEqualTo(kind);
        assertThat(Integer.decode(e.place().replace("byte ", ""))).isEqualTo(Integer.decode(field));
    }

    @Test
    void aVersionOlderThanItsCompatibleVersionIsRefused() {
        byte[] blob = with(with(BlobAssembler.small().blob(), VERSION, 2), LAST_COMPATIBLE, 17);

        assertThat(failure(blob).kind()).isEqualTo(Kind.BAD_VERSION);
    }

    @ParameterizedTest
    @ValueSource(longs = {17, 18, 1000, 0xffff_ffffL})
    void aLaterVersionThatIsCompatibleIsRead(long version) {
        byte[] blob = with(BlobAssembler.small().blob(), VERSION, version);

        assertThat(FdtReader.read(blob).find("/child")).isPresent();
    }

    @Test
    void aBlobCutAnywhereIsTruncated() {
        byte[] blob = BlobAssembler.small().blob();
        for (int length = 0; length < blob.length; length++) {
            assertThat(failure(Arrays.copyOf(blob, length)).kind())
                    .as("%d of %d bytes", length, blob.length)
                    .isEqualTo(Kind.TRUNCATED);
        }
    }

    @Test
    void bytesAfterTheBlobDoNotMatter() {
        byte[] blob = BlobAssembler.small().blob();

        assertThat(FdtReader.read(Arrays.copyOf(blob, blob.length + 1000)).nodes())
                .hasSize(2);
    }

    @Test
    void theBlobIsCopied() {
        byte[] blob = BlobAssembler.small().blob();
        DeviceTree tree = FdtReader.read(blob);

        Arrays.fill(blob, (byte) 0);

        assertThat(tree.root().compatible()).containsExactly("acme,board");
    }

    @Test
    void theBootCpuIsRead() {
        byte[] blob = with(BlobAssembler.small().blob(), BlobAssembler.BOOT_CPU, 0x80000101L);

        assertThat(FdtReader.read(blob).bootCpuId()).isEqualTo(0x80000101);
    }

    private static DeviceTreeException failure(byte[] blob) {
        DeviceTreeException e = catchThrowableOfType(DeviceTreeException.class, () -> FdtReader.read(blob));
        assertThat(e).as("the blob was read").isNotNull();
        return e;
    }
}
