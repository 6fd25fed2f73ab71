// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.TYPE1;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The calls of a container to an iommufd with an IOAS, without a device (drivers/iommu/iommufd/vfio_compat.c). */
class IommufdCompatIoasTest extends ConformanceTest {
    private static final int SET = 1;
    private static final int UNMAP_ALL = 2;

    private final long page = world.linux().pageSize();
    private final Iommufd iommufd = new Iommufd(calls);
    private final Type1 type1 = Type1.of(calls, iommufd);
    private int ioas;

    @BeforeEach
    void chooseAnIoas() {
        ioas = iommufd.alloc();
        iommufd.vfioIoas(SET, ioas);
    }

    @ParameterizedTest
    @ValueSource(longs = {TYPE1, TYPE1_V2})
    void aTypeCanBeChosenAgainAndAgain(long type) {
        assertThat(calls.setIommu(iommufd.fd, type)).isEqualTo("ok");
        assertThat(calls.setIommu(iommufd.fd, type)).isEqualTo("ok");
        assertThat(calls.setIommu(iommufd.fd, TYPE1_V2)).isEqualTo("ok");
        assertThat(calls.setIommu(iommufd.fd, 8)).as("noiommu").isEqualTo("EINVAL");
    }

    @Test
    void aMappingIsOneOfTheIoas() {
        long memory = calls.pages(2);
        assertThat(type1.map(3, memory, 16 * page, 2 * page)).isEqualTo("ok");
        assertThat(type1.map(3, memory, 17 * page, page)).isEqualTo("EEXIST");
        assertThat(iommufd.map(ioas, memory, page, 16 * page)).isEqualTo("EEXIST");
        assertThat(iommufd.unmap(ioas, 16 * page, 2 * page)).isEqualTo("0x" + Long.toHexString(2 * page));
        assertThat(type1.unmapPages(0, 16 * page, 2 * page)).as("empty").isEqualTo("ok 0");
    }

    @Test
    void everythingIsUnmappedByAFlag() {
        long memory = calls.pages(2);
        type1.map(3, memory, 16 * page, 2 * page);
        type1.map(3, memory, 32 * page, page);
        assertThat(type1.unmapPages(UNMAP_ALL, 16 * page, 0)).isEqualTo("EINVAL 0");
        assertThat(type1.unmapPages(UNMAP_ALL, 0, page)).isEqualTo("EINVAL 1");
        assertThat(type1.unmapPages(UNMAP_ALL, 0, 0)).isEqualTo("ok 3");
        assertThat(type1.unmapPages(UNMAP_ALL, 0, 0)).as("again").isEqualTo("ok 0");
    }

    @Test
    void version2CutsNoMapping() {
        calls.setIommu(iommufd.fd, TYPE1_V2);
        type1.map(3, calls.pages(4), 16 * page, 4 * page);
        assertThat(type1.unmapPages(0, 16 * page, page)).isEqualTo("ENOENT 0");
        assertThat(type1.unmapPages(0, 19 * page, page)).isEqualTo("ENOENT 0");
        assertThat(type1.unmapPages(0, 17 * page, page)).isEqualTo("ENOENT 0");
        assertThat(type1.unmapPages(0, 8 * page, 64 * page)).isEqualTo("ok 4");
    }

    @Test
    void whatIsBeforeTheCutMappingIsGoneAndSaid() {
        type1.map(3, calls.pages(4), 16 * page, 4 * page);
        type1.map(3, calls.pages(4), 32 * page, 4 * page);
        assertThat(type1.unmapPages(0, 16 * page, 17 * page)).isEqualTo("ENOENT 4");
    }

    @Test
    void version1CutsMappings() {
        calls.setIommu(iommufd.fd, TYPE1);
        type1.map(3, calls.pages(4), 16 * page, 4 * page);
        assertThat(type1.unmapPages(0, 16 * page, page)).as("the first page").isEqualTo("ok 1");
        assertThat(type1.unmapPages(0, 18 * page, page)).as("one in the middle").isEqualTo("ok 1");
        assertThat(type1.unmapPages(0, 17 * page, page)).isEqualTo("ok 1");
        assertThat(type1.unmapPages(0, 0, 64 * page)).as("the rest").isEqualTo("ok 1");
    }

