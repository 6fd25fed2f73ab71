// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

class FailuresTest {
    private static final int EACCES = 13;
    private static final int EBUSY = 16;

    static Stream<Arguments> failures() {
        VfioException refused = VfioException.of(Step.OPEN_GROUP, "/dev/vfio/7", EACCES);
        VfioException twice = VfioException.of(Step.BIND_DRIVER, "vfio-platform (x)", EBUSY);
        twice.addSuppressed(VfioException.of(Step.RESTORE_DRIVER, "ahci (x)", EACCES));
        return Stream.of(
                Arguments.of(twice, ExitCode.KERNEL, new String[] {
                    "bind to driver vfio-platform (x): EBUSY",
                    "; then also: bind to former driver ahci (x): EACCES",
                    "Remedy: run as root\n"
                }),
                Arguments.of(refused, ExitCode.KERNEL, new String[] {"/dev/vfio/7", "EACCES", refused.remedy()}),
                Arguments.of(
                        new KernelReplyException(Step.OPEN_GROUP, "/dev/vfio/7", "a loop"),
                        ExitCode.KERNEL,
                        new String[] {"/dev/vfio/7", "a loop"}),
                Arguments.of(
                        new CliException(ExitCode.NO_DEVICE, "no device x", null),
                        ExitCode.NO_DEVICE,
                        new String[] {"no device x"}),
                Arguments.of(new AccessDeniedException("/sys/firmware/fdt"), ExitCode.USAGE, new String[] {
                    "/sys/firmware/fdt: permission denied, run as root"
                }),
                Arguments.of(
                        new DeviceTreeException(DeviceTreeException.Kind.TOO_DEEP, "/a/b", "65 nested nodes"),
                        ExitCode.USAGE,
                        new String[] {"65 nested nodes", "/a/b"}),
                Arguments.of(new IOException("two\nlines."), ExitCode.USAGE, new String[] {"vfio: two lines\n"}),
                Arguments.of(new IllegalStateException("oops"), ExitCode.DEFECT, new String[] {
                    "a defect of vfio", "oops", "VFIO_DEBUG=1"
                }));
    }

    @ParameterizedTest
    @MethodSource("failures")
    @DisplayName("whatever ends a command is one line and an exit code")
    void oneLine(Exception failure, int code, String... parts) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new ByteArrayOutputStream(), err, false, false, Map.of());

        assertThat(new Failures(terminal).handleExecutionException(failure, null, null))
                .isEqualTo(code);
        assertThat(err.toString()).startsWith("vfio: ").contains(parts).hasLineCount(1);
    }
}
