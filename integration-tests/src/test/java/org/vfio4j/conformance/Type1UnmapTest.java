// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Type1.ALL;
import static org.vfio4j.conformance.Type1.VADDR;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * VFIO_IOMMU_UNMAP_DMA (vfio_dma_do_unmap of drivers/vfio/vfio_iommu_type1.c). There are three mappings: 0x100000 to
 * 0x104000, 0x104000 to 0x106000, and 0x110000 to 0x111000.
 */
class Type1UnmapTest extends ConformanceTest {
    private Type1 threeMappings(long type) {
        Type1 type1 = new Type1(calls, type);
        long memory = calls.pages(4);
        type1.mustMap(memory, 0x100000, 0x4000);
        type1.mustMap(memory, 0x104000, 0x2000);
        type1.mustMap(memory, 0x110000, 0x1000);
        return type1;
    }

    @ParameterizedTest
    @CsvSource({
        // IOVA, size, v1 says, v2 says
        "0x100000, 0x4000, 0x4000, 0x4000",
        "0x100000, 0x6000, 0x6000, 0x6000",
        "0x0, 0x200000, 0x7000, 0x7000",
        "0x106000, 0xa000, 0x0, 0x0",
        "0x200000, 0x1000, 0x0, 0x0",
        "0x106000, 0xb000, 0x1000, 0x1000",
        "0x100000, 0x1000, 0x4000, EINVAL",
        "0x100000, 0x5000, 0x6000, EINVAL",
        "0x101000, 0x1000, 0x0, EINVAL",
        "0x101000, 0x3000, 0x0, EINVAL",
        "0x101000, 0x5000, 0x0, EINVAL",
        "0xff000, 0x2000, 0x4000, EINVAL",
        "0x105000, 0x20000, 0x0, EINVAL",
        "0x100000, 0x0, EINVAL, EINVAL",
        "0x100000, 0x800, EINVAL, EINVAL",
        "0x100800, 0x1000, EINVAL, EINVAL",
        "0xfffffffffffff000, 0x1000, 0x0, 0x0",
        "0xfffffffffffff000, 0x2000, EINVAL, EINVAL",
        "0x1000, 0xfffffffffffff000, 0x0, 0x0",
        "0x0, 0xfffffffffffff000, 0x7000, 0x7000"
    })
    void aRange(String iova, String size, String v1, String v2) {
        long from = Long.parseUnsignedLong(iova.substring(2), 16);
        long bytes = Long.parseUnsignedLong(size.substring(2), 16);
        assertThat(threeMappings(Calls.TYPE1).unmap(0, from, bytes)).as("v1").isEqualTo(v1);
        calls.close();
        assertThat(threeMappings(Calls.TYPE1_V2).unmap(0, from, bytes)).as("v2").isEqualTo(v2);
    }

    @ParameterizedTest
    @ValueSource(longs = {Calls.TYPE1, Calls.TYPE1_V2})
    void everything(long type) {
        Type1 type1 = threeMappings(type);
        assertThat(type1.unmap(ALL, 0, 0x1000)).as("with a size").isEqualTo("EINVAL");
        assertThat(type1.unmap(ALL, 0x1000, 0)).as("with an IOVA").isEqualTo("EINVAL");
        assertThat(type1.unmap(ALL, 0, 0)).isEqualTo("0x7000");
        assertThat(type1.unmap(ALL, 0, 0)).as("again").isEqualTo("0x0");
    }

    @Test
    void whatIsUnmappedCanBeMappedAgain() {
        Type1 type1 = threeMappings(Calls.TYPE1_V2);
        assertThat(type1.unmap(0, 0x100000, 0x4000)).isEqualTo("0x4000");
        type1.mustMap(calls.pages(1), 0x102000, 0x1000);
    }

    @ParameterizedTest
    @CsvSource({"0x8", "0x80000000", "0x3", "0x5", "0x1"})
    void theFlags(long flags) {
        assertThat(threeMappings(Calls.TYPE1_V2).unmap((int) flags, 0x100000, 0x4000))
                .isEqualTo("EINVAL");
    }

    @Test
    void addressesOfEverythingCanBeTakenAway() {
        Type1 type1 = threeMappings(Calls.TYPE1_V2);
        assertThat(type1.unmap(VADDR, 0x104000, 0x2000)).isEqualTo("0x2000");
        assertThat(type1.unmap(VADDR | ALL, 0, 0)).as("one is gone already").isEqualTo("EINVAL");
        assertThat(type1.unmap(VADDR, 0x110000, 0x1000))
                .as("and the others stay")
                .isEqualTo("0x1000");
    }

    @Test
    void theStructureMustBeReachableAndLongEnough() {
        int container = threeMappings(Calls.TYPE1_V2).container;
        assertThat(calls.ioctl(container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, 0L)).isEqualTo("EFAULT");
        assertThat(calls.ioctl(container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, Type1.unmapArgument(23, 0, 0x100000, 0x4000)))
                .isEqualTo("EINVAL");
    }

    @Test
    void aRefusedCallLeavesTheSize() {
        ByteBuffer argument = Type1.unmapArgument(24, 0, 0x100000, 0x1000);
        assertThat(calls.ioctl(threeMappings(Calls.TYPE1_V2).container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, argument))
                .isEqualTo("EINVAL");
        assertThat(argument.getLong(16)).isEqualTo(0x1000);
    }

    @Test
    void losingTheLastGroupUnmapsEverything() {
        Calls.Attached attached = calls.attach(LabDevice.CRYPTO);
        long memory = calls.pages(1);
        ByteBuffer map = Type1.mapArgument(32, Type1.BOTH, memory, 0x100000, 0x1000);
        assertThat(calls.ioctl(attached.container(), VfioIoctl.VFIO_IOMMU_MAP_DMA, map))
                .isEqualTo("ok");
        calls.unsetContainer(attached.group());
        calls.setContainer(attached.group(), attached.container());
        calls.setIommu(attached.container(), Calls.TYPE1_V2);
        assertThat(calls.ioctl(attached.container(), VfioIoctl.VFIO_IOMMU_MAP_DMA, map))
                .isEqualTo("ok");
    }
}