    @Test
    void version1TakesWholePagesOnly() {
        calls.setIommu(iommufd.fd, TYPE1);
        long memory = calls.pages(4);
        assertThat(type1.map(3, memory, 16, 16)).isEqualTo("EINVAL");
        type1.map(3, memory, 16 * page, 4 * page);
        assertThat(type1.unmapPages(0, 16 * page, 16)).isEqualTo("EINVAL 0");
        assertThat(type1.unmapPages(UNMAP_ALL, 0, 0)).isEqualTo("ok 4");
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, 0x0, EINVAL",
        "0xfffffffffffff000, 0x2000, EOVERFLOW",
        "0xfffffffffffff000, 0x1000, ok",
        "0x1, 0x1, ok"
    })
    void whatCanBeUnmapped(String iova, String size, String expected) {
        assertThat(type1.unmapPages(
                        0,
                        Long.parseUnsignedLong(iova.substring(2), 16),
                        Long.parseUnsignedLong(size.substring(2), 16)))
                .isEqualTo(expected + " 0");
    }

    /** Other than type1 it takes a mapping that the device may neither read nor write. */
    @ParameterizedTest
    @CsvSource({"0, ok", "1, ok", "2, ok", "3, ok", "4, EINVAL", "7, EINVAL"})
    void theFlagsOfAMapping(int flags, String expected) {
        assertThat(type1.map(flags, calls.pages(1), 16 * page, page)).isEqualTo(expected);
    }

    private ByteBuffer info(int argsz) {
        ByteBuffer info = Calls.memory(256);
        for (int i = 0; i < 256; i++) {
            info.put(i, (byte) 0x55);
        }
        info.putInt(0, argsz);
        assertThat(iommufd.ioctl(VfioIoctl.VFIO_IOMMU_GET_INFO, info)).isEqualTo("ok");
        return info;
    }

    private static void assertUntouchedFrom(ByteBuffer info, int from) {
        for (int i = from; i < 256; i++) {
            assertThat(info.get(i)).as("byte %d", i).isEqualTo((byte) 0x55);
        }
    }

    /** DMA_AVAIL at 24, IOVA_RANGE with one range at 40. */
    @Test
    void infoWithRoomForEverything() {
        ByteBuffer info = info(256);
        assertThat(info.getInt(0)).as("argsz").isEqualTo(72);
        assertThat(info.getInt(4)).as("flags").isEqualTo(3);
        assertThat(info.getLong(8)).as("page sizes").isEqualTo(-page);
        assertThat(info.getInt(16)).as("cap_offset").isEqualTo(24);
        assertThat(info.getShort(24)).as("DMA_AVAIL").isEqualTo((short) 3);
        assertThat(info.getShort(26)).as("version").isEqualTo((short) 1);
        assertThat(info.getInt(28)).as("next").isEqualTo(40);
        assertThat(info.getInt(32)).as("available").isEqualTo(-1);
        assertThat(info.getShort(40)).as("IOVA_RANGE").isEqualTo((short) 1);
        assertThat(info.getShort(42)).as("version").isEqualTo((short) 1);
        assertThat(info.getInt(44)).as("next").isZero();
        assertThat(info.getInt(48)).as("ranges").isEqualTo(1);
        assertThat(info.getLong(56)).as("first").isZero();
        assertThat(info.getLong(64)).as("last").isEqualTo(-1);
        assertUntouchedFrom(info, 72);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 20, 23, 24, 25, 35, 36, 39, 40, 41, 56, 64, 71, 72, 73})
    void nothingIsWrittenBehindWhatThereIsRoomFor(int argsz) {
        ByteBuffer info = info(argsz);
        assertThat(info.getInt(0)).as("argsz").isEqualTo(72);
        assertThat(info.getInt(4)).as("flags").isEqualTo(3);
        if (argsz >= 20) {
            assertThat(info.getInt(16)).as("cap_offset").isEqualTo(argsz >= 72 ? 24 : 0);
        }
        assertUntouchedFrom(info, Math.min(argsz, 72));
        boolean available = argsz >= 36;
        assertThat(info.getShort(24) == 3).as("DMA_AVAIL is there").isEqualTo(available);
        if (available) {
            assertThat(info.getInt(28)).as("next").isEqualTo(argsz >= 40 ? 40 : 0);
        }
    }

    @Test
    void withoutLargePagesThePageIsTheSmallestSize() {
        calls.setIommu(iommufd.fd, TYPE1);
        assertThat(info(72).getLong(8)).isEqualTo(-page);
    }
}
