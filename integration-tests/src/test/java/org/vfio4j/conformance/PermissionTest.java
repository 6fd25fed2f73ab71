// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.NOIOMMU;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;

/** What a process may not do that is not root with every capability: modes of files, and CAP_SYS_RAWIO for noiommu. */
class PermissionTest extends ConformanceTest {
    private static final Credentials USER = Credentials.user(1000, 1000);
    private static final Credentials NO_RAWIO = Credentials.root().without(Capability.CAP_SYS_RAWIO);

    private String openAs(Credentials credentials, String path) {
        String said = world.privileges().as(credentials, () -> Calls.said(calls.open(path)));
        calls.close();
        return said;
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aGroupIsRootsAndTheContainerIsEverybodys(LabDevice device) {
        assertThat(openAs(USER, Calls.CONTAINER)).as("0666").isEqualTo("ok");
        assertThat(openAs(USER, sysfs.groupFile(device))).as("0600").isEqualTo("EACCES");
    }

    @Test
    void anIommufdIsRootsAndItsGroupsAndADeviceIsRoots() {
        String device = "/dev/vfio/devices/" + sysfs.vfioName(LabDevice.SATA);
        Credentials group = Credentials.user(1000, 0);
        assertThat(openAs(USER, Iommufd.PATH)).as("0660").isEqualTo("EACCES");
        assertThat(openAs(group, Iommufd.PATH)).isEqualTo("ok");
        assertThat(openAs(USER, device)).as("0600").isEqualTo("EACCES");
        assertThat(openAs(group, device)).isEqualTo("EACCES");
        assertThat(openAs(Credentials.root(), device)).isEqualTo("ok");
    }

    @Test
    void theModeIsLookedAtAfterTheName() {
        assertThat(openAs(USER, "/dev/vfio/99999")).isEqualTo("ENOENT");
    }

    @Test
    void theModeIsLookedAtBeforeTheGroup() {
        int first = calls.group(LabDevice.SATA);
        String path = sysfs.groupFile(LabDevice.SATA);
        assertThat(world.privileges().as(USER, () -> Calls.said(calls.open(path))))
                .isEqualTo("EACCES");
        assertThat(Calls.said(calls.open(path))).as("as root").isEqualTo("EBUSY");
        calls.close(first);
    }

    @Test
    void filesAreOpenedByTheirOwnerOrWithACapability() {
        String path = sysfs.groupFile(LabDevice.SATA);
        assertThat(openAs(Credentials.root().without(Capability.CAP_DAC_OVERRIDE), path))
                .as("the owner")
                .isEqualTo("ok");
        assertThat(openAs(Credentials.user(1000, 0), path))
                .as("the owner's group")
                .isEqualTo("EACCES");
        assertThat(openAs(USER.with(Capability.CAP_DAC_OVERRIDE), path)).isEqualTo("ok");
        assertThat(openAs(USER.with(Capability.CAP_DAC_READ_SEARCH), path))
                .as("to write too")
                .isEqualTo("EACCES");
        assertThat(world.privileges()
                        .as(
                                USER.with(Capability.CAP_DAC_READ_SEARCH),
                                () -> Calls.said(calls.keep(world.linux().open(path, LinuxSyscalls.O_RDONLY)))))
                .as("to read only")
                .isEqualTo("ok");
    }

    @Test
    void whoGetsDescriptorsNeedsNoPrivilegeForARealGroup() {
        int group = calls.group(LabDevice.SATA);
        world.privileges().as(USER, () -> {
            int container = calls.container();
            assertThat(calls.setContainer(group, container)).isEqualTo("ok");
            assertThat(calls.setIommu(container, TYPE1_V2)).isEqualTo("ok");
            int device = calls.getDeviceFd(group, LabDevice.SATA.device);
            assertThat(world.linux().pread(device, Calls.memory(4), 0)).isEqualTo(4);
            return null;
        });
    }

    @Test
    void aNoiommuGroupIsOpenedWithRawIoOnly() {
        assertThat(openAs(NO_RAWIO, sysfs.groupFile(LabDevice.VIRTIO))).isEqualTo("EPERM");
        assertThat(openAs(USER.with(Capability.CAP_DAC_OVERRIDE), sysfs.groupFile(LabDevice.VIRTIO)))
                .isEqualTo("EPERM");
        assertThat(openAs(NO_RAWIO, sysfs.groupFile(LabDevice.SATA)))
                .as("a real group")
                .isEqualTo("ok");
    }

    @Test
    void aNoiommuGroupThatIsOpenAlreadySaysFirstThatRawIoIsMissing() {
        calls.group(LabDevice.VIRTIO);
        assertThat(world.privileges().as(NO_RAWIO, () -> Calls.said(calls.open(sysfs.groupFile(LabDevice.VIRTIO)))))
                .isEqualTo("EPERM");
    }

    /** Asked anew by each step: descriptors can be handed to another process. */
    @Test
    void everyStepOfNoiommuAsksForRawIo() {
        int container = calls.container();
        int group = calls.group(LabDevice.VIRTIO);
        assertThat(world.privileges().as(NO_RAWIO, () -> calls.setContainer(group, container)))
                .as("SET_CONTAINER")
                .isEqualTo("EPERM");
        assertThat(calls.setContainer(group, container)).isEqualTo("ok");
        assertThat(world.privileges().as(NO_RAWIO, () -> calls.setIommu(container, NOIOMMU)))
                .as("SET_IOMMU")
                .isEqualTo("EPERM");
        assertThat(world.privileges().as(NO_RAWIO, () -> calls.setIommu(container, TYPE1_V2)))
                .as("SET_IOMMU of another type")
                .isEqualTo("ENODEV");
        assertThat(calls.setIommu(container, NOIOMMU)).isEqualTo("ok");
        String name = LabDevice.VIRTIO.device;
        assertThat(world.privileges().as(NO_RAWIO, () -> Calls.said(calls.getDeviceFd(group, name))))
                .as("GET_DEVICE_FD")
                .isEqualTo("EPERM");
        int device = calls.getDeviceFd(group, name);
        assertThat(Calls.said(device)).isEqualTo("ok");
        assertThat(world.privileges().as(NO_RAWIO, () -> Calls.said(calls.getDeviceFd(group, name))))
                .as("GET_DEVICE_FD of an open device")
                .isEqualTo("ok");
        assertThat(world.privileges().as(NO_RAWIO, () -> world.linux().pread(device, Calls.memory(4), 0)))
                .as("the device itself")
                .isEqualTo(4);
        assertThat(world.privileges().as(NO_RAWIO, () -> calls.unsetContainer(group)))
                .as("UNSET_CONTAINER")
                .isEqualTo("EBUSY");
    }

    /** What a file of sysfs says to somebody: "ok", "denied", or the text of the error. */
    private String accessAs(Credentials credentials, Path file, String text) {
        return world.privileges().as(credentials, () -> {
            try {
                if (text == null) {
                    world.files().read(file);
                } else {
                    sysfs.tryWrite(file, text);
                }
                return "ok";
            } catch (AccessDeniedException denied) {
                return "denied";
            } catch (IOException refused) {
                return refused.getMessage();
            }
        });
    }

    @Test
    void onlyRootBindsDriversAndSetsParameters() {
        Path device = Sysfs.device(LabDevice.SATA);
        for (Path file : new Path[] {
            device.resolve("driver_override"),
            Sysfs.driver(LabDevice.SATA).resolve("bind"),
            Sysfs.driver(LabDevice.SATA).resolve("unbind"),
            Sysfs.bus("platform").resolve("drivers_probe"),
            Sysfs.NOIOMMU_MODE,
            Sysfs.UNSAFE_INTERRUPTS
        }) {
            assertThat(accessAs(USER, file, "1")).as(file.toString()).isEqualTo("denied");
        }
        assertThat(sysfs.read(device.resolve("driver_override"))).isEqualTo("vfio-platform\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"driver_override", "uevent", "modalias", "iommu_group/type", "iommu_group/reserved_regions"})
    void everybodyReadsWhatDescribesADevice(String file) {
        assertThat(accessAs(USER, Sysfs.device(LabDevice.SATA).resolve(file), null))
                .isEqualTo("ok");
    }

    @Test
    void theBootBlobIsRootsAndTheTreeIsEverybodys() {
        Path blob = Path.of("/sys/firmware/fdt");
        assertThat(accessAs(USER, blob, null)).isEqualTo("denied");
        assertThat(accessAs(USER.with(Capability.CAP_DAC_READ_SEARCH), blob, null))
                .isEqualTo("ok");
        assertThat(accessAs(USER, Path.of("/sys/firmware/devicetree/base/compatible"), null))
                .isEqualTo("ok");
    }

    /** iommu_group_store_type of drivers/iommu/iommu.c asks for both, beside the mode of the file. */
    @Test
    void theTypeOfAGroupIsChosenWithTwoCapabilities() {
        Path type = Sysfs.device(LabDevice.SATA).resolve("iommu_group/type");
        assertThat(accessAs(USER, type, "DMA")).isEqualTo("denied");
        for (Capability missing : new Capability[] {Capability.CAP_SYS_ADMIN, Capability.CAP_SYS_RAWIO}) {
            assertThat(accessAs(Credentials.root().without(missing), type, "DMA"))
                    .as("without " + missing)
                    .isEqualTo("Permission denied");
        }
        assertThat(accessAs(Credentials.root(), type, "anything")).isEqualTo("Invalid argument");
        calls.setContainer(calls.group(LabDevice.SATA), calls.container());
        assertThat(accessAs(Credentials.root(), type, "identity"))
                .as("while user space has it")
                .isEqualTo("Operation not permitted");
        assertThat(sysfs.read(type)).isEqualTo("DMA\n");
        assertThat(accessAs(Credentials.root(), Sysfs.device(LabDevice.VIRTIO).resolve("iommu_group/type"), "DMA"))
                .as("no IOMMU")
                .isEqualTo("Invalid argument");
    }
}
