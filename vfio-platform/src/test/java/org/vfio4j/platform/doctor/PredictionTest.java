// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility.State;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.KernelRelease;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * What the doctor says before, the kernel says then: of boards in random states, each bind and each open succeeds, or is
 * refused at the step and with the error that was foretold.
 */
class PredictionTest {
    private static final List<Credentials> USERS = List.of(
            Credentials.root(),
            Credentials.root(),
            Credentials.root().without(Capability.CAP_SYS_RAWIO),
            Credentials.user(1000, 1000),
            Credentials.user(1000, 0),
            Credentials.user(1000, 1000).with(Capability.CAP_DAC_OVERRIDE),
            Credentials.user(1000, 1000).with(Capability.CAP_DAC_OVERRIDE, Capability.CAP_SYS_RAWIO));

    private SimulatedBoard board;
    private HostFiles files;

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bindAndOpenEndAsTheDoctorSaid(long seed) throws IOException {
        Random random = new Random(seed);
        board = board(random);
        files = board.files();
        List<String> devices = new ArrayList<>();
        for (SysfsDevice device : new PlatformBus(files).list()) {
            devices.add(device.name());
        }
        bindSome(random, devices);
        changeParameters(random);
        board.setCredentials(USERS.get(random.nextInt(USERS.size())));

        for (String device : devices) {
            if (find(device).eligibility().state() != State.BOUND) {
                Diagnosis before = examine(device);
                Optional<Refusal> said = tryBind(device);
                assertThat(said)
                        .as("bind %s, seed %d: %s", device, seed, before)
                        .isEqualTo(bindRefusal(before));
                if (said.isEmpty()) {
                    assertThat(refusals(examine(device)))
                            .as("%s before and after it was bound, seed %d", device, seed)
                            .isEqualTo(refusals(before));
                }
            }
            if (find(device).eligibility().state() == State.BOUND) {
                open(device, seed);
            }
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    private void open(String device, long seed) throws IOException {
        Diagnosis diagnosis = examine(device);
        for (StackVerdict verdict : diagnosis.stacks()) {
            assertThat(tryOpen(device, verdict.stack()))
                    .as("open %s with %s, seed %d: %s", device, verdict.stack(), seed, diagnosis)
                    .isEqualTo(verdict.obstacle().flatMap(Finding::refusal));
        }
        boolean opens = tryOpen(device, DmaStack.NOIOMMU).isEmpty();
        assertThat(diagnosis.worst() == Severity.PROBLEM)
                .as("a problem of %s, seed %d: %s", device, seed, diagnosis)
                .isEqualTo(!opens);
    }

    private static SimulatedBoard board(Random random) {
        SimulatedBoardBuilder builder = DoctorBoard.builder()
                .iommufd(random.nextInt(4) != 0)
                .cacheCoherent(random.nextInt(4) == 0)
                .release(random.nextBoolean() ? KernelRelease.LINUX_6_12 : KernelRelease.LINUX_7_2)
                .resetRequired(random.nextInt(4) == 0)
                .resetFunction("test,dma")
                .resetFunction("test,timer");
        for (String device : List.of(DoctorBoard.RIGHT, DoctorBoard.SMALL, DoctorBoard.CLOCK, DoctorBoard.GPIO)) {
            if (random.nextInt(3) == 0) {
                builder.driver(device, "driver-of-" + device);
            }
        }
        return builder.build();
    }

    /** While everything is allowed. */
    private void bindSome(Random random, List<String> devices) throws IOException {
        for (String device : devices) {
            if (random.nextInt(3) == 0) {
                tryBind(device);
            }
        }
    }

    private void changeParameters(Random random) throws IOException {
        for (String parameter : List.of(
                "vfio/parameters/enable_unsafe_noiommu_mode",
                "vfio_iommu_type1/parameters/allow_unsafe_interrupts",
                "iommufd/parameters/allow_unsafe_interrupts")) {
            Path file = Path.of("/sys/module").resolve(parameter);
            if (files.exists(file) && random.nextInt(3) == 0) {
                write(file, "N");
            }
        }
    }

    private SysfsDevice find(String device) {
        return DoctorBoard.find(board, device);
    }

    private Diagnosis examine(String device) throws IOException {
        return DoctorBoard.examine(board, device);
    }

    private static Optional<Refusal> bindRefusal(Diagnosis diagnosis) {
        return diagnosis.findings(Severity.PROBLEM).stream()
                .flatMap(finding -> finding.refusal().stream())
                .filter(refusal -> refusal.step() == Step.BIND_DRIVER)
                .findFirst();
    }

    private static List<Optional<Refusal>> refusals(Diagnosis diagnosis) {
        return diagnosis.stacks().stream()
                .map(verdict -> verdict.obstacle().flatMap(Finding::refusal))
                .toList();
    }

    private void write(Path file, String text) throws IOException {
        files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<Refusal> tryBind(String name) throws IOException {
        SysfsDevice device = find(name);
        String bus = device.path().getName(2).toString();
        String driver = bus.equals("amba") ? "vfio-amba" : "vfio-platform";
        try {
            write(device.path().resolve("driver_override"), driver);
            if (device.driver().isPresent()) {
                write(device.path().resolve("driver/unbind"), name);
            }
            write(Path.of("/sys/bus", bus, "drivers", driver, "bind"), name);
            return Optional.empty();
        } catch (AccessDeniedException e) {
            return Optional.of(new Refusal(Step.BIND_DRIVER, Errno.EACCES));
        } catch (NoSuchFileException e) {
            return Optional.of(new Refusal(Step.BIND_DRIVER, Errno.ENOENT));
        } catch (IOException e) {
            Errno errno = Arrays.stream(Errno.values())
                    .filter(one -> one.text().equals(e.getMessage()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(e));
            return Optional.of(new Refusal(Step.BIND_DRIVER, errno));
        }
    }

    /** NOIOMMU stands for the way that is chosen without a wish. */
    private Optional<Refusal> tryOpen(String name, DmaStack stack) throws IOException {
        SysfsDevice device = find(name);
        try (PlatformDevice opened = stack == DmaStack.NOIOMMU
                ? PlatformDevice.open(board.syscalls(), files, device)
                : PlatformDevice.open(board.syscalls(), files, device, DmaStack.valueOf(stack.name()))) {
            assertThat(opened.regions()).isNotEmpty();
            return Optional.empty();
        } catch (VfioException e) {
            return Optional.of(new Refusal(e.step(), e.errno()));
        }
    }
}
