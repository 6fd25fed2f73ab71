// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.doctor.Diagnosis;
import org.vfio4j.platform.doctor.Doctor;
import org.vfio4j.platform.doctor.Refusal;
import org.vfio4j.platform.doctor.Severity;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * vfio-platform with reset_required, as it is without a word on the command line: it refuses devices without a reset
 * function (vfio_platform_init_common of drivers/vfio/platform/vfio_platform_common.c). The parameter is for the boot, so
 * a machine must have been booted with {@code vfio-platform.reset_required=1}; that of the simulation always is.
 */
@Tag("reset-required")
@Timeout(60)
class ResetRequiredTest {
    private static final Path PARAMETER = Path.of("/sys/module/vfio_platform/parameters/reset_required");

    private final World world = World.unboundWithResetRequired();
    private final Sysfs sysfs = new Sysfs(world.files());

    @BeforeEach
    void needsTheParameter() {
        Assumptions.assumeTrue(
                sysfs.read(PARAMETER).equals("Y\n"),
                "not run: the kernel was not booted with vfio-platform.reset_required=1");
        sysfs.write(Sysfs.NOIOMMU_MODE, "Y");
    }

    @AfterEach
    void unbindTheClock() {
        Path device = Sysfs.device(LabDevice.RTC);
        if (sysfs.read(PARAMETER).equals("Y\n") && sysfs.driverOf(device).equals("vfio-amba")) {
            sysfs.write(device.resolve("driver/unbind"), LabDevice.RTC.device);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LabDevice.class,
            names = {"SATA", "CRYPTO", "DMA", "VIRTIO", "FLASH"})
    void aPlatformDeviceWithoutResetFunctionIsRefused(LabDevice device) throws IOException {
        Path directory = Sysfs.device(device);
        sysfs.write(directory.resolve("driver_override"), "vfio-platform");
        assertThatThrownBy(() -> sysfs.tryWrite(Sysfs.driver(device).resolve("bind"), device.device))
                .isInstanceOf(IOException.class)
                .hasMessage("No such file or directory");
        assertThat(sysfs.driverOf(directory)).isEmpty();
        sysfs.write(Sysfs.bus("platform").resolve("drivers_probe"), device.device);
        assertThat(sysfs.driverOf(directory)).as("drivers_probe says nothing").isEmpty();
        assertThat(world.files().list(Path.of("/dev/vfio"))).noneMatch(name -> name.matches("[0-9]+"));
    }

    /** As it is said to who binds through the framework, with what the device had before restored. */
    @Test
    void theRefusalIsExplained() throws IOException {
        Path override = Sysfs.device(LabDevice.VIRTIO).resolve("driver_override");
        sysfs.write(override, "somebody");
        PlatformBus bus = new PlatformBus(world.files());
        SysfsDevice virtio = bus.find(LabDevice.VIRTIO.device);

        VfioException refused = catchThrowableOfType(VfioException.class, () -> bus.bind(virtio));

        assertThat(refused.step()).isEqualTo(Step.BIND_DRIVER);
        assertThat(refused.errno()).isEqualTo(Errno.ENOENT);
        assertThat(refused.remedy()).contains("vfio_platform.reset_required=0");
        assertThat(refused.getSuppressed()).isEmpty();
        assertThat(sysfs.driverOf(Sysfs.device(LabDevice.VIRTIO))).isEmpty();
        assertThat(sysfs.read(override)).isEqualTo("somebody\n");
        assertThat(world.files().list(Path.of("/run/vfio4j"))).isEmpty();
    }

    /** The probe failed after the device was put into its IOMMU group, and before one for noiommu was made. */
    @Test
    void aRefusedDeviceIsInItsIommuGroup() throws IOException {
        aPlatformDeviceWithoutResetFunctionIsRefused(LabDevice.SATA);
        aPlatformDeviceWithoutResetFunctionIsRefused(LabDevice.VIRTIO);
        assertThat(world.files().exists(Sysfs.device(LabDevice.SATA).resolve("iommu_group")))
                .isTrue();
        assertThat(world.files().exists(Sysfs.device(LabDevice.VIRTIO).resolve("iommu_group")))
                .isFalse();
    }

    @Test
    void theDoctorForetellsIt() throws IOException {
        Diagnosis diagnosis =
                Doctor.of(world.files()).examine(new PlatformBus(world.files()).find(LabDevice.SATA.device));
        assertThat(diagnosis.findings(Severity.PROBLEM).get(0).refusal())
                .contains(new Refusal(Step.BIND_DRIVER, Errno.ENOENT));
        aPlatformDeviceWithoutResetFunctionIsRefused(LabDevice.SATA);
    }

    @Test
    void anAmbaDeviceNeedsNone() {
        sysfs.bindToVfio(LabDevice.RTC);
        try (Calls calls = new Calls(world)) {
            assertThat(calls.device(LabDevice.RTC)).isNotNegative();
        }
    }

    @Test
    void theParameterCannotBeChanged() {
        assertThatThrownBy(() -> sysfs.tryWrite(PARAMETER, "N")).isInstanceOf(AccessDeniedException.class);
        assertThat(sysfs.read(PARAMETER)).isEqualTo("Y\n");
    }
}
