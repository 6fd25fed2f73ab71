// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** VFIO_IOMMU_GET_INFO (vfio_iommu_type1_get_info of drivers/vfio/vfio_iommu_type1.c). */
class Type1InfoTest extends ConformanceTest {
    private static final int MIGRATION = 2;
    private static final int DMA_AVAIL = 3;
    private static final int IOVA_RANGE = 1;

    private final Type1 type1 = new Type1(calls, Calls.TYPE1_V2);

    private ByteBuffer info(int size) {
        ByteBuffer info = Calls.words(size, size, -1);
        assertThat(calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_GET_INFO, info))
                .isEqualTo("ok");
        return info;
    }

    /** The offset of a capability. */
    private static int find(ByteBuffer info, int id) {
        int at = info.getInt(16);
        while (info.getShort(at) != id) {
            at = info.getInt(at + 4);
            assertThat(at).as("capability " + id).isPositive();
        }
        return at;
    }

    @Test
    void pagesBlocksAndCapabilities() {
        ByteBuffer info = info(256);
        assertThat(info.getInt(4)).as("flags").isEqualTo(3);
        assertThat(info.getLong(8)).as("4 KiB, 2 MiB, 1 GiB").isEqualTo(0x4020_1000L);
        assertThat(info.getInt(16)).as("cap_offset").isEqualTo(24);
        List<Integer> ids = new ArrayList<>();
        for (int at = 24; at != 0; at = info.getInt(at + 4)) {
            assertThat(at % 8).isZero();
            assertThat(info.getShort(at + 2)).as("version").isEqualTo((short) 1);
            ids.add((int) info.getShort(at));
        }
        assertThat(ids).containsExactly(MIGRATION, DMA_AVAIL, IOVA_RANGE);
    }

    @Test
    void migration() {
        ByteBuffer info = info(256);
        int at = find(info, MIGRATION);
        assertThat(info.getInt(at + 8)).as("flags").isZero();
        assertThat(info.getLong(at + 16)).as("page sizes of the bitmap").isEqualTo(0x1000);
        assertThat(info.getLong(at + 24)).as("bytes of a bitmap").isEqualTo(0x1000_0000L);
    }

    /** The SMMU's 48 bits without the window that Linux keeps for message-signalled interrupts. */
    @Test
    void rangesOfAddresses() {
        ByteBuffer info = info(256);
        int at = find(info, IOVA_RANGE);
        assertThat(info.getInt(at + 8)).isEqualTo(2);
        assertThat(info.getLong(at + 16)).isZero();
        assertThat(info.getLong(at + 24)).isEqualTo(0x7ff_ffff);
        assertThat(info.getLong(at + 32)).isEqualTo(0x810_0000);
        assertThat(info.getLong(at + 40)).isEqualTo(0xffff_ffff_ffffL);
    }

    @Test
    void everyMappingTakesOneOfTheEntries() {
        int free = info(256).getInt(find(info(256), DMA_AVAIL) + 8);
        assertThat(free).isEqualTo(65535);
        type1.mustMap(calls.pages(2), 0x100000, 0x2000);
        assertThat(info(256).getInt(find(info(256), DMA_AVAIL) + 8)).isEqualTo(free - 1);
        type1.unmap(0, 0x100000, 0x2000);
        assertThat(info(256).getInt(find(info(256), DMA_AVAIL) + 8)).isEqualTo(free);
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 32, 64, 119})
    void tooShortForTheCapabilitiesSaysWhatIsNeeded(int size) {
        ByteBuffer info = info(size);
        assertThat(info.getInt(0)).as("argsz").isEqualTo(120);
        assertThat(info.getInt(4)).as("flags").isEqualTo(3);
        assertThat(info.getInt(16)).as("cap_offset").isZero();
    }

    @Test
    void exactlyWhatIsNeededIsEnough() {
        assertThat(info(120).getInt(16)).isEqualTo(24);
    }

    @Test
    void theStructureMustBeReachableAndLongEnough() {
        assertThat(calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_GET_INFO, 0L))
                .isEqualTo("EFAULT");
        assertThat(calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_GET_INFO, Calls.words(64, 15)))
                .isEqualTo("EINVAL");
        ByteBuffer old = Calls.words(64, 16, 0, 0, 0, 77);
        assertThat(calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_GET_INFO, old))
                .isEqualTo("ok");
        assertThat(old.getLong(8)).isEqualTo(0x4020_1000L);
        assertThat(old.getInt(16)).as("behind what the caller has").isEqualTo(77);
    }
}
