// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.conformance.Iommufd.Range;
import org.vfio4j.conformance.Iommufd.Ranges;
import org.vfio4j.vfio.abi.IommufdIoctl;

/** IOVA_RANGES and ALLOW_IOVAS of an IOAS that no device is attached to (drivers/iommu/iommufd/ioas.c). */
class IoasRangesTest extends ConformanceTest {
    private final long page = world.linux().pageSize();
    private final Iommufd iommufd = new Iommufd(calls);
    private final int ioas = iommufd.alloc();

    @Test
    void everyAddressCanBeUsedAtFirst() {
        Ranges ranges = iommufd.ranges(ioas, 16);
        assertThat(ranges.said()).isEqualTo("ok");
        assertThat(ranges.count()).isEqualTo(1);
        assertThat(ranges.alignment()).isEqualTo(1);
        assertThat(ranges.written()).containsExactly(new Range(0, -1));
    }

    @Test
    void withoutRoomOnlyTheNumberIsSaid() {
        Ranges ranges = iommufd.ranges(ioas, 0);
        assertThat(ranges.said()).isEqualTo("EMSGSIZE");
        assertThat(ranges.count()).isEqualTo(1);
        assertThat(ranges.alignment()).isEqualTo(1);
        assertThat(ranges.written()).isEmpty();
    }

    @Test
    void theArrayAndTheIoasMustBeThere() {
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, Calls.words(32, 32, ioas, 1)))
                .isEqualTo("EFAULT");
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, Calls.words(32, 32, ioas, 0)))
                .as("no room, so it is not written")
                .isEqualTo("EMSGSIZE");
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_ALLOW_IOVAS, Calls.words(24, 24, ioas, 1)))
                .isEqualTo("EFAULT");
        assertThat(iommufd.ranges(99, 1).said()).isEqualTo("ENOENT");
        assertThat(iommufd.allow(99)).isEqualTo("ENOENT");
    }

    @Test
    void theKernelChoosesInAllowedRangesOnly() {
        assertThat(iommufd.allow(ioas, new Range(64 * page, 66 * page - 1), new Range(32 * page, 33 * page - 1)))
                .isEqualTo("ok");
        long memory = calls.pages(1);
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(32 * page));
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(64 * page));
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(65 * page));
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("ENOSPC");
        assertThat(iommufd.allow(ioas)).as("everywhere again").isEqualTo("ok");
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x" + Long.toHexString(page));
    }

    @Test
    void neighboursAreOneAllowedRange() {
        iommufd.allow(ioas, new Range(64 * page, 65 * page - 1), new Range(65 * page, 66 * page - 1));
        assertThat(iommufd.mapAnywhere(ioas, calls.pages(2), 2 * page)).isEqualTo("0x" + Long.toHexString(64 * page));
    }

    @Test
    void aFixedAddressNeedNotBeAllowed() {
        iommufd.allow(ioas, new Range(64 * page, 66 * page - 1));
        assertThat(iommufd.map(ioas, calls.pages(1), page, page)).isEqualTo("ok");
        assertThat(iommufd.ranges(ioas, 1).written()).as("nor is it said").containsExactly(new Range(0, -1));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, EINVAL", "5, 5, EINVAL", "6, 5, EINVAL", "5, 6, ok", "0, -1, ok", "-1, -1, EINVAL", "-2, -1, ok"
    })
    void aRangeHasTwoAddressesAtLeast(long first, long last, String expected) {
        assertThat(iommufd.allow(ioas, new Range(first, last))).isEqualTo(expected);
    }

    @Test
    void allowedRangesDoNotOverlap() {
        assertThat(iommufd.allow(ioas, new Range(0, 9), new Range(9, 20))).isEqualTo("EINVAL");
        assertThat(iommufd.allow(ioas, new Range(0, 9), new Range(0, 9))).isEqualTo("EINVAL");
        assertThat(iommufd.allow(ioas, new Range(0, 9), new Range(10, 20))).isEqualTo("ok");
    }

    @Test
    void aRefusedListChangesNothing() {
        iommufd.allow(ioas, new Range(64 * page, 66 * page - 1));
        assertThat(iommufd.allow(ioas, new Range(8 * page, 9 * page), new Range(7, 6)))
                .isEqualTo("EINVAL");
        assertThat(iommufd.mapAnywhere(ioas, calls.pages(1), page)).isEqualTo("0x" + Long.toHexString(64 * page));
    }
}
