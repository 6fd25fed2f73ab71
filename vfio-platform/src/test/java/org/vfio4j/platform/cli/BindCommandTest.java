// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.on;
import static org.vfio4j.platform.cli.CommandRun.typing;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;

/** {@code vfio bind} and {@code vfio unbind}. */
class BindCommandTest {
    private static final String RTC = "2000.rtc";
    private static final String GPIO = "3000.gpio";

    private final SimulatedBoard board = builder().build();

    private static SimulatedBoardBuilder builder() {
        return SimulatedBoard.builder(DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    aliases { clock = "/rtc@2000"; };
                    rtc@2000 { compatible = "test,rtc"; reg = <0x2000 0x1000>; };
                    gpio@3000 { compatible = "test,gpio"; reg = <0x3000 0x1000>; #gpio-cells = <2>; };
                    free@4000 { compatible = "test,free"; reg = <0x4000 0x1000>; };
                };
                """))
                .noiommuMode(true)
                .resetRequired(false)
                .driver(RTC, "rtc-test")
                .driver(GPIO, "gpio-test");
    }

    private Optional<String> driver(String device) throws IOException {
        return new PlatformBus(board.files()).find(device).driver();
    }

    @Test
    void aDeviceStaysBoundWhenTheCommandEndsAndIsGivenBackByAnother() throws IOException {
        CommandRun bind = on(board, "bind", "clock", "--yes");

        assertThat(bind.err()).isEmpty();
        assertThat(bind.code()).isZero();
        assertThat(bind.out())
                .isEqualTo("2000.rtc: bound to vfio-platform, /dev/vfio/noiommu-0;"
                        + " 'vfio unbind 2000.rtc' gives it back to rtc-test\n");
        assertThat(driver(RTC)).contains("vfio-platform");

        CommandRun unbind = on(board, "unbind", "clock");
        assertThat(unbind.err()).isEmpty();
        assertThat(unbind.out()).isEqualTo("2000.rtc: bound to rtc-test\n");
        assertThat(driver(RTC)).contains("rtc-test");
    }

    @Test
    void itIsNotTakenFromADriverWithoutAWord() throws IOException {
        CommandRun run = on(board, "bind", RTC);

        assertThat(run.code()).isEqualTo(ExitCode.NOT_DONE);
        assertThat(run.err()).isEqualTo("vfio: this takes 2000.rtc from its driver rtc-test; not done without --yes\n");
        assertThat(driver(RTC)).contains("rtc-test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"y\n", "yes\n", " Y \n", "YES"})
    void thePersonAtTheTerminalIsAskedAndSaysYes(String answer) throws IOException {
        CommandRun run = typing(answer, board, "bind", GPIO);

        assertThat(run.err())
                .isEqualTo(
                        "vfio: this takes 3000.gpio from its driver gpio-test (its node is a provider for other devices:"
                                + " gpio). Go on? [y/N] ");
        assertThat(run.code()).isZero();
        assertThat(driver(GPIO)).contains("vfio-platform");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "n\n", "yeah\n"})
    void everyOtherAnswerIsNo(String answer) throws IOException {
        CommandRun run = typing(answer, board, "bind", GPIO);

        assertThat(run.code()).isEqualTo(ExitCode.NOT_DONE);
        assertThat(run.err()).endsWith("vfio: not done\n");
        assertThat(driver(GPIO)).contains("gpio-test");
    }

    @Test
    void aDeviceWithoutDriverIsNobodys() throws IOException {
        CommandRun run = on(board, "bind", "4000.free");

        assertThat(run.out()).endsWith("'vfio unbind 4000.free' gives it back to no driver\n");
        assertThat(on(board, "bind", "4000.free").out())
                .isEqualTo("4000.free: was bound to vfio-platform already, /dev/vfio/noiommu-0\n");
        assertThat(on(board, "unbind", "4000.free").out()).isEqualTo("4000.free: has no driver, as before\n");
        assertThat(driver("4000.free")).isEmpty();
    }

    @Test
    void whatIsInUseIsNotGivenBack() throws IOException {
        on(board, "bind", RTC, "--yes");
        try (PlatformDevice open = PlatformDevice.open(board.syscalls(), board.files(), RTC)) {
            CommandRun run = on(board, "unbind", RTC);

            assertThat(run.code()).isEqualTo(ExitCode.NOT_DONE);
            assertThat(run.err()).contains("has it or its IOMMU group open").hasLineCount(1);
            assertThat(driver(RTC)).contains(open.entry().driver().orElseThrow());
        }
        assertThat(on(board, "unbind", RTC).code()).isZero();
    }

    @Test
    void whatWasNotBoundIsNotGivenBack() {
        CommandRun run = on(board, "unbind", RTC);

        assertThat(run.code()).isEqualTo(ExitCode.NOT_DONE);
        assertThat(run.err()).contains("bound to rtc-test, and no former driver is recorded");
    }

    @Test
    void whatTheKernelRefusesIsExplainedAndTheFormerDriverRestored() throws IOException {
        SimulatedBoard refusing = builder().resetRequired(true).build();

        CommandRun run = on(refusing, "bind", RTC, "--yes");

        assertThat(run.code()).isEqualTo(ExitCode.KERNEL);
        assertThat(run.err())
                .isEqualTo("vfio: bind to driver vfio-platform (2000.rtc): ENOENT (vfio-platform knows no reset for the"
                        + " device and requires one). Remedy: set the kernel parameter"
                        + " vfio_platform.reset_required=0\n");
        assertThat(new PlatformBus(refusing.files()).find(RTC).driver()).contains("rtc-test");
    }

    @Test
    void onlyRootBinds() {
        board.setCredentials(Credentials.user(1000, 1000));

        CommandRun run = on(board, "bind", RTC, "--yes");

        assertThat(run.code()).isEqualTo(ExitCode.KERNEL);
        assertThat(run.err()).contains("EACCES").endsWith("Remedy: run as root\n");
    }

    @Test
    void aWrongDriverAndAWrongDeviceAreWrongCommandLines() {
        CommandRun driver = on(board, "bind", RTC, "--driver", "rtc-test", "--yes");
        assertThat(driver.code()).isEqualTo(ExitCode.USAGE);
        assertThat(driver.err())
                .startsWith("vfio: --driver: expected a VFIO driver")
                .contains("vfio-platform");

        CommandRun device = on(board, "bind", "nothing");
        assertThat(device.code()).isEqualTo(ExitCode.NO_DEVICE);
        assertThat(device.err()).contains("nothing");
    }
}
