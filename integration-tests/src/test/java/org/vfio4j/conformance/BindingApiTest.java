// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.BindOptions;
import org.vfio4j.platform.Binding;
import org.vfio4j.platform.BindingException;
import org.vfio4j.platform.BindingException.Reason;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** PlatformBus.bind takes devices from drivers of the kernel that run, and gives them back. */
class BindingApiTest extends ConformanceTest {
    private static final Path RECORDS = Path.of("/run/vfio4j");
    private static final String RECORD = "amba-" + LabDevice.RTC.device;
    private static final BindOptions ALSO_IF_NEEDED = BindOptions.USUAL.evenIfOthersNeedIt();

    private final PlatformBus bus = new PlatformBus(world.files());

    /** The drivers of the kernel, by the device. */
    private static String nativeDriver(LabDevice device) {
        return device == LabDevice.RTC ? "rtc-pl031" : "pl061_gpio";
    }

    @BeforeEach
    void giveToTheKernel() {
        for (LabDevice device : List.of(LabDevice.RTC, LabDevice.GPIO)) {
            sysfs.write(Sysfs.driver(device).resolve("unbind"), device.device);
            sysfs.write(Sysfs.device(device).resolve("driver_override"), "\n");
            sysfs.write(Sysfs.bus("amba").resolve("drivers_probe"), device.device);
            assertAsBefore(device);
        }
    }

    /** As the other tests expect them. */
    @AfterEach
    void giveToVfio() {
        sysfs.write(Sysfs.NOIOMMU_MODE, "Y");
        sysfs.bindToVfio(LabDevice.RTC);
        sysfs.bindToVfio(LabDevice.GPIO);
    }

    private SysfsDevice find(LabDevice device) throws IOException {
        return bus.find(device.device);
    }

    private void assertAsBefore(LabDevice device) {
        assertThat(sysfs.driverOf(Sysfs.device(device))).isEqualTo(nativeDriver(device));
        assertThat(sysfs.read(Sysfs.device(device).resolve("driver_override"))).isEqualTo("(null)\n");
        assertThat(world.files().exists(RECORDS.resolve("amba-" + device.device)))
                .as("a record")
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = LabDevice.class,
            names = {"RTC", "GPIO"})
    void aDeviceIsTakenFromItsDriverAndGivenBack(LabDevice device) throws IOException {
        try (Binding binding = bus.bind(find(device), ALSO_IF_NEEDED)) {
            assertThat(sysfs.driverOf(Sysfs.device(device))).isEqualTo("vfio-amba");
            assertThat(binding.formerDriver()).contains(nativeDriver(device));
            try (PlatformDevice open = PlatformDevice.open(world.linux(), world.files(), binding.device())) {
                assertThat(open.regions()).hasSameSizeAs(device.regions);
            }
        }
        assertAsBefore(device);
    }

    @Test
    void aDeviceThatOthersNeedIsNotTakenJustSo() throws IOException {
        SysfsDevice gpio = find(LabDevice.GPIO);

        BindingException needed = catchThrowableOfType(BindingException.class, () -> bus.bind(gpio));

        assertThat(needed.reason()).isEqualTo(Reason.NEEDED_BY_OTHERS);
        assertThat(needed).hasMessageContaining("a provider for other devices: gpio");
        assertAsBefore(LabDevice.GPIO);
    }

    @Test
    void aBindingThatWasDroppedIsGivenBackByItsRecord() throws IOException {
        bus.bind(find(LabDevice.RTC));
        assertThat(world.files().list(RECORDS)).contains(RECORD);

        SysfsDevice now = new PlatformBus(world.files()).unbind(find(LabDevice.RTC));

        assertThat(now.driver()).contains("rtc-pl031");
        assertAsBefore(LabDevice.RTC);
    }

    @Test
    void aDetachedDeviceStaysWithVfioUntilItIsGivenBack() throws IOException {
        try (Binding binding = bus.bind(find(LabDevice.RTC))) {
            binding.detach();
        }
        assertThat(sysfs.driverOf(Sysfs.device(LabDevice.RTC))).isEqualTo("vfio-amba");

        bus.unbind(find(LabDevice.RTC));
        assertAsBefore(LabDevice.RTC);
    }

