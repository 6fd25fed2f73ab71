// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Type1.BOTH;
import static org.vfio4j.conformance.Type1.READ;
import static org.vfio4j.conformance.Type1.VADDR;
import static org.vfio4j.conformance.Type1.WRITE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioIoctl;

/** VFIO_IOMMU_MAP_DMA (vfio_dma_do_map of drivers/vfio/vfio_iommu_type1.c). */
class Type1MapTest extends ConformanceTest {
    private static final long IOVA = 0x10_0000;
    private static final long PAGE = 0x1000;

    @ParameterizedTest
    @ValueSource(longs = {Calls.TYPE1, Calls.TYPE1_V2})
    void aMappingIsMadeOnce(long type) {
        Type1 type1 = new Type1(calls, type);
        long memory = calls.pages(4);
        assertThat(type1.map(BOTH, memory, IOVA, 4 * PAGE)).isEqualTo("ok");
        assertThat(type1.map(BOTH, memory, IOVA, 4 * PAGE)).as("again").isEqualTo("EEXIST");
        assertThat(type1.map(BOTH, memory, IOVA + PAGE, PAGE)).as("inside").isEqualTo("EEXIST");
        assertThat(type1.map(BOTH, memory, IOVA - PAGE, 2 * PAGE))
                .as("over its start")
                .isEqualTo("EEXIST");
        assertThat(type1.map(BOTH, memory, IOVA + 3 * PAGE, 2 * PAGE))
                .as("over its end")
                .isEqualTo("EEXIST");
        assertThat(type1.map(BOTH, memory, IOVA - PAGE, PAGE)).as("before").isEqualTo("ok");
        assertThat(type1.map(BOTH, memory, IOVA + 4 * PAGE, PAGE)).as("behind").isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "0, EINVAL",
        "1, ok",
        "2, ok",
        "3, ok",
        "4, ENOENT",
        "5, EINVAL",
        "6, EINVAL",
        "7, EINVAL",
        "8, EINVAL",
        "9, EINVAL",
        "0x80000001, EINVAL"
    })
    void theFlags(long flags, String expected) {
        assertThat(new Type1(calls, Calls.TYPE1_V2).map((int) flags, calls.pages(1), IOVA, PAGE))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // offset of the address, IOVA, size
        "0, 0x100000, 0x0, EINVAL",
        "0, 0x100000, 0x1, EINVAL",
        "0, 0x100000, 0xfff, EINVAL",
        "0, 0x100000, 0x1800, EINVAL",
        "0, 0x100800, 0x1000, EINVAL",
        "0x800, 0x100000, 0x1000, EINVAL",
        "0, 0x0, 0x1000, ok",
        "0, 0x7fff000, 0x1000, ok",
        "0, 0x7fff000, 0x2000, EINVAL",
        "0, 0x8000000, 0x1000, EINVAL",
        "0, 0x80ff000, 0x1000, EINVAL",
        "0, 0x80ff000, 0x2000, EINVAL",
        "0, 0x8100000, 0x1000, ok",
        "0, 0xfffffffff000, 0x1000, ok",
        "0, 0xfffffffff000, 0x2000, EINVAL",
        "0, 0x1000000000000, 0x1000, EINVAL",
        "0, 0xfffffffffffff000, 0x1000, EINVAL",
        "0, 0xfffffffffffff000, 0x2000, EINVAL",
        "0, 0x100000, 0xfffffffffffff000, EINVAL"
    })
    void addressesAndSizes(long offset, String iova, String size, String expected) {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        long memory = calls.pages(2);
        assertThat(type1.map(
                        BOTH,
                        memory + offset,
                        Long.parseUnsignedLong(iova.substring(2), 16),
                        Long.parseUnsignedLong(size.substring(2), 16)))
                .isEqualTo(expected);
    }

    @Test
    void theMemoryMustBeThere() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        assertThat(type1.map(BOTH, PAGE, IOVA, PAGE)).as("nothing there").isEqualTo("EFAULT");
        long memory = calls.pages(1);
        world.linux().munmap(memory, PAGE);
        assertThat(type1.map(BOTH, memory, IOVA, PAGE)).as("unmapped").isEqualTo("EFAULT");
        assertThat(type1.unmap(0, IOVA, PAGE)).as("nothing is left of it").isEqualTo("0x0");
    }

    @Test
    void aDeviceMayNotWriteWhatTheProcessMayNot() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        long memory = world.linux()
                .mmap(0, PAGE, LinuxSyscalls.PROT_READ, LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS, -1, 0);
        assertThat(type1.map(READ, memory, IOVA, PAGE)).isEqualTo("ok");
        assertThat(type1.map(WRITE, memory, 2 * IOVA, PAGE)).isEqualTo("EFAULT");
        world.linux().munmap(memory, PAGE);
    }

    @Test
    void theStructureMustBeReachableAndLongEnough() {
        int container = new Type1(calls, Calls.TYPE1_V2).container;
        long memory = calls.pages(1);
        assertThat(calls.ioctl(container, VfioIoctl.VFIO_IOMMU_MAP_DMA, 0L)).isEqualTo("EFAULT");
        assertThat(calls.ioctl(
                        container, VfioIoctl.VFIO_IOMMU_MAP_DMA, Type1.mapArgument(31, BOTH, memory, IOVA, PAGE)))
                .isEqualTo("EINVAL");
        assertThat(calls.ioctl(
                        container, VfioIoctl.VFIO_IOMMU_MAP_DMA, Type1.mapArgument(64, BOTH, memory, IOVA, PAGE)))
                .isEqualTo("ok");
    }

    /** A region of a device is a target of DMA too: type1 follows its page table entries. */
    @Test
    void registersCanBeMapped() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        Calls.Attached other = calls.attach(LabDevice.CRYPTO);
        int crypto = calls.getDeviceFd(other.group(), LabDevice.CRYPTO.device);
        long registers = world.linux().mmap(0, PAGE, BOTH, LinuxSyscalls.MAP_SHARED, crypto, 0);
        assertThat(Calls.said(registers)).isEqualTo("ok");
        assertThat(type1.map(BOTH, registers, IOVA, PAGE)).isEqualTo("ok");
        assertThat(type1.unmap(0, IOVA, PAGE)).isEqualTo("0x1000");
        world.linux().munmap(registers, PAGE);
    }

    @Test
    void theAddressOfAMappingIsReplacedAfterItWasTakenAway() {
        Type1 type1 = new Type1(calls, Calls.TYPE1_V2);
        long memory = calls.pages(4);
        type1.mustMap(memory, IOVA, 2 * PAGE);
        assertThat(type1.map(VADDR, memory, IOVA, 2 * PAGE)).as("still valid").isEqualTo("EINVAL");
        assertThat(type1.unmap(VADDR, IOVA, 2 * PAGE)).isEqualTo("0x2000");
        assertThat(type1.unmap(VADDR, IOVA, 2 * PAGE)).as("again").isEqualTo("EINVAL");
        assertThat(type1.map(VADDR, memory, IOVA, PAGE)).as("another size").isEqualTo("EINVAL");
        assertThat(type1.map(VADDR, memory, 2 * IOVA, PAGE)).as("elsewhere").isEqualTo("ENOENT");
        assertThat(type1.map(VADDR, memory + 2 * PAGE, IOVA, 2 * PAGE)).isEqualTo("ok");
        assertThat(type1.unmap(0, IOVA, 2 * PAGE)).isEqualTo("0x2000");
    }
}
