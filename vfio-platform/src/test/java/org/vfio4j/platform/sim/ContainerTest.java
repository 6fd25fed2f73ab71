// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/vfio (Linux drivers/vfio/container.c). */
class ContainerTest {
    private static final int TYPE1V2 = 3;
    private static final int NOIOMMU = 8;

    private final SimulatedBoard board = SmallTree.builder()
            .release(KernelRelease.LINUX_6_12)
            .bound(SmallTree.UART, SmallTree.FLASH, SmallTree.FREE)
            .build();
    private final Calls calls = new Calls(board);
    private final int container = calls.mustOpen("/dev/vfio/vfio");

    private int ioctl(int request, long argument) {
        return calls.linux.ioctl(container, request, argument);
    }

    private int extension(long extension) {
        return ioctl(VfioIoctl.VFIO_CHECK_EXTENSION, extension);
    }

    @Test
    void theApiVersionIsZero() {
        assertThat(ioctl(VfioIoctl.VFIO_GET_API_VERSION, 0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 0", "3, 1", "4, 0", "6, 1", "7, 0", "8, 1", "9, 1", "10, 0"})
    void anEmptyContainerAsksEveryBackend(long extension, int answer) {
        assertThat(extension(extension)).isEqualTo(answer);
    }

    @Test
    void nestingIsGoneInLaterReleases() {
        SimulatedBoard later =
                SmallTree.builder().release(KernelRelease.LINUX_7_2).build();
        Calls there = new Calls(later);
        assertThat(there.linux.ioctl(there.mustOpen("/dev/vfio/vfio"), VfioIoctl.VFIO_CHECK_EXTENSION, 6L))
                .isZero();
    }

    @Test
    void noiommuIsOfferedOnlyInNoiommuMode() {
        Calls there = new Calls(SmallTree.builder().noiommuMode(false).build());
        assertThat(there.linux.ioctl(there.mustOpen("/dev/vfio/vfio"), VfioIoctl.VFIO_CHECK_EXTENSION, 8L))
                .isZero();
    }

    @Test
    void aContainerWithAGroupAsksOnlyTheBackendsForThatKindOfGroup() {
        calls.setContainer(calls.mustOpen("/dev/vfio/0"), container);
        assertThat(extension(TYPE1V2)).isOne();
        assertThat(extension(NOIOMMU)).isZero();
    }

    @Test
    void aChosenBackendAnswersAlone() {
        calls.setContainer(calls.mustOpen("/dev/vfio/0"), container);
        calls.setIommu(container, TYPE1V2);
        assertThat(extension(10)).as("UPDATE_VADDR needs a container").isOne();
        assertThat(extension(NOIOMMU)).isZero();
    }

    @Test
    void everyOtherIoctlIsEinvalUntilABackendIsChosen() {
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_MAP_DMA, words(32, 32)))
                .isEqualTo(failure(Errno.EINVAL));
        assertThat(ioctl(0x1234, 0)).isEqualTo(failure(Errno.EINVAL));
        calls.setContainer(calls.mustOpen("/dev/vfio/0"), container);
        calls.setIommu(container, TYPE1V2);
        assertThat(ioctl(0x1234, 0)).isEqualTo(failure(Errno.ENOTTY));
    }

    @Test
    void setIommuNeedsAGroup() {
        assertThat(calls.setIommu(container, TYPE1V2)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void setIommuWorksOnce() {
        calls.setContainer(calls.mustOpen("/dev/vfio/0"), container);
        assertThat(calls.setIommu(container, TYPE1V2)).isZero();
        assertThat(calls.setIommu(container, TYPE1V2)).isEqualTo(failure(Errno.EINVAL));
    }

    @ParameterizedTest
    @CsvSource({"2, ENODEV", "4, ENODEV", "8, ENODEV", "9, EINVAL", "10, ENODEV"})
    void setIommuRefusesWhatIsNoTypeForThisGroup(long type, Errno errno) {
        calls.setContainer(calls.mustOpen("/dev/vfio/0"), container);
        assertThat(calls.setIommu(container, type)).isEqualTo(failure(errno));
    }

    @Test
    void aNoiommuGroupTakesOnlyTheNoiommuBackend() {
        calls.setContainer(calls.mustOpen("/dev/vfio/noiommu-2"), container);
        assertThat(calls.setIommu(container, TYPE1V2)).isEqualTo(failure(Errno.ENODEV));
        assertThat(calls.setIommu(container, NOIOMMU)).isZero();
        assertThat(calls.linux.ioctl(container, VfioIoctl.VFIO_IOMMU_MAP_DMA, words(32, 32)))
                .as("it maps nothing")
                .isEqualTo(failure(Errno.ENOTTY));
    }

    @Test
    void type1NeedsIsolatedInterruptsOrTheParameter() {
        Calls strict = new Calls(SmallTree.builder()
                .unsafeInterrupts(false)
                .bound(SmallTree.UART)
                .build());
        int other = strict.mustOpen("/dev/vfio/vfio");
        strict.setContainer(strict.mustOpen("/dev/vfio/0"), other);
        assertThat(strict.setIommu(other, TYPE1V2)).isEqualTo(failure(Errno.EPERM));
    }

    @Test
    void losingTheLastGroupTakesTheBackendAway() {
        int group = calls.mustOpen("/dev/vfio/0");
        calls.setContainer(group, container);
        calls.setIommu(container, TYPE1V2);
        assertThat(calls.linux.ioctl(group, VfioIoctl.VFIO_GROUP_UNSET_CONTAINER, 0L))
                .isZero();
        assertThat(calls.setContainer(group, container)).isZero();
        assertThat(calls.setIommu(container, 1)).as("type1 v1 now").isZero();
    }
}
