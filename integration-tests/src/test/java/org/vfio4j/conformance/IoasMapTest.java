// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Iommufd.ALL;
import static org.vfio4j.conformance.Iommufd.FIXED;
import static org.vfio4j.conformance.Iommufd.READABLE;
import static org.vfio4j.conformance.Iommufd.WRITEABLE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.vfio.abi.IommufdIoctl;

/** Mapping in an IOAS that no device is attached to (drivers/iommu/iommufd/ioas.c and io_pagetable.c). */
class IoasMapTest extends ConformanceTest {
    private final long page = world.linux().pageSize();
    private final Iommufd iommufd = new Iommufd(calls);
    private final int ioas = iommufd.alloc();

    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }

    @Test
    void nothingIsMappedAtFirst() {
        for (int i = 0; i < 10; i++) {
            assertThat(iommufd.unmap(ioas, i * page, page)).isEqualTo("ENOENT");
        }
        assertThat(iommufd.unmap(ioas, 0, -1)).as("everything").isEqualTo("0x0");
    }

    @Test
    void aMappingIsUnmappedWhole() {
        long memory = calls.pages(2);
        assertThat(iommufd.map(ioas, memory, 2 * page, 16 * page)).isEqualTo("ok");
        assertThat(iommufd.unmap(ioas, 16 * page, page)).as("its first half").isEqualTo("ENOENT");
        assertThat(iommufd.unmap(ioas, 17 * page, page)).as("its second half").isEqualTo("ENOENT");
        assertThat(iommufd.unmap(ioas, 16 * page, 2 * page)).isEqualTo("0x" + Long.toHexString(2 * page));
        assertThat(iommufd.unmap(ioas, 16 * page, 2 * page)).as("again").isEqualTo("ENOENT");
    }

    @ParameterizedTest
    @CsvSource({"16, 2", "16, 1", "17, 1", "15, 2", "15, 3", "1, 99"})
    void mappingsDoNotOverlap(long first, long pages) {
        assertThat(iommufd.map(ioas, calls.pages(2), 2 * page, 16 * page)).isEqualTo("ok");
        assertThat(iommufd.map(ioas, calls.pages((int) pages), pages * page, first * page))
                .isEqualTo("EEXIST");
        assertThat(iommufd.unmap(ioas, 0, -1)).isEqualTo("0x" + Long.toHexString(2 * page));
        assertThat(iommufd.unmap(ioas, 0, -1)).as("again").isEqualTo("0x0");
    }

    @Test
    void neighboursDoNotOverlap() {
        long memory = calls.pages(2);
        assertThat(iommufd.map(ioas, memory, 2 * page, 16 * page)).isEqualTo("ok");
        assertThat(iommufd.map(ioas, memory, page, 15 * page)).isEqualTo("ok");
        assertThat(iommufd.map(ioas, memory, page, 18 * page)).isEqualTo("ok");
        assertThat(iommufd.unmap(ioas, 15 * page, 4 * page)).isEqualTo("0x" + Long.toHexString(4 * page));
    }

    @Test
    void whatIsUnmappedMayHaveGaps() {
        long memory = calls.pages(8);
        for (int i = 0; i < 4; i++) {
            assertThat(iommufd.map(ioas, memory, 8 * page, (16 + 16L * i) * page))
                    .isEqualTo("ok");
        }
        assertThat(iommufd.unmap(ioas, 17 * page, 100 * page))
                .as("cuts the first")
                .isEqualTo("ENOENT");
        assertThat(iommufd.unmap(ioas, 8 * page, (16 + 3 * 16 + 8 - 8) * page))
                .as("all four")
                .isEqualTo("0x" + Long.toHexString(32 * page));
    }

    /** Mappings are taken away one by one, and the error comes at the one that would be cut. */
    @Test
    void whatIsBeforeTheCutMappingIsGone() {
        long memory = calls.pages(2);
        assertThat(iommufd.map(ioas, memory, 2 * page, 16 * page)).isEqualTo("ok");
        assertThat(iommufd.map(ioas, memory, 2 * page, 32 * page)).isEqualTo("ok");
        assertThat(iommufd.unmap(ioas, 16 * page, 17 * page)).isEqualTo("ENOENT");
        assertThat(iommufd.unmap(ioas, 16 * page, 2 * page)).as("gone").isEqualTo("ENOENT");
        assertThat(iommufd.unmap(ioas, 32 * page, 2 * page)).isEqualTo("0x" + Long.toHexString(2 * page));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, 0x0, EINVAL",
        "0x1000, 0x0, EINVAL",
        "0x1000, 0xffffffffffffffff, EOVERFLOW",
        "0xffffffffffffffff, 0x1000, EOVERFLOW",
        "0xfffffffffffffffe, 0x3, EOVERFLOW",
        "0xfffffffffffffffe, 0x2, ENOENT",
        "0x0, 0xfffffffffffffffe, ENOENT",
        "0x1, 0xfffffffffffffffe, ENOENT",
        "0x2, 0xfffffffffffffffe, ENOENT",
        "0x3, 0xfffffffffffffffe, EOVERFLOW"
    })
    void whatCanBeUnmapped(String iova, String length, String expected) {
        assertThat(iommufd.unmap(ioas, number(iova), number(length))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, EINVAL",
        "1, EINVAL",
        "2, ok",
        "3, ok",
        "4, ok",
        "5, ok",
        "6, ok",
        "7, ok",
        "8, EOPNOTSUPP",
        "15, EOPNOTSUPP",
        "0x80000007, EOPNOTSUPP"
    })
    void theFlags(String flags, String expected) {
        assertThat(iommufd.map((int) number(flags), ioas, calls.pages(1), page, 16 * page))
                .isEqualTo(expected);
    }

    @Test
    void reservedMembersAreZero() {
        assertThat(iommufd.ioctl(
                        IommufdIoctl.IOMMU_IOAS_MAP,
                        Iommufd.mapArgument(ALL, ioas, calls.pages(1), page, 0).putInt(12, 1)))
                .isEqualTo("EOPNOTSUPP");
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, Calls.words(32, 32, ioas, 0, 1)))
                .isEqualTo("EOPNOTSUPP");
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_ALLOW_IOVAS, Calls.words(24, 24, ioas, 0, 1)))
                .isEqualTo("EOPNOTSUPP");
    }

    @ParameterizedTest
    @CsvSource({
        // IOVA, length, with an address in the middle of memory
        "0x0, 0x0, EINVAL",
        "0x0, 0x1, ok",
        "0x1, 0x1001, ok",
        "0x0, 0xffffffffffffffff, EOVERFLOW",
        "0xffffffffffffffff, 0x1000, EOVERFLOW",
        "0xfffffffffffffffe, 0x2, ok",
        "0xfffffffffffffffe, 0x3, EOVERFLOW",
        "0x1000, 0xfffffffffffffffe, EINVAL",
        "0x1000, 0xfffffffffffff000, EINVAL",
        "0x1000, 0xffffffffffffe000, EOVERFLOW"
    })
    void addressesAndLengths(String iova, String length, String expected) {
        assertThat(iommufd.map(ioas, calls.pages(2), number(length), number(iova)))
                .isEqualTo(expected);
    }

    /** Without an IOMMU nobody looks at the memory. */
    @Test
    void theMemoryNeedNotBeThere() {
        assertThat(iommufd.map(ioas, 0, page, 0)).isEqualTo("ok");
        assertThat(iommufd.map(ioas, page, page, page)).isEqualTo("ok");
        assertThat(iommufd.map(ioas, -page, page, 2 * page)).as("up to the end").isEqualTo("EOVERFLOW");
        assertThat(iommufd.map(ioas, -2 * page, page, 2 * page)).isEqualTo("ok");
    }

    @Test
    void theIoasMustBeThere() {
        long memory = calls.pages(1);
        for (int absent : new int[] {0, ioas + 1, -1}) {
            assertThat(iommufd.map(absent, memory, page, 0)).isEqualTo("ENOENT");
            assertThat(iommufd.unmap(absent, 0, page)).isEqualTo("ENOENT");
            assertThat(iommufd.unmap(absent, 0, -1)).isEqualTo("ENOENT");
        }
    }

    @Test
    void theKernelChoosesTheFirstFreeAddressButNotPageZero() {
        long memory = calls.pages(1);
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(page));
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(2 * page));
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(3 * page));
        iommufd.unmap(ioas, 2 * page, page);
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(2 * page));
    }

    /** iopt_alloc_iova: as the memory is aligned, as far as the length makes that of use. */
    @Test
    void aChosenAddressIsAlignedAsLengthAndMemoryAre() {
        long start = calls.pages(64);
        long memory = (start + 16 * page - 1) & -16 * page;
        for (int i = 0; i < 10; i++) {
            long length = (i + 1) * page;
            String chosen = iommufd.mapAnywhere(ioas, memory, length);
            assertThat(number(chosen) % Long.lowestOneBit(length))
                    .as("%d pages at %s", i + 1, chosen)
                    .isZero();
        }
        assertThat(iommufd.mapAnywhere(ioas, memory, 16 * page))
                .as("the first multiple of 16 pages behind 55 pages")
                .isEqualTo("0x" + Long.toHexString(80 * page));
    }

    /** iopt_alloc_iova adds it with an or, to an address that need not be of a page: the third loses it. */
    @Test
    void theOffsetInThePageIsKeptWhereTheFreeAddressIsOfAPage() {
        long memory = calls.pages(2);
        assertThat(iommufd.mapAnywhere(ioas, memory + 0x234, 0x100)).isEqualTo("0x1234");
        assertThat(iommufd.mapAnywhere(ioas, memory + 0x10, 0x10)).isEqualTo("0x1010");
        assertThat(iommufd.mapAnywhere(ioas, memory + 0x234, 0x100)).isEqualTo("0x1334");
    }

    @Test
    void aLengthOfHalfTheSpaceIsTooMuchToChooseFor() {
        assertThat(iommufd.mapAnywhere(ioas, 0x10000, Long.MIN_VALUE)).isEqualTo("EOVERFLOW");
        assertThat(iommufd.mapAnywhere(ioas, 0x10000, 0)).isEqualTo("EINVAL");
    }

    @Test
    void aMappingCanBeCopied() {
        long memory = calls.pages(4);
        assertThat(iommufd.map(ioas, memory, 4 * page, 16 * page)).isEqualTo("ok");
        assertThat(iommufd.copy(ALL, ioas, 32 * page, ioas, 16 * page, 4 * page))
                .as("inside")
                .isEqualTo("ok");
        int other = iommufd.alloc();
        assertThat(iommufd.copy(ALL, other, 8 * page, ioas, 17 * page, 2 * page))
                .as("a part of it, elsewhere")
                .isEqualTo("ok");
        assertThat(iommufd.destroy(ioas)).as("the source can go").isEqualTo("ok");
        assertThat(iommufd.unmap(other, 8 * page, 2 * page)).isEqualTo("0x" + Long.toHexString(2 * page));
    }

    @Test
    void whatIsCopiedHasNoGap() {
        long memory = calls.pages(2);
        iommufd.map(ioas, memory, page, 16 * page);
        iommufd.map(ioas, memory, page, 17 * page);
        iommufd.map(ioas, memory, page, 19 * page);
        assertThat(iommufd.copy(ALL, ioas, 64 * page, ioas, 16 * page, 2 * page))
                .isEqualTo("ok");
        assertThat(iommufd.copy(ALL, ioas, 128 * page, ioas, 16 * page, 3 * page))
                .isEqualTo("ENOENT");
        assertThat(iommufd.copy(ALL, ioas, 128 * page, ioas, 15 * page, 2 * page))
                .isEqualTo("ENOENT");
        assertThat(iommufd.copy(ALL, ioas, 128 * page, ioas, 16 * page, 4 * page))
                .isEqualTo("ENOENT");
        assertThat(iommufd.unmap(ioas, 64 * page, page))
                .as("two mappings were made, so one can go")
                .isEqualTo("0x" + Long.toHexString(page));
    }

    @Test
    void aCopyHasTheRightsOfTheMemory() {
        long memory = calls.pages(1);
        assertThat(iommufd.map(FIXED | READABLE, ioas, memory, page, 16 * page)).isEqualTo("ok");
        assertThat(iommufd.copy(FIXED | WRITEABLE, ioas, 32 * page, ioas, 16 * page, page))
                .isEqualTo("EPERM");
        assertThat(iommufd.copy(FIXED | READABLE, ioas, 32 * page, ioas, 16 * page, page))
                .isEqualTo("ok");
        assertThat(iommufd.map(FIXED | WRITEABLE, ioas, memory, page, 64 * page))
                .isEqualTo("ok");
        assertThat(iommufd.copy(FIXED | READABLE, ioas, 65 * page, ioas, 64 * page, page))
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        // flags, offset of the source, length, target in pages
        "0, 0, 1, 64, EINVAL",
        "1, 0, 1, 64, EINVAL",
        "8, 0, 1, 64, EOPNOTSUPP",
        "7, 0, 0, 64, EINVAL",
        "7, 1, 1, 64, ENOENT",
        "7, 0, 2, 64, ENOENT",
        "7, 0, 1, 16, EEXIST"
    })
    void whatCanBeCopied(int flags, long from, long length, long to, String expected) {
        iommufd.map(ioas, calls.pages(1), page, 16 * page);
        assertThat(iommufd.copy(flags, ioas, to * page, ioas, (16 + from) * page, length * page))
                .isEqualTo(expected);
    }

    @Test
    void bothSidesOfACopyMustBeThere() {
        iommufd.map(ioas, calls.pages(1), page, 16 * page);
        assertThat(iommufd.copy(ALL, 99, 0, ioas, 16 * page, page)).isEqualTo("ENOENT");
        assertThat(iommufd.copy(ALL, ioas, 0, 99, 16 * page, page)).isEqualTo("ENOENT");
        assertThat(iommufd.copy(ALL, ioas, -1, ioas, 16 * page, page)).isEqualTo("EOVERFLOW");
        assertThat(iommufd.copy(ALL, ioas, 0, ioas, -1, page)).isEqualTo("EOVERFLOW");
        assertThat(iommufd.copy(ALL, ioas, 0, ioas, 16 * page, -1)).isEqualTo("EOVERFLOW");
    }
}
