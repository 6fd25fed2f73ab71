// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.Step;

/** What the doctor says of a device, and the one command that mends it. */
class DeviceDiagnosisTest {
    private static Finding only(Diagnosis diagnosis, String id) {
        List<Finding> found = diagnosis.findings().stream()
                .filter(finding -> finding.id().equals(id))
                .toList();
        assertThat(found).as("%s in %s", id, diagnosis).hasSize(1);
        return found.get(0);
    }

    private static List<String> ids(Diagnosis diagnosis) {
        return diagnosis.findings().stream().map(Finding::id).toList();
    }

    private static void problem(Finding finding, Step step, Errno errno) {
        assertThat(finding.severity()).isEqualTo(Severity.PROBLEM);
        assertThat(finding.refusal()).contains(new Refusal(step, errno));
    }

    private static Diagnosis ofBound(String device) throws IOException {
        return DoctorBoard.examine(DoctorBoard.builder().bound(device).build(), device);
    }

    @Test
    void aDeviceThatIsFineIsFine() throws IOException {
        Diagnosis diagnosis = ofBound(DoctorBoard.DMA);
        assertThat(diagnosis.worst()).isEqualTo(Severity.OK);
        assertThat(diagnosis.stacks())
                .containsExactly(
                        new StackVerdict(DmaStack.TYPE1, Optional.empty()),
                        new StackVerdict(DmaStack.IOMMUFD, Optional.empty()));
        assertThat(diagnosis.device())
                .hasValueSatisfying(device -> assertThat(device.name()).isEqualTo(DoctorBoard.DMA));
    }

    @Test
    void aDeviceThatIsNotBoundIsToBeBound() throws IOException {
        SimulatedBoard board =
                DoctorBoard.builder().driver(DoctorBoard.DMA, "test-dma").build();
        Finding driver = only(DoctorBoard.examine(board, DoctorBoard.DMA), "driver");
        assertThat(driver.severity()).isEqualTo(Severity.NOTE);
        assertThat(driver.what()).isEqualTo("test-dma has it");
        assertThat(driver.remedy()).contains("vfio bind 1000.dma");
    }

    @Test
    void aUserCannotBind() throws IOException {
        SimulatedBoard board =
                DoctorBoard.builder().credentials(Credentials.user(1000, 1000)).build();
        Finding finding = only(DoctorBoard.examine(board, DoctorBoard.SMALL), "bind-permission");
        problem(finding, Step.BIND_DRIVER, Errno.EACCES);
        assertThat(finding.remedy()).contains("sudo vfio bind 8000.small");
    }

    @Test
    void whatIsLostWithItsDriverIsTold() throws IOException {
        SimulatedBoard board = DoctorBoard.builder()
                .driver("106000.clock-controller", "test-cru")
                .build();
        assertThat(only(DoctorBoard.examine(board, "106000.clock-controller"), "kernel-use")
                        .what())
                .isEqualTo("its node is a provider for other devices: clock, reset");
    }

    /** vfio_platform_get_reset of drivers/vfio/platform/vfio_platform_common.c. */
    @Test
    void aDeviceWithoutResetFunctionIsRefusedIfOneIsRequired() throws IOException {
        SimulatedBoard board = DoctorBoard.builder()
                .resetRequired(true)
                .resetFunction("test,isolated")
                .build();
        Finding missing = only(DoctorBoard.examine(board, DoctorBoard.DMA), "reset-function");
        problem(missing, Step.BIND_DRIVER, Errno.ENOENT);
        assertThat(missing.what())
                .isEqualTo("the kernel has none for test,dma, and vfio_platform.reset_required asks for one");
        assertThat(missing.remedy())
                .as("of a driver that is built in")
                .contains("add vfio_platform.reset_required=0 to the kernel's command line");
        assertThat(only(DoctorBoard.examine(board, DoctorBoard.ISOLATED), "reset-function")
                        .severity())
                .isEqualTo(Severity.OK);
        assertThat(only(DoctorBoard.examine(board, DoctorBoard.CLOCK), "reset-function")
                        .severity())
                .as("vfio-amba asks for none")
                .isEqualTo(Severity.OK);
    }

