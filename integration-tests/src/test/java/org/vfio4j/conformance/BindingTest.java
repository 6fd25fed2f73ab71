// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Binding drivers through sysfs (drivers/base/bus.c and dd.c), with a device that the other tests do not need. */
class BindingTest extends ConformanceTest {
    private static final String NAME = "a000000.virtio_mmio";
    private static final Path PLATFORM = Sysfs.bus("platform");
    private static final Path DEVICE = PLATFORM.resolve("devices").resolve(NAME);
    private static final Path VFIO = PLATFORM.resolve("drivers/vfio-platform");
    private static final Path OVERRIDE = DEVICE.resolve("driver_override");
    private static final Path PROBE = PLATFORM.resolve("drivers_probe");

    @AfterEach
    void unbind() {
        if (sysfs.driverOf(DEVICE).equals("vfio-platform")) {
            sysfs.write(VFIO.resolve("unbind"), NAME);
        }
        sysfs.write(OVERRIDE, "\n");
    }

    /** What a write says: "ok", or the kernel's text. */
    private String write(Path file, String text) {
        try {
            sysfs.tryWrite(file, text);
            return "ok";
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    @Test
    void anOverrideIsReadBackAndTakenBack() {
        assertThat(sysfs.read(OVERRIDE)).isEqualTo("(null)\n");
        sysfs.write(OVERRIDE, "vfio-platform");
        assertThat(sysfs.read(OVERRIDE)).isEqualTo("vfio-platform\n");
        sysfs.write(OVERRIDE, "another\nand more");
        assertThat(sysfs.read(OVERRIDE)).isEqualTo("another\n");
        sysfs.write(OVERRIDE, "\n");
        assertThat(sysfs.read(OVERRIDE)).isEqualTo("(null)\n");
    }

    @Test
    void anOverrideIsLessThanAPage() {
        assertThat(write(OVERRIDE, "x".repeat(4094))).isEqualTo("ok");
        assertThat(sysfs.read(OVERRIDE)).hasSize(4095);
        assertThat(write(OVERRIDE, "x".repeat(4095))).isEqualTo("Invalid argument");
    }

    @Test
    void withoutOverrideTheVfioDriverMatchesNothing() {
        assertThat(write(VFIO.resolve("bind"), NAME)).isEqualTo("No such device");
        assertThat(write(PROBE, NAME)).as("succeeds, and binds nothing").isEqualTo("ok");
        assertThat(sysfs.driverOf(DEVICE)).isNotEqualTo("vfio-platform");
    }

    @Test
    void bindAndUnbind() {
        sysfs.write(OVERRIDE, "vfio-platform");
        assertThat(write(VFIO.resolve("bind"), NAME)).isEqualTo("ok");
        assertThat(sysfs.driverOf(DEVICE)).isEqualTo("vfio-platform");
        assertThat(write(VFIO.resolve("bind"), NAME)).as("again").isEqualTo("Device or resource busy");
        assertThat(write(PROBE, NAME)).as("drivers_probe").isEqualTo("ok");
        assertThat(write(VFIO.resolve("unbind"), NAME)).isEqualTo("ok");
        assertThat(sysfs.driverOf(DEVICE)).isEmpty();
        assertThat(write(VFIO.resolve("unbind"), NAME)).as("again").isEqualTo("No such device");
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, NAME + "\n"})
    void driversProbeBindsByOverride(String name) {
        sysfs.write(OVERRIDE, "vfio-platform\n");
        assertThat(write(PROBE, name)).isEqualTo("ok");
        assertThat(sysfs.driverOf(DEVICE)).isEqualTo("vfio-platform");
    }

    @Test
    void anOverrideOfADriverThatIsNotThereBindsNothing() {
        sysfs.write(OVERRIDE, "nothing-of-this-name");
        assertThat(write(PROBE, NAME)).isEqualTo("ok");
        assertThat(sysfs.driverOf(DEVICE)).isEmpty();
        assertThat(write(VFIO.resolve("bind"), NAME)).isEqualTo("No such device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "", "9010000.pl031", "/" + NAME})
    void aDeviceThatIsNotOnTheBus(String name) {
        assertThat(write(PROBE, name + "\n")).isEqualTo("No such device");
        assertThat(write(VFIO.resolve("bind"), name + "\n")).isEqualTo("No such device");
        assertThat(write(VFIO.resolve("unbind"), name + "\n")).isEqualTo("No such device");
    }

    @Test
    void withoutNoiommuModeADeviceWithoutIommuIsRefused() {
        sysfs.write(OVERRIDE, "vfio-platform");
        sysfs.write(Sysfs.NOIOMMU_MODE, "N");
        try {
            assertThat(write(VFIO.resolve("bind"), NAME)).isEqualTo("Invalid argument");
            assertThat(write(PROBE, NAME)).as("says nothing").isEqualTo("ok");
            assertThat(sysfs.driverOf(DEVICE)).isEmpty();
            assertThat(world.files().exists(DEVICE.resolve("iommu_group"))).isFalse();
        } finally {
            sysfs.write(Sysfs.NOIOMMU_MODE, "Y");
        }
    }

    @Test
    void aNoiommuGroupLivesAsLongAsTheBinding() throws IOException {
        assertThat(world.files().exists(DEVICE.resolve("iommu_group"))).isFalse();
        sysfs.write(OVERRIDE, "vfio-platform");
        sysfs.write(VFIO.resolve("bind"), NAME);
        String number = world.files()
                .readLink(DEVICE.resolve("iommu_group"))
                .getFileName()
                .toString();
        Path group = Path.of("/sys/kernel/iommu_groups", number);
        assertThat(world.files().exists(group)).isTrue();
        assertThat(world.files().list(Path.of("/dev/vfio"))).contains("noiommu-" + number);
        sysfs.write(VFIO.resolve("unbind"), NAME);
        assertThat(world.files().exists(group)).isFalse();
        assertThat(world.files().list(Path.of("/dev/vfio"))).doesNotContain("noiommu-" + number);
    }

    @Test
    void aRealGroupStaysWithoutDriverAndItsFileGoes() throws IOException {
        LabDevice device = LabDevice.DMA;
        String number = sysfs.group(device);
        sysfs.write(Sysfs.driver(device).resolve("unbind"), device.device);
        try {
            assertThat(sysfs.group(device)).isEqualTo(number);
            assertThat(world.files().list(Path.of("/dev/vfio"))).doesNotContain(number);
            assertThat(Calls.said(calls.open("/dev/vfio/" + number))).isEqualTo("ENOENT");
        } finally {
            sysfs.write(Sysfs.driver(device).resolve("bind"), device.device);
        }
        assertThat(world.files().list(Path.of("/dev/vfio"))).contains(number);
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void theFilesOfVfio(LabDevice device) throws IOException {
        assertThat(world.files().list(Path.of("/dev/vfio")))
                .contains("vfio", (device.behindIommu ? "" : "noiommu-") + sysfs.group(device));
    }

    @Test
    void controlFilesCannotBeRead() {
        for (Path file : new Path[] {PROBE, VFIO.resolve("bind"), VFIO.resolve("unbind")}) {
            assertThatThrownBy(() -> world.files().read(file))
                    .as(file.toString())
                    .isInstanceOf(AccessDeniedException.class);
        }
    }
}
