// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;
import static org.vfio4j.platform.BindBoard.FREE;
import static org.vfio4j.platform.BindBoard.GPIO;
import static org.vfio4j.platform.BindBoard.LEFT;
import static org.vfio4j.platform.BindBoard.RIGHT;
import static org.vfio4j.platform.BindBoard.RTC;
import static org.vfio4j.platform.BindBoard.SATA;
import static org.vfio4j.platform.BindBoard.UART;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.AdditionalAnswers;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.BindingException.Reason;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** A device is given to VFIO and back, and is as it was before. */
@Timeout(60)
class BindTest {
    private final BindBoard on = BindBoard.ready();

    private static VfioException refusal(ThrowingCallable call) {
        return catchThrowableOfType(VfioException.class, call);
    }

    private static BindingException notDone(ThrowingCallable call) {
        return catchThrowableOfType(BindingException.class, call);
    }

    @ParameterizedTest
    @CsvSource({SATA + ", ahci, vfio-platform, platform", RTC + ", rtc-pl031, vfio-amba, amba"})
    void aDeviceHasTheVfioDriverOfItsBusUntilItIsGivenBack(String device, String former, String vfio, String bus)
            throws IOException {
        Binding binding = on.bus().bind(on.find(device));

        assertThat(binding.device().driver()).contains(vfio);
        assertThat(binding.formerDriver()).contains(former);
        assertThat(binding.wasBound()).isFalse();
        assertThat(on.driver(device)).contains(vfio);
        assertThat(on.records()).containsExactly(bus + "-" + device);
        PlatformDevice.open(on.board.syscalls(), on.board.files(), binding.device())
                .close();

        binding.close();
        assertThat(on.driver(device)).contains(former);
        assertThat(on.override(device)).isEqualTo("(null)");
        assertThat(on.records()).isEmpty();
    }

    @Test
    void aDeviceWithoutDriverHasNoneAgain() throws IOException {
        on.setOverride(FREE, "some-driver");

        try (Binding binding = on.bus().bind(on.find(FREE))) {
            assertThat(binding.formerDriver()).isEmpty();
            assertThat(on.driver(FREE)).contains("vfio-platform");
        }

        assertThat(on.driver(FREE)).isEmpty();
        assertThat(on.override(FREE)).isEqualTo("some-driver");
    }

    /** driver_override does not unbind: a device may have one driver and an override of another. */
    @Test
    void aDriverIsGivenTheDeviceBackAlsoAgainstTheOverride() throws IOException {
        on.setOverride(SATA, "vfio-platform");

        on.bus().bind(on.find(SATA)).close();

        assertThat(on.driver(SATA)).contains("ahci");
        assertThat(on.override(SATA)).isEqualTo("vfio-platform");
    }

    @Test
    void aBindingIsClosedOnce() throws IOException {
        Binding binding = on.bus().bind(on.find(SATA));
        binding.close();
        on.unbind(SATA);

        binding.close();

        assertThat(on.driver(SATA)).as("the second close gives nothing back").isEmpty();
    }

