// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.platform.sim.Calls.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.Errno;

/** Binding through sysfs (Linux drivers/base/bus.c and dd.c, drivers/vfio/group.c and vfio_main.c). */
class BindingTest {
    private static final String BUS = "/sys/bus/platform/";
    private static final String VFIO = BUS + "drivers/vfio-platform/";
    private static final String NO_DEVICE = "No such device";
    private static final String INVALID = "Invalid argument";

    private SimulatedBoard board = SmallTree.builder()
            .driver(SmallTree.UART, "uart-driver")
            .driver(SmallTree.RIGHT, "twin-driver")
            .build();

    private void write(String file, String text) throws IOException {
        board.files().write(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
    }

    private String read(String file) throws IOException {
        return new String(board.files().read(Path.of(file)), StandardCharsets.UTF_8);
    }

    private static String device(String name, String file) {
        return BUS + "devices/" + name + "/" + file;
    }

    private String driverOf(String device) throws IOException {
        try {
            return board.files()
                    .readLink(Path.of(device(device, "driver")))
                    .getFileName()
                    .toString();
        } catch (NoSuchFileException none) {
            return "none";
        }
    }

    private void override(String device) throws IOException {
        write(device(device, "driver_override"), "vfio-platform\n");
    }

    @Test
    void theWholeWay() throws Exception {
        assertThat(driverOf(SmallTree.UART)).isEqualTo("uart-driver");
        assertThat(read(device(SmallTree.UART, "driver_override"))).isEqualTo("(null)\n");
        override(SmallTree.UART);
        assertThat(read(device(SmallTree.UART, "driver_override"))).isEqualTo("vfio-platform\n");
        assertThat(driverOf(SmallTree.UART))
                .as("an override alone changes nothing")
                .isEqualTo("uart-driver");
        write(device(SmallTree.UART, "driver/unbind"), SmallTree.UART);
        assertThat(driverOf(SmallTree.UART)).isEqualTo("none");
        write(BUS + "drivers_probe", SmallTree.UART);
        assertThat(driverOf(SmallTree.UART)).isEqualTo("vfio-platform");
        assertThat(board.files().list(Path.of("/dev/vfio"))).containsExactly("0", "devices", "vfio");
        assertThat(board.files().list(Path.of("/dev/vfio/devices"))).containsExactly("vfio0");
        assertThat(board.files().list(Path.of(VFIO))).containsExactly(SmallTree.UART, "bind", "unbind");
    }

    @Test
    void theFormerDriverComesBackWithoutTheOverride() throws Exception {
        theWholeWay();
        write(VFIO + "unbind", SmallTree.UART);
        assertThat(board.files().list(Path.of("/dev/vfio"))).containsExactly("vfio");
        write(device(SmallTree.UART, "driver_override"), "\n");
        write(BUS + "drivers_probe", SmallTree.UART);
        assertThat(driverOf(SmallTree.UART)).isEqualTo("uart-driver");
    }

    @Test
    void bindNeedsADriverThatMatches() throws Exception {
        assertThatThrownBy(() -> write(VFIO + "bind", SmallTree.FLASH)).hasMessage(NO_DEVICE);
        override(SmallTree.FLASH);
        assertThatCode(() -> write(VFIO + "bind", SmallTree.FLASH)).doesNotThrowAnyException();
        assertThatThrownBy(() -> write(VFIO + "bind", SmallTree.FLASH)).hasMessage("Device or resource busy");
        assertThatThrownBy(() -> write(VFIO + "bind", "nobody")).hasMessage(NO_DEVICE);
        assertThatThrownBy(() -> write(VFIO + "bind", SmallTree.RTC))
                .as("on another bus")
                .hasMessage(NO_DEVICE);
    }

    @Test
    void unbindNeedsTheDriverThatTheDeviceHas() {
        assertThatThrownBy(() -> write(VFIO + "unbind", SmallTree.UART)).hasMessage(NO_DEVICE);
        assertThatThrownBy(() -> write(BUS + "drivers_probe", "nobody")).hasMessage(NO_DEVICE);
    }

    @Test
    void aMissingResetFunctionIsSaidByBindAndNotByDriversProbe() throws Exception {
        board = SmallTree.builder()
                .resetRequired(true)
                .resetFunction("test,flash")
                .build();
        override(SmallTree.UART);
        override(SmallTree.FLASH);
        assertThatThrownBy(() -> write(VFIO + "bind", SmallTree.UART)).hasMessage("No such file or directory");
        write(BUS + "drivers_probe", SmallTree.UART);
        assertThat(driverOf(SmallTree.UART)).isEqualTo("none");
        write(VFIO + "bind", SmallTree.FLASH);
        assertThat(driverOf(SmallTree.FLASH)).isEqualTo("vfio-platform");
    }

    @Test
    void anAmbaDeviceNeedsNoResetFunction() throws Exception {
        board = SmallTree.builder().resetRequired(true).build();
        write("/sys/bus/amba/devices/" + SmallTree.RTC + "/driver_override", "vfio-amba");
        write("/sys/bus/amba/drivers/vfio-amba/bind", SmallTree.RTC);
        assertThat(board.files().list(Path.of("/sys/bus/amba/drivers/vfio-amba")))
                .contains(SmallTree.RTC);
    }

    /** vfio_group_find_or_alloc. */
    @Test
    void aDeviceWithoutIommuNeedsNoiommuMode() throws Exception {
        board = SmallTree.builder().noiommuMode(false).build();
        override(SmallTree.FREE);
        assertThatThrownBy(() -> write(VFIO + "bind", SmallTree.FREE)).hasMessage(INVALID);
        write("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "1\n");
        write(VFIO + "bind", SmallTree.FREE);
        Path group = board.files().realPath(Path.of(device(SmallTree.FREE, "iommu_group")));
        assertThat(group).hasToString("/sys/kernel/iommu_groups/3");
        assertThat(read(group + "/name")).isEqualTo("vfio-noiommu\n");
        assertThat(board.files().list(group.resolve("devices"))).containsExactly(SmallTree.FREE);
        write(VFIO + "unbind", SmallTree.FREE);
        assertThat(board.files().exists(group)).isFalse();
        assertThat(board.files().exists(Path.of(device(SmallTree.FREE, "iommu_group"))))
                .isFalse();
    }

    @Test
    void dmaMustBeCoherentBehindAnIommuOnly() throws Exception {
        board = SmallTree.builder().cacheCoherent(false).build();
        override(SmallTree.UART);
        override(SmallTree.FREE);
        assertThatThrownBy(() -> write(VFIO + "bind", SmallTree.UART)).hasMessage(INVALID);
        assertThat(board.files().list(Path.of("/dev/vfio"))).containsExactly("vfio");
        write(VFIO + "bind", SmallTree.FREE);
    }

    @Test
    void aKernelDriverCannotHaveADeviceOfAGroupThatIsInUse() throws Exception {
        write(BUS + "drivers/twin-driver/unbind", SmallTree.RIGHT);
        override(SmallTree.LEFT);
        write(VFIO + "bind", SmallTree.LEFT);
        Calls calls = new Calls(board);
        Calls.Attached attached = calls.attach("/dev/vfio/2");
        assertThatThrownBy(() -> write(BUS + "drivers/twin-driver/bind", SmallTree.RIGHT))
                .hasMessage("Device or resource busy");
        calls.linux.close(attached.group());
        write(BUS + "drivers/twin-driver/bind", SmallTree.RIGHT);
    }

    /** vfio_unregister_group_dev waits until nobody has the device open. */
    @Test
    @Timeout(20)
    void unbindWaitsForTheUsers() throws Exception {
        override(SmallTree.FLASH);
        write(VFIO + "bind", SmallTree.FLASH);
        Calls calls = new Calls(board);
        Calls.Attached attached = calls.attach("/dev/vfio/1");
        int device = calls.getDeviceFd(attached.group(), SmallTree.FLASH);
        CompletableFuture<Void> unbound = CompletableFuture.runAsync(() -> {
            try {
                write(VFIO + "unbind", SmallTree.FLASH);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        while (calls.getDeviceFd(attached.group(), SmallTree.FLASH) != failure(Errno.ENODEV)) {
            assertThat(unbound).isNotDone();
            calls.linux.close(board.openDescriptors().keySet().stream()
                    .max(Integer::compare)
                    .orElseThrow());
        }
        assertThat(unbound).isNotDone();
        calls.linux.close(device);
        unbound.get(10, TimeUnit.SECONDS);
        assertThat(driverOf(SmallTree.FLASH)).isEqualTo("none");
    }

    @Test
    void onlyRootMayBind() {
        board = SmallTree.builder().credentials(Credentials.user(1000, 1000)).build();
        assertThatThrownBy(() -> override(SmallTree.UART)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void parametersAreReadAndWrittenAsTheKernelDoes() throws Exception {
        String unsafe = "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts";
        assertThat(read(unsafe)).isEqualTo("Y\n");
        write(unsafe, "off");
        assertThat(read(unsafe)).isEqualTo("N\n");
        assertThatThrownBy(() -> write(unsafe, "maybe")).hasMessage(INVALID);
        String reset = "/sys/module/vfio_platform/parameters/reset_required";
        assertThat(read(reset)).isEqualTo("N\n");
        assertThatThrownBy(() -> write(reset, "1")).as("0444, for root too").isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void aBoardThatCannotBeBuiltAsAskedSaysWhy() {
        assertThatThrownBy(() -> SmallTree.builder().bound("nobody").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no device 'nobody'")
                .hasMessageContaining(SmallTree.UART);
        assertThatThrownBy(() -> SmallTree.builder()
                        .resetRequired(true)
                        .bound(SmallTree.UART)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> SmallTree.builder().pageSize(8192)).hasMessageContaining("8192");
        assertThatThrownBy(() -> SimulatedBoard.builder("nothing")).hasMessageContaining("proposal");
    }
}
