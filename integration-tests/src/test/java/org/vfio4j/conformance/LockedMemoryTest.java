// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Type1.BOTH;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;

/** RLIMIT_MEMLOCK against VFIO_IOMMU_MAP_DMA (vfio_pin_pages_remote and vfio_lock_acct of vfio_iommu_type1.c). */
class LockedMemoryTest extends ConformanceTest {
    private static final long IOVA = 0x10_0000;
    private static final long PAGE = 0x1000;
    private static final Credentials LIMITED = Credentials.root().without(Capability.CAP_IPC_LOCK);

    private final Type1 type1 = new Type1(calls, Calls.TYPE1_V2);

    /** Maps under a limit, as somebody whom it is for. */
    private String map(long limit, Type1 container, long vaddr, long iova, long size) {
        return world.privileges()
                .withLockedMemory(
                        limit, () -> world.privileges().as(LIMITED, () -> container.map(BOTH, vaddr, iova, size)));
    }

    @ParameterizedTest
    @CsvSource({
        // limit in bytes, pages that are mapped
        "0x4000, 4, ok",
        "0x4000, 5, ENOMEM",
        "0x4fff, 5, ENOMEM",
        "0x1000, 1, ok",
        "0xfff, 1, ENOMEM",
        "0, 1, ENOMEM",
        "0x7fffffffffffffff, 16, ok"
    })
    void aLimitIsWholePages(long limit, int pages, String expected) {
        assertThat(map(limit, type1, calls.pages(pages), IOVA, pages * PAGE)).isEqualTo(expected);
    }

    @Test
    void allMappingsCountUntilTheyAreGone() {
        long memory = calls.pages(4);
        assertThat(map(4 * PAGE, type1, memory, IOVA, 3 * PAGE)).isEqualTo("ok");
        assertThat(map(4 * PAGE, type1, memory, 2 * IOVA, 2 * PAGE)).isEqualTo("ENOMEM");
        assertThat(map(4 * PAGE, type1, memory, 2 * IOVA, PAGE)).isEqualTo("ok");
        assertThat(map(4 * PAGE, type1, memory, 3 * IOVA, PAGE)).isEqualTo("ENOMEM");
        assertThat(type1.unmap(0, IOVA, 3 * PAGE)).isEqualTo("0x3000");
        assertThat(map(4 * PAGE, type1, memory, 3 * IOVA, 3 * PAGE)).isEqualTo("ok");
    }

    @Test
    void theLimitIsOfTheProcessAndNotOfAContainer() {
        long memory = calls.pages(4);
        Calls.Attached other = calls.attach(LabDevice.CRYPTO);
        assertThat(map(4 * PAGE, type1, memory, IOVA, 3 * PAGE)).isEqualTo("ok");
        Type1 second = new Type1(calls, other);
        assertThat(map(4 * PAGE, second, memory, IOVA, 2 * PAGE)).isEqualTo("ENOMEM");
        assertThat(calls.unsetContainer(other.group())).isEqualTo("ok");
        calls.setContainer(other.group(), other.container());
        calls.setIommu(other.container(), Calls.TYPE1_V2);
        assertThat(map(4 * PAGE, second, memory, IOVA, PAGE)).isEqualTo("ok");
    }

    @Test
    void withIpcLockThereIsNoLimitAndStillACount() {
        long memory = calls.pages(8);
        assertThat(world.privileges().withLockedMemory(2 * PAGE, () -> type1.map(BOTH, memory, IOVA, 6 * PAGE)))
                .isEqualTo("ok");
        assertThat(map(6 * PAGE, type1, memory, 2 * IOVA, PAGE)).isEqualTo("ENOMEM");
        assertThat(map(7 * PAGE, type1, memory, 2 * IOVA, PAGE)).isEqualTo("ok");
    }

    @Test
    void aRefusedMappingLeavesNothing() {
        long memory = calls.pages(4);
        assertThat(map(2 * PAGE, type1, memory, IOVA, 4 * PAGE)).isEqualTo("ENOMEM");
        assertThat(type1.unmap(0, IOVA, 4 * PAGE)).isEqualTo("0x0");
        assertThat(map(2 * PAGE, type1, memory, IOVA, 2 * PAGE)).isEqualTo("ok");
    }

    @Test
    void theSameMemoryCountsAgain() {
        long memory = calls.pages(2);
        assertThat(map(3 * PAGE, type1, memory, IOVA, 2 * PAGE)).isEqualTo("ok");
        assertThat(map(3 * PAGE, type1, memory, 2 * IOVA, 2 * PAGE)).isEqualTo("ENOMEM");
    }

    @Test
    void memoryThatIsNotThereIsSaidFirst() {
        assertThat(map(0, type1, PAGE, IOVA, PAGE)).isEqualTo("EFAULT");
        assertThat(map(0, type1, calls.pages(1), IOVA, 0x800)).isEqualTo("EINVAL");
    }

    @Test
    void registersOfADeviceAreNoMemory() {
        Calls.Attached other = calls.attach(LabDevice.CRYPTO);
        int crypto = calls.getDeviceFd(other.group(), LabDevice.CRYPTO.device);
        long registers = world.linux().mmap(0, PAGE, BOTH, LinuxSyscalls.MAP_SHARED, crypto, 0);
        assertThat(Calls.said(registers)).isEqualTo("ok");
        assertThat(map(0, type1, registers, IOVA, PAGE)).isEqualTo("ok");
        assertThat(type1.unmap(0, IOVA, PAGE)).isEqualTo("0x1000");
        world.linux().munmap(registers, PAGE);
    }
}
