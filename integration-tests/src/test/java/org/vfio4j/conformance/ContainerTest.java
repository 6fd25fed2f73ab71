// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.NOIOMMU;
import static org.vfio4j.conformance.Calls.TYPE1;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Extension;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/vfio (drivers/vfio/container.c). */
class ContainerTest extends ConformanceTest {
    private int extension(int container, long extension) {
        return world.linux().ioctl(container, VfioIoctl.VFIO_CHECK_EXTENSION, extension);
    }

    @Test
    void theApiVersionIsZeroWhateverTheArgument() {
        int container = calls.container();
        assertThat(world.linux().ioctl(container, VfioIoctl.VFIO_GET_API_VERSION, 0L))
                .isZero();
        assertThat(world.linux().ioctl(container, VfioIoctl.VFIO_GET_API_VERSION, 7L))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "1, 1", "2, 0", "3, 1", "4, 0", "5, 0", "6, 1", "7, 0", "8, 1", "9, 1", "10, 0", "11, 0", "-1, 0"
    })
    void anEmptyContainerAsksEveryBackend(long extension, int answer) {
        assertThat(extension(calls.container(), extension)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "4, 0", "6, 1", "8, 0", "9, 1", "10, 0"})
    void withARealGroupOnlyType1IsAsked(long extension, int answer) {
        int container = calls.container();
        assertThat(calls.setContainer(calls.group(LabDevice.SATA), container)).isEqualTo("ok");
        assertThat(extension(container, extension)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 0", "6, 0", "8, 1", "9, 0", "10, 0"})
    void withANoiommuGroupOnlyThatBackendIsAsked(long extension, int answer) {
        int container = calls.container();
        assertThat(calls.setContainer(calls.group(LabDevice.VIRTIO), container)).isEqualTo("ok");
        assertThat(extension(container, extension)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "4, 0", "6, 1", "8, 0", "9, 1", "10, 1", "11, 0"})
    void aChosenBackendAnswersAlone(long extension, int answer) {
        assertThat(extension(calls.attach(LabDevice.SATA).container(), extension))
                .isEqualTo(answer);
    }

    @Test
    void theApiSaysTheSame() throws Exception {
        int raw = calls.container();
        try (Container container = Container.open(world.linux())) {
            for (Extension extension : Extension.values()) {
                assertThat(container.hasExtension(extension))
                        .as(extension.toString())
                        .isEqualTo(extension(raw, extension.number()) > 0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x3b70, 0x3b71, 0x3b72, 0x3b75, 0x3b67, 0x1234})
    void everyOtherIoctlIsRefusedUntilABackendIsChosen(int request) {
        int container = calls.container();
        assertThat(calls.ioctl(container, request, Calls.words(64, 64)))
                .as("empty")
                .isEqualTo("EINVAL");
        int group = calls.group(LabDevice.SATA);
        calls.setContainer(group, container);
        assertThat(calls.ioctl(container, request, Calls.words(64, 64)))
                .as("with a group")
                .isEqualTo("EINVAL");
    }

    @Test
    void anUnknownIoctlOfTheBackendIsUnknown() {
        int container = calls.attach(LabDevice.SATA).container();
        assertThat(calls.ioctl(container, 0x1234, 0L)).isEqualTo("ENOTTY");
        assertThat(calls.ioctl(container, 0x3b73, 0L)).as("sPAPR's").isEqualTo("ENOTTY");
    }

    @Test
    void setIommuNeedsAGroup() {
        int container = calls.container();
        for (long type : new long[] {TYPE1, TYPE1_V2, NOIOMMU, 99}) {
            assertThat(calls.setIommu(container, type)).isEqualTo("EINVAL");
        }
    }

    @Test
    void setIommuWorksOnce() {
        int container = calls.attach(LabDevice.SATA).container();
        assertThat(calls.setIommu(container, TYPE1_V2)).isEqualTo("EINVAL");
        assertThat(calls.setIommu(container, TYPE1)).isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({
        "0, ENODEV",
        "2, ENODEV",
        "4, ENODEV",
        "8, ENODEV",
        "9, EINVAL",
        "10, ENODEV",
        "99, ENODEV",
        "-1, ENODEV"
    })
    void setIommuRefusesWhatIsNoTypeOfARealGroup(long type, String expected) {
        int container = calls.container();
        calls.setContainer(calls.group(LabDevice.SATA), container);
        assertThat(calls.setIommu(container, type)).isEqualTo(expected);
        assertThat(calls.setIommu(container, TYPE1_V2)).as("afterwards").isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3})
    void type1HasTwoVersions(long type) {
        assertThat(calls.attach(LabDevice.SATA, type).container()).isNotNegative();
    }

    /** arm_smmu_enable_nesting: a domain that was made for a device cannot be changed any more. */
    @Test
    void nestingIsOfferedAndThenRefused() {
        int container = calls.container();
        calls.setContainer(calls.group(LabDevice.SATA), container);
        assertThat(calls.setIommu(container, 6)).isEqualTo("EPERM");
        assertThat(calls.setIommu(container, TYPE1_V2)).as("afterwards").isEqualTo("ok");
    }

    @Test
    void type1NeedsIsolatedInterruptsOrTheParameter() {
        sysfs.write(Sysfs.UNSAFE_INTERRUPTS, "N");
        try {
            int container = calls.container();
            calls.setContainer(calls.group(LabDevice.SATA), container);
            assertThat(calls.setIommu(container, TYPE1_V2)).isEqualTo("EPERM");
            sysfs.write(Sysfs.UNSAFE_INTERRUPTS, "Y");
            assertThat(calls.setIommu(container, TYPE1_V2)).isEqualTo("ok");
        } finally {
            sysfs.write(Sysfs.UNSAFE_INTERRUPTS, "Y");
        }
    }

    @Test
    void losingTheLastGroupTakesTheBackendAway() {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        assertThat(calls.unsetContainer(attached.group())).isEqualTo("ok");
        assertThat(calls.ioctl(attached.container(), VfioIoctl.VFIO_IOMMU_GET_INFO, Calls.words(64, 64)))
                .isEqualTo("EINVAL");
        assertThat(calls.setContainer(attached.group(), attached.container())).isEqualTo("ok");
        assertThat(calls.setIommu(attached.container(), TYPE1)).as("v1 now").isEqualTo("ok");
    }

    @Test
    void twoGroupsShareAContainerBeforeAndAfterSetIommu() {
        int container = calls.container();
        calls.setContainer(calls.group(LabDevice.SATA), container);
        calls.setContainer(calls.group(LabDevice.CRYPTO), container);
        assertThat(calls.setIommu(container, TYPE1_V2)).isEqualTo("ok");
        int third = calls.group(LabDevice.DMA);
        assertThat(calls.setContainer(third, container)).isEqualTo("ok");
        assertThat(Calls.said(calls.getDeviceFd(third, LabDevice.DMA.device))).isEqualTo("ok");
    }

    @Test
    void readAndWriteAreNotThere() {
        int container = calls.container();
        assertThat(Calls.said(world.linux().read(container, Calls.memory(8)))).isEqualTo("EINVAL");
        assertThat(Calls.said(world.linux().write(container, Calls.memory(8)))).isEqualTo("EINVAL");
    }
}
