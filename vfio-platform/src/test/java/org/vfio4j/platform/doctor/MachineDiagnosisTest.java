// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;
import org.vfio4j.vfio.Step;

/** What the doctor says of a machine. */
class MachineDiagnosisTest {
    private static Diagnosis examine(SimulatedBoardBuilder builder) throws IOException {
        return Doctor.of(builder.build().files()).examine();
    }

    private static Finding of(Diagnosis diagnosis, String subject) {
        List<Finding> found = diagnosis.findings().stream()
                .filter(finding -> finding.subject().equals(subject))
                .toList();
        assertThat(found).as("%s in %s", subject, diagnosis).hasSize(1);
        return found.get(0);
    }

    @Test
    void theKernelOfTheSimulationHasEverything() throws IOException {
        Diagnosis diagnosis = examine(DoctorBoard.builder());
        assertThat(diagnosis.device()).isEmpty();
        assertThat(diagnosis.worst()).isEqualTo(Severity.NOTE);
        assertThat(diagnosis.stacks()).hasSize(3).allMatch(StackVerdict::isUsable);
        assertThat(diagnosis.findings())
                .filteredOn(finding -> finding.id().equals("kernel-option"))
                .allMatch(finding -> finding.severity() == Severity.OK)
                .extracting(Finding::subject)
                .contains("CONFIG_VFIO", "CONFIG_VFIO_PLATFORM", "CONFIG_VFIO_AMBA", "CONFIG_IOMMUFD");
    }

    @Test
    void withoutIommufdOneWayIsMissing() throws IOException {
        Diagnosis diagnosis = examine(DoctorBoard.builder().iommufd(false));
        Finding off = of(diagnosis, "CONFIG_VFIO_DEVICE_CDEV");
        assertThat(off.severity()).isEqualTo(Severity.NOTE);
        assertThat(off.remedy()).contains("scripts/config --enable VFIO_DEVICE_CDEV && make olddefconfig");
        assertThat(diagnosis.stack(DmaStack.IOMMUFD).obstacle().orElseThrow().refusal())
                .contains(new Refusal(Step.OPEN_IOMMUFD, Errno.ENOENT));
        assertThat(diagnosis.stack(DmaStack.TYPE1).isUsable()).isTrue();
    }

    @Test
    void aRequiredResetIsAWarning() throws IOException {
        Finding required = of(examine(DoctorBoard.builder().resetRequired(true)), "vfio_platform.reset_required");
        assertThat(required.severity()).isEqualTo(Severity.WARNING);
        assertThat(required.what()).isEqualTo("is on, and the kernel has a reset function for 0 kinds of devices");
    }

    @Test
    void devicesWithoutIommuOrIsolationAreCounted() throws IOException {
        Diagnosis diagnosis = examine(DoctorBoard.builder().noiommuMode(false).unsafeInterrupts(false));
        assertThat(of(diagnosis, "vfio.enable_unsafe_noiommu_mode").what()).contains("devices have no IOMMU");
        Finding unsafe = of(diagnosis, "vfio_iommu_type1.allow_unsafe_interrupts");
        assertThat(unsafe.severity()).isEqualTo(Severity.WARNING);
        assertThat(unsafe.what())
                .as("dma, loose, marked, left, right, second and rock; isolated is isolated")
                .endsWith("of 7 devices behind an IOMMU");
        assertThat(unsafe.remedy())
                .contains("echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
    }

    @Test
    void theIommusAreNamedAsLinuxDoes() throws IOException {
        assertThat(examine(DoctorBoard.builder()).findings())
                .filteredOn(finding -> finding.id().equals("iommu"))
                .extracting(Finding::subject)
                .containsExactly(
                        "105000.iommu",
                        "smmu.0x0000000000104000",
                        "smmu3.0x0000000000102000",
                        "smmu3.0x0000000000103000");
    }

    @Test
    void aUserLacksCapabilitiesAndMemory() throws IOException {
        Diagnosis diagnosis = examine(
                DoctorBoard.builder().credentials(Credentials.user(1000, 1000)).lockedMemoryLimit(8 << 20));
        assertThat(of(diagnosis, "RLIMIT_MEMLOCK").severity()).isEqualTo(Severity.WARNING);
        assertThat(of(diagnosis, "RLIMIT_MEMLOCK").what()).isEqualTo("is 8192 KiB");
        assertThat(of(diagnosis, "RLIMIT_MEMLOCK").remedy()).contains("sudo prlimit --pid $$ --memlock=unlimited");
        assertThat(diagnosis.findings())
                .filteredOn(finding -> finding.id().equals("capability") && finding.topic() == Topic.PROCESS)
                .allMatch(finding -> finding.severity() == Severity.NOTE)
                .extracting(Finding::subject)
                .contains("CAP_SYS_ADMIN");
        assertThat(diagnosis.stack(DmaStack.NOIOMMU).obstacle().orElseThrow().refusal())
                .contains(new Refusal(Step.OPEN_GROUP, Errno.EPERM));
        assertThat(diagnosis.stack(DmaStack.IOMMUFD).obstacle().orElseThrow().refusal())
                .contains(new Refusal(Step.OPEN_IOMMUFD, Errno.EACCES));
        assertThat(diagnosis.worst()).as("type 1 is open to everybody").isEqualTo(Severity.WARNING);
    }

    @Test
    void whoIsNotBoundByTheLimitOfType1IsByThatOfIommufd() throws IOException {
        Finding limit = of(
                examine(DoctorBoard.builder()
                        .credentials(Credentials.user(1000, 1000).with(Capability.CAP_IPC_LOCK))
                        .lockedMemoryLimit(1 << 20)),
                "RLIMIT_MEMLOCK");
        assertThat(limit.severity()).isEqualTo(Severity.NOTE);
        assertThat(limit.why()).startsWith("iommufd maps no more");
    }

    @Test
    void fewMappingsAndBigPagesAreNoted() throws IOException {
        SimulatedBoard board = DoctorBoard.builder().pageSize(65536).build();
        board.files()
                .write(
                        Path.of("/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"),
                        "100".getBytes(StandardCharsets.US_ASCII));
        Diagnosis diagnosis = Doctor.of(board.files()).examine();
        assertThat(of(diagnosis, "vfio_iommu_type1.dma_entry_limit").what()).isEqualTo("is only 100");
        assertThat(of(diagnosis, "page size").what()).isEqualTo("is 64 KiB");
    }
}