    /** A process number that is never given away: PID_MAX_LIMIT is 2^22. Or this one's, with another start. */
    @ParameterizedTest
    @ValueSource(strings = {"4194305 1", "self 1"})
    void whatAProcessThatEndedLeftIsTakenOver(String owner) throws IOException {
        bus.bind(find(LabDevice.RTC)).detach();
        String record = sysfs.read(RECORDS.resolve(RECORD));
        String line = "owner=" + owner.replace("self", self()[0]) + "\n";
        world.files().replace(RECORDS.resolve(RECORD), (record + line).getBytes(StandardCharsets.UTF_8));

        Binding binding = bus.bind(find(LabDevice.RTC));
        assertThat(binding.wasBound()).isFalse();
        assertThat(binding.formerDriver()).contains("rtc-pl031");

        binding.close();
        assertAsBefore(LabDevice.RTC);
    }

    @Test
    void whatAProcessThatRunsHasIsLeftToIt() throws IOException {
        try (Binding binding = bus.bind(find(LabDevice.RTC))) {
            assertThat(binding.formerDriver()).contains("rtc-pl031");
            assertThat(sysfs.read(RECORDS.resolve(RECORD))).endsWith("owner=" + self()[0] + " " + self()[21] + "\n");
            SysfsDevice rtc = find(LabDevice.RTC);

            BindingException owned = catchThrowableOfType(BindingException.class, () -> bus.bind(rtc));

            assertThat(owned.reason()).isEqualTo(Reason.OWNED);
            assertThat(owned).hasMessageContaining("process " + self()[0] + " (java)");
        }
        assertAsBefore(LabDevice.RTC);
    }

    /** The fields of this process; its name has no space. */
    private String[] self() {
        return sysfs.read(Path.of("/proc/self/stat")).strip().split(" ");
    }

    /** The kernel would wait for it, deaf to signals (vfio_unregister_group_dev of drivers/vfio/vfio_main.c). */
    @Test
    void aDeviceThatIsOpenIsNotGivenBack() throws IOException {
        Binding binding = bus.bind(find(LabDevice.RTC));
        PlatformDevice open = PlatformDevice.open(world.linux(), world.files(), binding.device());

        BindingException inUse = catchThrowableOfType(BindingException.class, binding::close);
        assertThat(inUse.reason()).isEqualTo(Reason.IN_USE);
        assertThat(inUse).hasMessageContaining("this process has it");
        assertThat(sysfs.driverOf(Sysfs.device(LabDevice.RTC))).isEqualTo("vfio-amba");

        open.close();
        binding.close();
        assertAsBefore(LabDevice.RTC);
    }

    @Test
    void withoutIommuAndTheModeForItNothingIsTouched() throws IOException {
        sysfs.write(Sysfs.NOIOMMU_MODE, "N");
        SysfsDevice rtc = find(LabDevice.RTC);

        BindingException refused = catchThrowableOfType(BindingException.class, () -> bus.bind(rtc));

        assertThat(refused.reason()).isEqualTo(Reason.NOT_ELIGIBLE);
        assertAsBefore(LabDevice.RTC);
    }

    /** The kernel says no when the former driver is gone already: the mode is switched off at the last moment. */
    @Test
    void aDeviceThatTheKernelRefusesHasItsFormerDriverAgain() throws IOException {
        Path bind = Sysfs.driver(LabDevice.RTC).resolve("bind");
        PlatformBus late = new PlatformBus(before(bind, () -> sysfs.write(Sysfs.NOIOMMU_MODE, "N")));
        SysfsDevice rtc = find(LabDevice.RTC);

        VfioException refused = catchThrowableOfType(VfioException.class, () -> late.bind(rtc));

        assertThat(refused.step()).isEqualTo(Step.BIND_DRIVER);
        assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
        assertThat(refused.meaning()).contains("noiommu mode is off");
        assertThat(refused.getSuppressed()).isEmpty();
        assertAsBefore(LabDevice.RTC);
    }

    /** The files of this world, with something done before a file is written. */
    private HostFiles before(Path file, Runnable action) {
        return (HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write") && arguments[0].equals(file)) {
                        action.run();
                    }
                    try {
                        return method.invoke(world.files(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
