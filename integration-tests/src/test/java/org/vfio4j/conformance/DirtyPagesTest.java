// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** VFIO_IOMMU_DIRTY_PAGES (drivers/vfio/vfio_iommu_type1.c). Flags: 1 start, 2 stop, 4 get the bitmap. */
class DirtyPagesTest extends ConformanceTest {
    private static final long IOVA = 0x10_0000;

    private String dirty(Type1 type1, int argsz, int flags) {
        return calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_DIRTY_PAGES, Calls.words(64, argsz, flags));
    }

    private String bitmap(Type1 type1, long iova, long size, long pageSize, long bytes, ByteBuffer data) {
        ByteBuffer get = Calls.words(64, 48, 4)
                .putLong(8, iova)
                .putLong(16, size)
                .putLong(24, pageSize)
                .putLong(32, bytes)
                .putLong(40, data == null ? 0 : world.linux().addressOf(data));
        return calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_DIRTY_PAGES, get);
    }

    @Test
    void version1HasNone() {
        assertThat(dirty(new Type1(calls, Calls.TYPE1), 8, 1)).isEqualTo("EACCES");
    }

    @ParameterizedTest
    @CsvSource({
        "8, 0, EINVAL",
        "8, 1, ok",
        "8, 2, ok",
        "8, 3, EINVAL",
        "8, 8, EINVAL",
        "7, 1, EINVAL",
        "8, 4, EINVAL",
        "47, 4, EINVAL"
    })
    void oneFlag(int argsz, int flags, String expected) {
        assertThat(dirty(new Type1(calls, Calls.TYPE1_V2), argsz, flags)).isEqualTo(expected);
    }

    @Test
    void startAndStopMayBeRepeated() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        for (int flags : new int[] {1, 1, 2, 2}) {
            assertThat(dirty(type1, 8, flags)).isEqualTo("ok");
        }
    }

    @Test
    void behindAnSmmuEveryMappedPageIsDirty() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        type1.mustMap(calls.pages(3), IOVA, 0x3000);
        ByteBuffer data = Calls.memory(8);
        assertThat(bitmap(type1, IOVA, 0x3000, 0x1000, 8, data))
                .as("not started")
                .isEqualTo("EINVAL");
        dirty(type1, 8, 1);
        assertThat(bitmap(type1, IOVA, 0x3000, 0x1000, 8, data)).isEqualTo("ok");
        assertThat(data.getLong(0)).isEqualTo(7);
        assertThat(bitmap(type1, IOVA, 0x3000, 0x1000, 8, data)).as("still").isEqualTo("ok");
        assertThat(data.getLong(0)).isEqualTo(7);
    }

    @Test
    void whatABitmapMustBe() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        type1.mustMap(calls.pages(3), IOVA, 0x3000);
        dirty(type1, 8, 1);
        ByteBuffer data = Calls.memory(8);
        assertThat(bitmap(type1, IOVA, 0x3000, 0x2000, 8, data)).as("page size").isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0x3000, 0x200000, 8, data)).as("block").isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0x3000, 0, 8, data)).as("no page size").isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0x3000, 0x1000, 0, data)).as("no room").isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0x3000, 0x1000, 7, data))
                .as("too little room")
                .isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0x2000, 0x1000, 8, data)).as("cut").isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA + 0x1000, 0x2000, 0x1000, 8, data))
                .as("cut at the start")
                .isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0x3001, 0x1000, 8, data)).as("unaligned").isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0, 0x1000, 8, data)).as("empty").isEqualTo("EINVAL");
        assertThat(bitmap(type1, IOVA, 0x3000, 0x1000, 8, null))
                .as("no address")
                .isEqualTo("EFAULT");
    }

    @Test
    void unmapGivesTheBitmap() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        type1.mustMap(calls.pages(2), IOVA, 0x2000);
        ByteBuffer data = Calls.memory(8);
        ByteBuffer unmap = Calls.words(64, 48, 1)
                .putLong(8, IOVA)
                .putLong(16, 0x2000)
                .putLong(24, 0x1000)
                .putLong(32, 8)
                .putLong(40, world.linux().addressOf(data));
        assertThat(calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, unmap))
                .as("not started")
                .isEqualTo("EINVAL");
        dirty(type1, 8, 1);
        assertThat(calls.ioctl(type1.container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, unmap))
                .isEqualTo("ok");
        assertThat(unmap.getLong(16)).isEqualTo(0x2000);
        assertThat(data.getLong(0)).isEqualTo(3);
    }
}