    /** arm_smmu_capable of arm-smmu-v3.c asks the IOMMU's node, and that of arm-smmu.c the device's too. */
    @Test
    void aDeviceBehindAnIommuThatIsNotCoherentIsRefused() throws IOException {
        SimulatedBoard board = DoctorBoard.builder().build();
        Finding loose = only(DoctorBoard.examine(board, DoctorBoard.LOOSE), "dma-coherence");
        problem(loose, Step.BIND_DRIVER, Errno.EINVAL);
        assertThat(loose.subject()).isEqualTo("/iommu@103000");
        assertThat(loose.remedy()).contains("fdtput board.dtb /iommu@103000 dma-coherent");
        problem(only(DoctorBoard.examine(board, DoctorBoard.LEFT), "dma-coherence"), Step.BIND_DRIVER, Errno.EINVAL);
        Finding never = only(DoctorBoard.examine(board, DoctorBoard.ROCK), "dma-coherence");
        problem(never, Step.BIND_DRIVER, Errno.EINVAL);
        assertThat(never.remedy()).as("nothing helps").isEmpty();
        assertThat(only(DoctorBoard.examine(board, DoctorBoard.MARKED), "dma-coherence")
                        .severity())
                .isEqualTo(Severity.OK);
    }

    @Test
    void aDeviceWithoutIommuNeedsTheModeForIt() throws IOException {
        SimulatedBoard board = DoctorBoard.builder().noiommuMode(false).build();
        Finding finding = only(DoctorBoard.examine(board, DoctorBoard.SMALL), "iommu-group");
        problem(finding, Step.BIND_DRIVER, Errno.EINVAL);
        assertThat(finding.remedy()).contains("echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
        run(board, finding);
        assertThat(DoctorBoard.examine(board, DoctorBoard.SMALL).findings(Severity.PROBLEM))
                .isEmpty();
    }

    @Test
    void anSmmuV3GivesAStreamToOneDeviceOnly() throws IOException {
        SimulatedBoard board = DoctorBoard.builder().bound(DoctorBoard.DMA).build();
        assertThat(only(DoctorBoard.examine(board, DoctorBoard.SECOND), "iommu-group")
                        .what())
                .isEqualTo("it has no IOMMU");
    }

    /** iommu_group_has_isolated_msi, which type 1 and iommufd ask. */
    @Test
    void withoutIsolationOfInterruptsADeviceCannotBeOpened() throws IOException {
        SimulatedBoard board = DoctorBoard.builder()
                .unsafeInterrupts(false)
                .bound(DoctorBoard.DMA, DoctorBoard.ISOLATED)
                .build();
        Diagnosis diagnosis = DoctorBoard.examine(board, DoctorBoard.DMA);
        Finding type1 = diagnosis.stack(DmaStack.TYPE1).obstacle().orElseThrow();
        problem(type1, Step.SET_IOMMU, Errno.EPERM);
        assertThat(diagnosis.stack(DmaStack.IOMMUFD).obstacle().orElseThrow().refusal())
                .contains(new Refusal(Step.BIND_IOMMUFD, Errno.EPERM));
        assertThat(diagnosis.findings(Severity.PROBLEM))
                .as("only of what is tried first")
                .containsExactly(type1);
        assertThat(DoctorBoard.examine(board, DoctorBoard.ISOLATED).worst()).isEqualTo(Severity.OK);
        run(board, type1);
        assertThat(DoctorBoard.examine(board, DoctorBoard.DMA).worst()).isEqualTo(Severity.NOTE);
    }

    @Test
    void anotherDriverInTheGroupIsInTheWay() throws IOException {
        SimulatedBoard board = DoctorBoard.builder()
                .cacheCoherent(true)
                .driver(DoctorBoard.RIGHT, "test-right")
                .bound(DoctorBoard.LEFT)
                .build();
        Finding finding = only(DoctorBoard.examine(board, DoctorBoard.LEFT), "group-not-viable", DmaStack.TYPE1);
        problem(finding, Step.SET_CONTAINER, Errno.EPERM);
        assertThat(finding.what()).isEqualTo("another device of it is in use: 6000.right, by test-right");
        run(board, finding);
        assertThat(DoctorBoard.examine(board, DoctorBoard.LEFT).worst()).isEqualTo(Severity.OK);
    }

    private static Finding only(Diagnosis diagnosis, String id, DmaStack stack) {
        Finding finding = diagnosis.stack(stack).obstacle().orElseThrow();
        assertThat(finding.id()).isEqualTo(id);
        return finding;
    }

    @Test
    void aUserGetsAFileByARuleOfUdev() throws IOException {
        SimulatedBoard board = DoctorBoard.builder()
                .bound(DoctorBoard.DMA)
                .credentials(Credentials.user(1000, 1000))
                .build();
        Diagnosis diagnosis = DoctorBoard.examine(board, DoctorBoard.DMA);
        Finding group = only(diagnosis, "permission", DmaStack.TYPE1);
        problem(group, Step.OPEN_GROUP, Errno.EACCES);
        assertThat(group.subject()).isEqualTo("/dev/vfio/0");
        assertThat(group.remedy())
                .contains("echo 'SUBSYSTEM==\"vfio\", KERNEL==\"0\", OWNER=\"1000\"' | sudo tee -a"
                        + " /etc/udev/rules.d/70-vfio4j-vfio.rules && sudo udevadm control --reload && sudo udevadm"
                        + " trigger --subsystem-match=vfio");
        assertThat(only(diagnosis, "permission", DmaStack.IOMMUFD).subject()).isEqualTo("/dev/iommu");
    }

    @Test
    void aNoiommuDeviceIsForTheCapable() throws IOException {
        SimulatedBoard board = DoctorBoard.builder()
                .bound(DoctorBoard.SMALL)
                .credentials(Credentials.user(0, 0))
                .build();
        Finding finding = only(DoctorBoard.examine(board, DoctorBoard.SMALL), "capability");
        problem(finding, Step.OPEN_GROUP, Errno.EPERM);
    }

    @Test
    void aDeviceThatIsOpenIsInUse() throws IOException {
        SimulatedBoard board = DoctorBoard.builder().bound(DoctorBoard.DMA).build();
        for (DmaStack stack : List.of(DmaStack.TYPE1, DmaStack.IOMMUFD)) {
            try (PlatformDevice opened = PlatformDevice.open(
                    board.syscalls(), board.files(), DoctorBoard.find(board, DoctorBoard.DMA), stack)) {
                Diagnosis diagnosis = DoctorBoard.examine(board, DoctorBoard.DMA);
                Finding finding = only(diagnosis, "in-use", DmaStack.TYPE1);
                problem(finding, Step.OPEN_GROUP, Errno.EBUSY);
                assertThat(finding.what()).isEqualTo("is open already, by process 100 (java)");
                assertThat(finding.remedy()).contains("kill 100");
                assertThat(only(diagnosis, "in-use", DmaStack.IOMMUFD).refusal())
                        .contains(new Refusal(Step.BIND_IOMMUFD, stack == DmaStack.TYPE1 ? Errno.EBUSY : Errno.EINVAL));
                assertThat(opened.regions()).hasSize(1);
            }
        }
        assertThat(ids(DoctorBoard.examine(board, DoctorBoard.DMA))).doesNotContain("in-use");
    }

    @Test
    void anInterruptThatAnotherDriverHasIsForetold() throws IOException {
        SimulatedBoard board = DoctorBoard.builder()
                .driver(DoctorBoard.TIMER, "test-timer")
                .bound(DoctorBoard.SMALL)
                .build();
        Finding shared = only(DoctorBoard.examine(board, DoctorBoard.SMALL), "interrupt");
        assertThat(shared.severity()).isEqualTo(Severity.WARNING);
        assertThat(shared.refusal()).contains(new Refusal(Step.REQUEST_IRQ, Errno.EBUSY));
        assertThat(shared.remedy()).contains("echo 7000.timer > /sys/bus/platform/devices/7000.timer/driver/unbind");
        run(board, shared);
        assertThat(only(DoctorBoard.examine(board, DoctorBoard.SMALL), "interrupt")
                        .severity())
                .isEqualTo(Severity.OK);
    }

    @Test
    void anInterruptControllerMayHaveChainedItsInterrupt() throws IOException {
        SimulatedBoard board =
                DoctorBoard.builder().driver(DoctorBoard.GPIO, "test-gpio").build();
        Finding chained = only(DoctorBoard.examine(board, DoctorBoard.GPIO), "interrupt");
        assertThat(chained.severity()).isEqualTo(Severity.WARNING);
        assertThat(chained.refusal()).contains(new Refusal(Step.REQUEST_IRQ, Errno.EINVAL));
    }

    /** of_amba_device_decode_irq of drivers/amba/bus.c. */
    @Test
    void anAmbaDeviceWaitsForItsInterruptController() throws IOException {
        Finding finding = DoctorBoard.examine(DoctorBoard.builder().build(), DoctorBoard.DEFERRED).findings().stream()
                .filter(one -> one.id().equals("interrupt-controller") && one.topic() == Topic.BINDING)
                .findFirst()
                .orElseThrow();
        problem(finding, Step.BIND_DRIVER, Errno.EAGAIN);
        assertThat(finding.what()).contains("/nobody");
    }

    @Test
    void whatItsDriverTurnedOnIsTold() throws IOException {
        Diagnosis diagnosis = ofBound(DoctorBoard.TIMER);
        assertThat(diagnosis.worst()).isEqualTo(Severity.WARNING);
        assertThat(only(diagnosis, "clocks").what())
                .isEqualTo("needs 2 clocks of /clock-controller@106000, which vfio-platform does not turn on");
        assertThat(only(diagnosis, "resets").severity()).isEqualTo(Severity.WARNING);
        assertThat(only(diagnosis, "regulators").what()).contains("vdd-supply");
        assertThat(ids(diagnosis)).doesNotContain("power-domains");
        assertThat(only(ofBound(DoctorBoard.DMA), "power").severity()).isEqualTo(Severity.OK);
    }

    @Test
    void aRegionBelowAPageIsTrappedAndOneOfAPageIsOnBiggerPages() throws IOException {
        Finding small = only(ofBound(DoctorBoard.SMALL), "region");
        assertThat(small.severity()).isEqualTo(Severity.NOTE);
        assertThat(small.remedy()).as("it is smaller than any page").isEmpty();
        SimulatedBoard board =
                DoctorBoard.builder().pageSize(65536).bound(DoctorBoard.DMA).build();
        Finding page = only(DoctorBoard.examine(board, DoctorBoard.DMA), "region");
        assertThat(page.why()).startsWith("it shares its page with ");
        assertThat(page.remedy()).contains("scripts/config --enable ARM64_4K_PAGES && make olddefconfig");
        assertThat(only(ofBound(DoctorBoard.DMA), "region").severity()).isEqualTo(Severity.OK);
    }

    /** Runs a remedy of the form {@code echo VALUE > FILE}. */
    private static void run(SimulatedBoard board, Finding finding) throws IOException {
        String[] words = finding.remedy().orElseThrow().split(" ");
        assertThat(words)
                .as(finding.remedy().get())
                .hasSize(4)
                .startsWith("echo")
                .contains(">");
        board.files().write(Path.of(words[3]), words[1].getBytes(StandardCharsets.UTF_8));
    }
}