    @Test
    void manyThreadsCloseABindingOnce() throws Exception {
        Binding binding = on.bus().bind(on.find(SATA));
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            var closes = IntStream.range(0, 8)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> {
                        start.await();
                        binding.close();
                        return null;
                    }))
                    .toList();
            start.countDown();
            for (Future<?> close : closes) {
                close.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(on.driver(SATA)).contains("ahci");
        assertThat(on.records()).isEmpty();
    }

    @Test
    void aDeviceThatIsBoundAlreadyStaysSo() throws IOException {
        on.setOverride(FREE, "vfio-platform");
        on.bind(FREE, "vfio-platform");

        try (Binding binding = on.bus().bind(on.find(FREE))) {
            assertThat(binding.wasBound()).isTrue();
            assertThat(on.records()).isEmpty();
            binding.detach();
        }

        assertThat(on.driver(FREE)).contains("vfio-platform");
        assertThat(on.override(FREE)).isEqualTo("vfio-platform");
    }

    @Test
    void aDetachedDeviceStaysBoundUntilSomebodyGivesItBack() throws IOException {
        try (Binding binding = on.bus().bind(on.find(SATA))) {
            binding.detach();
        }
        assertThat(on.driver(SATA)).contains("vfio-platform");
        assertThat(on.record("platform-" + SATA)).doesNotContain("owner");

        on.bus().bind(on.find(SATA)).close();
        assertThat(on.driver(SATA)).as("whoever binds it meanwhile").contains("vfio-platform");

        assertThat(on.bus().unbind(on.find(SATA)).driver()).contains("ahci");
        assertThat(on.override(SATA)).isEqualTo("(null)");
        assertThat(on.records()).isEmpty();
    }

    @Test
    void aClosedBindingIsNotDetached() throws IOException {
        Binding binding = on.bus().bind(on.find(SATA));
        binding.close();

        assertThatThrownBy(binding::detach).isInstanceOf(IllegalStateException.class);
        assertThat(on.records()).isEmpty();
    }

    @Test
    void aBindingThatWasDroppedIsGivenBackByItsProcess() throws IOException {
        Binding dropped = on.bus().bind(on.find(SATA));

        on.bus().unbind(on.find(SATA));

        assertThat(on.driver(SATA)).contains("ahci");
        on.unbind(SATA);
        dropped.close();
        assertThat(on.driver(SATA)).as("the dropped one gives nothing back").isEmpty();
    }

    @Test
    void aDeviceIsNotBoundTwice() throws IOException {
        try (Binding first = on.bus().bind(on.find(SATA))) {
            BindingException second = notDone(() -> on.bus().bind(on.find(SATA)));

            assertThat(second.reason()).isEqualTo(Reason.OWNED);
            assertThat(second)
                    .hasMessage(SATA + ": process 100 (java) has bound it to VFIO. Remedy: end that process,"
                            + " which gives the device back.");
            assertThat(on.driver(SATA)).isEqualTo(first.device().driver());
        }
        assertThat(on.driver(SATA)).contains("ahci");
    }

    @Test
    void aDeviceOfAnotherProcessIsLeftToIt() {
        // The process that the simulation has is 100, started at 500; this is as if another looked at it.
        on.putRecord("platform-" + SATA, record("owner=100 500"));

        assertThat(notDone(() -> on.bus().bind(on.find(SATA))).reason()).isEqualTo(Reason.OWNED);
        assertThat(on.driver(SATA)).contains("ahci");
    }

    private static String record(String owner) {
        return "format=vfio4j.binding/1\ndevice=" + SATA + "\ndriver=vfio-platform\nformer-driver=ahci\n" + owner
                + "\n";
    }

    /** Where a process can end while it binds, and while it gives back. */
    enum Crash {
        AFTER_THE_RECORD,
        AFTER_THE_OVERRIDE,
        AFTER_UNBIND,
        AFTER_BIND,
        WHILE_GIVING_BACK
    }

    private void crash(Crash at, String owner) {
        on.putRecord("platform-" + SATA, record(owner));
        if (at != Crash.AFTER_THE_RECORD) {
            on.setOverride(SATA, "vfio-platform");
        }
        if (at.compareTo(Crash.AFTER_UNBIND) >= 0) {
            on.unbind(SATA);
        }
        if (at == Crash.AFTER_BIND) {
            on.bind(SATA, "vfio-platform");
        }
        if (at == Crash.WHILE_GIVING_BACK) {
            on.setOverride(SATA, "ahci");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AFTER_THE_RECORD, owner=4711 1",
        "AFTER_THE_OVERRIDE, owner=4711 1",
        "AFTER_UNBIND, owner=4711 1",
        "AFTER_BIND, owner=4711 1",
        "WHILE_GIVING_BACK, owner=4711 1",
        // The number was given to another process since.
        "AFTER_BIND, owner=100 499"
    })
    void whatACrashLeftIsGivenBack(Crash crash, String owner) throws IOException {
        crash(crash, owner);

        on.bus().unbind(on.find(SATA));

        assertThat(on.driver(SATA)).contains("ahci");
        assertThat(on.override(SATA)).isEqualTo("(null)");
        assertThat(on.records()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"AFTER_THE_RECORD", "AFTER_THE_OVERRIDE", "AFTER_UNBIND", "AFTER_BIND"})
    void whatACrashLeftIsFinishedByTheNextBinding(Crash crash) throws IOException {
        crash(crash, "owner=4711 1");

        Binding binding = on.bus().bind(on.find(SATA));
        assertThat(on.driver(SATA)).contains("vfio-platform");
        assertThat(binding.wasBound()).isFalse();
        assertThat(on.record("platform-" + SATA)).contains("owner=100 500");

        binding.close();
        assertThat(on.driver(SATA)).contains("ahci");
        assertThat(on.override(SATA)).isEqualTo("(null)");
        assertThat(on.records()).isEmpty();
    }

    /** After a detached binding was undone by hand, what is there now is what the next one gives back. */
    @Test
    void anOldRecordDoesNotCountAgainstWhatWasDoneByHand() throws IOException {
        on.bus().bind(on.find(SATA)).detach();
        on.unbind(SATA);
        on.setOverride(SATA, "by-hand");

        on.bus().bind(on.find(SATA)).close();

        assertThat(on.override(SATA)).isEqualTo("by-hand");
    }

    @Test
    void aDeviceThatSomebodyGaveToAThirdDriverIsLeftThere() throws IOException {
        BindBoard third = new BindBoard(
                BindBoard.builder().vfioDevtree(true).driver(SATA, "ahci").build());
        Binding binding = third.bus().bind(third.find(SATA));
        third.unbind(SATA);
        third.setOverride(SATA, "vfio-devtree");
        third.bind(SATA, "vfio-devtree");

        BindingException left = notDone(binding::close);

        assertThat(left.reason()).isEqualTo(Reason.TAKEN_MEANWHILE);
        assertThat(third.driver(SATA)).contains("vfio-devtree");
        assertThat(third.records()).isEmpty();
        binding.close();
    }

    /** Another driver has it at the moment when ours would get it. */
    @Test
    void aDeviceThatSomebodyTakesWhileItIsBoundIsLeftThere() throws IOException {
        BindBoard third = new BindBoard(BindBoard.builder().vfioDevtree(true).build());
        HostFiles files = mock(
                HostFiles.class,
                withSettings().stubOnly().defaultAnswer(AdditionalAnswers.delegatesTo(third.board.files())));
        doAnswer(call -> {
                    third.setOverride(SATA, "vfio-devtree");
                    third.bind(SATA, "vfio-devtree");
                    third.board.files().write(call.getArgument(0), call.getArgument(1));
                    return null;
                })
                .when(files)
                .write(eq(Path.of("/sys/bus/platform/drivers/vfio-platform/bind")), any());
        PlatformBus bus = new PlatformBus(files);
        SysfsDevice sata = bus.find(SATA);

        VfioException refused = refusal(() -> bus.bind(sata));

        assertThat(refused.getSuppressed()).hasSize(1);
        assertThat(((BindingException) refused.getSuppressed()[0]).reason()).isEqualTo(Reason.TAKEN_MEANWHILE);
        assertThat(third.driver(SATA)).contains("vfio-devtree");
        assertThat(third.records()).isEmpty();
    }

    @Test
    void aDriverIsChosen() throws IOException {
        BindBoard devtree = new BindBoard(BindBoard.builder().vfioDevtree(true).build());

        try (Binding binding = devtree.bus().bind(devtree.find(SATA), BindOptions.USUAL.to("vfio-devtree"))) {
            assertThat(binding.device().driver()).contains("vfio-devtree");
        }
        assertThat(devtree.driver(SATA)).contains("ahci");
        assertThatThrownBy(() -> devtree.bus().bind(devtree.find(SATA), BindOptions.USUAL.to("vfio-amba")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vfio-platform, vfio-devtree");
        assertThat(notDone(() -> on.bus().bind(on.find(SATA), BindOptions.USUAL.to("vfio-devtree"))))
                .hasMessage(SATA + ": the kernel has no driver vfio-devtree loaded. Remedy: modprobe vfio-devtree.");
    }

    @Test
    void withoutIommuAndTheModeForItNothingIsTouched() {
        BindBoard safe = new BindBoard(BindBoard.builder().noiommuMode(false).build());

        BindingException refused = notDone(() -> safe.bus().bind(safe.find(RTC)));

        assertThat(refused.reason()).isEqualTo(Reason.NOT_ELIGIBLE);
        assertThat(refused.remedy()).startsWith("echo Y > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
        assertThat(safe.driver(RTC)).contains("rtc-pl031");
        assertThat(safe.records()).isEmpty();
    }

    /** vfio_platform_init_common and __vfio_register_dev refuse in the probe, when the former driver is gone already. */
    @ParameterizedTest
    @CsvSource({"true, true, ENOENT, reset_required=0", "false, false, EINVAL, vfio doctor"})
    void aRefusedDeviceHasItsFormerDriver(boolean resetRequired, boolean coherent, Errno errno, String remedy) {
        BindBoard refusing = new BindBoard(BindBoard.builder()
                .resetRequired(resetRequired)
                .cacheCoherent(coherent)
                .build());

        VfioException refused = refusal(() -> refusing.bus().bind(refusing.find(SATA)));

        assertThat(refused.step()).isEqualTo(Step.BIND_DRIVER);
        assertThat(refused.errno()).isEqualTo(errno);
        assertThat(refused.remedy()).contains(remedy);
        assertThat(refused.getSuppressed()).isEmpty();
        assertThat(refusing.driver(SATA)).contains("ahci");
        assertThat(refusing.override(SATA)).isEqualTo("(null)");
        assertThat(refusing.records()).isEmpty();
    }

    @Test
    void onlyRootBinds() {
        on.board.setCredentials(Credentials.user(1000, 1000));

        VfioException refused = refusal(() -> on.bus().bind(on.find(SATA)));

        assertThat(refused.step()).isEqualTo(Step.KEEP_RECORD);
        assertThat(refused.errno()).isEqualTo(Errno.EACCES);
        assertThat(refused.remedy()).isEqualTo("run as root");
        assertThat(on.driver(SATA)).contains("ahci");
    }

    /** The kernel would wait until it is closed, and so this thread would for ever. */
    @Test
    void anOpenDeviceIsNotGivenBack() throws IOException {
        Binding binding = on.bus().bind(on.find(SATA));
        PlatformDevice open = PlatformDevice.open(on.board.syscalls(), on.board.files(), binding.device());

        assertThat(notDone(binding::close))
                .extracting(BindingException::reason, BindingException::remedy)
                .containsExactly(Reason.IN_USE, "close the PlatformDevice first");
        assertThat(notDone(() -> on.bus().unbind(on.find(SATA))).reason()).isEqualTo(Reason.IN_USE);
        assertThat(on.driver(SATA)).contains("vfio-platform");

        open.close();
        binding.close();
        assertThat(on.driver(SATA)).contains("ahci");
        assertThat(on.records()).isEmpty();
    }

    @Test
    void aDeviceThatOthersNeedIsTakenOnlyIfThatIsMeant() throws IOException {
        BindingException needed = notDone(() -> on.bus().bind(on.find(GPIO)));
        assertThat(needed.reason()).isEqualTo(Reason.NEEDED_BY_OTHERS);
        assertThat(needed).hasMessageContaining("its node is a provider for other devices: gpio, interrupt");
        assertThat(on.driver(GPIO)).contains("gpio-test");
        assertThat(on.records()).isEmpty();

        try (Binding binding = on.bus().bind(on.find(GPIO), BindOptions.USUAL.evenIfOthersNeedIt())) {
            assertThat(binding.device().driver()).contains("vfio-platform");
        }
        assertThat(on.driver(GPIO)).contains("gpio-test");
    }

    @Test
    void theConsoleIsNeeded() throws IOException {
        assertThat(on.bus().dependents(on.find(UART))).containsExactly("it is the console, by /chosen/stdout-path");
        assertThat(on.bus().dependents(on.find(SATA))).isEmpty();
    }

    @Test
    void withoutADriverNobodyIsServed() throws IOException {
        on.unbind(GPIO);

        assertThat(on.bus().dependents(on.find(GPIO))).isEmpty();
        on.bus().bind(on.find(GPIO)).close();
        assertThat(on.driver(GPIO)).isEmpty();
    }

    /** A group has to be bound one device after the other. */
    @Test
    void aDeviceOfAGroupInUseCanBeBound() throws IOException {
        Binding left = on.bus().bind(on.find(LEFT));
        assertThat(left.device().eligibility().reason()).contains("cannot be opened", RIGHT);

        Binding right = on.bus().bind(on.find(RIGHT));
        PlatformDevice.open(on.board.syscalls(), on.board.files(), on.find(LEFT))
                .close();

        right.close();
        left.close();
        assertThat(on.driver(RIGHT)).contains("twin");
    }

    /** VFIO has the group, so a kernel driver cannot use it (iommu_device_use_default_domain). */
    @Test
    void aDeviceOfAGroupThatIsOpenIsNotGivenBack() throws IOException {
        Binding right = on.bus().bind(on.find(RIGHT));
        Binding left = on.bus().bind(on.find(LEFT));
        PlatformDevice open = PlatformDevice.open(on.board.syscalls(), on.board.files(), left.device());

        assertThat(notDone(right::close).reason()).isEqualTo(Reason.IN_USE);

        open.close();
        right.close();
        assertThat(on.driver(RIGHT)).contains("twin");
        left.close();
    }

    @Test
    void whatWasNotRecordedIsNotGivenBack() {
        BindingException unknown = notDone(() -> on.bus().unbind(on.find(SATA)));

        assertThat(unknown.reason()).isEqualTo(Reason.NOT_RECORDED);
        assertThat(unknown).hasMessageContaining("bound to ahci");
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "nonsense",
        "format=vfio4j.binding/2",
        "format=vfio4j.binding/1|device=1000.sata",
        "format=vfio4j.binding/1|device=2000.rtc|driver=vfio-amba",
        "format=vfio4j.binding/1|device=1000.sata|driver=vfio-platform|owner=1",
        "format=vfio4j.binding/1|device=1000.sata|device=1000.sata|driver=vfio-platform"
    })
    void aDamagedRecordIsNeitherUsedNorReplaced(String content) {
        on.putRecord("platform-" + SATA, content.replace('|', '\n'));

        assertThat(notDone(() -> on.bus().bind(on.find(SATA))).reason()).isEqualTo(Reason.RECORD_DAMAGED);
        assertThat(notDone(() -> on.bus().unbind(on.find(SATA))).reason()).isEqualTo(Reason.RECORD_DAMAGED);
        assertThat(on.driver(SATA)).contains("ahci");
        assertThat(on.records()).hasSize(1);
    }

    @Test
    void aDeviceThatIsGone() {
        SysfsDevice sata = on.find(SATA);
        SysfsDevice gone = new SysfsDevice(
                "9.gone",
                sata.bus(),
                sata.path().resolveSibling("9.gone"),
                sata.node(),
                sata.driver(),
                sata.iommuGroup(),
                sata.eligibility());

        VfioException refused = refusal(() -> on.bus().bind(gone));

        assertThat(refused.step()).isEqualTo(Step.READ_BINDING);
        assertThat(refused.errno()).isEqualTo(Errno.ENOENT);
    }
}
