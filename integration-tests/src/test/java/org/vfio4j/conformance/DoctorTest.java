// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.doctor.Diagnosis;
import org.vfio4j.platform.doctor.Doctor;
import org.vfio4j.platform.doctor.Finding;
import org.vfio4j.platform.doctor.Refusal;
import org.vfio4j.platform.doctor.Severity;
import org.vfio4j.platform.doctor.StackVerdict;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** What the doctor says of devices is what Linux does with them. */
class DoctorTest extends ConformanceTest {
    /** On the stream that the SMMUv3 gave to {@link LabDevice#SATA}. */
    private static final String SECOND = "ffe221000.sata-port";

    private SysfsDevice find(String device) throws IOException {
        return new PlatformBus(world.files()).find(device);
    }

    private Diagnosis examine(String device) throws IOException {
        return Doctor.of(world.files()).examine(find(device));
    }

    private static Optional<Refusal> refusal(StackVerdict verdict) {
        return verdict.obstacle().flatMap(Finding::refusal);
    }

    private Optional<Refusal> tryOpen(LabDevice device, DmaStack stack) throws IOException {
        SysfsDevice entry = find(device.device);
        try (PlatformDevice opened = stack == DmaStack.NOIOMMU
                ? PlatformDevice.open(world.linux(), world.files(), entry)
                : PlatformDevice.open(world.linux(), world.files(), entry, stack)) {
            assertThat(opened.regions()).hasSameSizeAs(device.regions);
            return Optional.empty();
        } catch (VfioException e) {
            return Optional.of(new Refusal(e.step(), e.errno()));
        }
    }

    private void opensAsTheDoctorSays(LabDevice device) throws IOException {
        Diagnosis diagnosis = examine(device.device);
        assertThat(diagnosis.stacks()).hasSize(device.behindIommu ? 2 : 1);
        for (StackVerdict verdict : diagnosis.stacks()) {
            assertThat(tryOpen(device, verdict.stack()))
                    .as("%s with %s: %s", device, verdict.stack(), diagnosis)
                    .isEqualTo(refusal(verdict));
        }
    }

    /** Writes a parameter for the time of a test. */
    private void with(Path parameter, String value, Body body) throws IOException {
        String before = sysfs.read(parameter).strip();
        sysfs.write(parameter, value);
        try {
            body.run();
        } finally {
            sysfs.write(parameter, before);
        }
    }

    private interface Body {
        void run() throws IOException;
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aDeviceCanBeOpenedAsItSays(LabDevice device) throws IOException {
        assertThat(examine(device.device).findings(Severity.PROBLEM)).isEmpty();
        opensAsTheDoctorSays(device);
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void withoutUnsafeInterruptsEitherWayIsRefused(LabDevice device) throws IOException {
        with(Sysfs.UNSAFE_INTERRUPTS, "N", () -> {
            opensAsTheDoctorSays(device);
            assertThat(examine(device.device).worst() == Severity.PROBLEM).isEqualTo(device.behindIommu);
        });
        with(Sysfs.UNSAFE_INTERRUPTS_OF_IOMMUFD, "N", () -> opensAsTheDoctorSays(device));
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void withoutTheModeForItADeviceWithoutIommuIsRefused(LabDevice device) throws IOException {
        with(Sysfs.NOIOMMU_MODE, "N", () -> {
            opensAsTheDoctorSays(device);
            assertThat(examine(device.device).worst() == Severity.PROBLEM).isEqualTo(!device.behindIommu);
        });
    }

    @Test
    void aGroupThatIsOpenIsInUse() throws IOException {
        int group = calls.group(LabDevice.SATA);
        for (StackVerdict verdict : examine(LabDevice.SATA.device).stacks()) {
            assertThat(refusal(verdict)).map(Refusal::errno).contains(Errno.EBUSY);
            assertThat(tryOpen(LabDevice.SATA, verdict.stack())).isEqualTo(refusal(verdict));
        }
        calls.close(group);
        opensAsTheDoctorSays(LabDevice.SATA);
    }

    /** A device that the SMMU does not take: it has a group of its own only without IOMMU. */
    @Test
    void whatWillBeRefusedIsSaidBeforeItIsBound() throws IOException {
        Path bind = Sysfs.bus("platform").resolve("drivers/vfio-platform/bind");
        sysfs.write(find(SECOND).path().resolve("driver_override"), "vfio-platform");
        try {
            with(Sysfs.NOIOMMU_MODE, "N", () -> {
                Finding problem = examine(SECOND).findings(Severity.PROBLEM).get(0);
                assertThat(problem.refusal()).contains(new Refusal(Step.BIND_DRIVER, Errno.EINVAL));
                assertThatThrownBy(() -> sysfs.tryWrite(bind, SECOND)).hasMessage("Invalid argument");
            });
            assertThat(examine(SECOND).findings(Severity.PROBLEM)).isEmpty();
            sysfs.write(bind, SECOND);
            assertThat(examine(SECOND).stacks()).extracting(StackVerdict::stack).containsExactly(DmaStack.NOIOMMU);
            sysfs.write(find(SECOND).path().resolve("driver/unbind"), SECOND);
        } finally {
            sysfs.write(find(SECOND).path().resolve("driver_override"), "\n");
        }
    }

    @Test
    void theKernelSaysWhatItHas() throws IOException {
        List<Finding> findings = Doctor.of(world.files()).examine().findings();
        assertThat(findings)
                .filteredOn(finding -> finding.id().equals("kernel-option"))
                .hasSizeGreaterThan(8)
                .allMatch(finding ->
                        finding.severity() == Severity.OK && finding.what().equals("is built in"));
        assertThat(findings)
                .filteredOn(finding -> finding.id().equals("iommu"))
                .extracting(Finding::subject)
                .containsExactly("smmu3.0x0000000009050000");
    }
}
