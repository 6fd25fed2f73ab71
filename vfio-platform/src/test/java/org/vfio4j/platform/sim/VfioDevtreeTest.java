// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.platform.sim.Calls.words;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DevtreeInfo;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The driver vfio-devtree beside vfio-platform (integration-tests/lab/module/README.md). */
class VfioDevtreeTest {
    private static final String DRIVERS = "/sys/bus/platform/drivers/";

    private static final DeviceTree TREE = DtsReader.read("""
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                interrupt-parent = <&pic>;
                pic: pic { compatible = "acme,pic"; interrupt-controller; #interrupt-cells = <1>; };
                orphan: orphan { interrupt-controller; #interrupt-cells = <1>; };
                hub@1000 {
                    compatible = "acme,hub";
                    reg = <0x1000 0x1000>;
                    interrupts = <1>;
                    ranges = <0x0 0x2000 0x100>;
                    port { interrupts = <2>; };
                };
                family@3000 {
                    compatible = "acme,family", "simple-mfd";
                    reg = <0x3000 0x1000>;
                    ranges = <0x0 0x3000 0x1000>;
                    member@0 { compatible = "acme,member"; reg = <0x0 0x10>; };
                };
                clocked@4000 {
                    compatible = "acme,clocked";
                    reg = <0x4000 0x1000>;
                    clock { compatible = "fixed-clock"; };
                };
                unclocked@5000 {
                    compatible = "acme,clocked";
                    reg = <0x5000 0x1000>;
                    clock { compatible = "fixed-clock"; status = "disabled"; };
                };
                deferred@6000 {
                    compatible = "acme,deferred";
                    reg = <0x6000 0x1000>;
                    interrupts-extended = <&pic 3>, <&orphan 1>, <&pic 4>;
                };
                both@7000 {
                    compatible = "acme,both", "simple-mfd";
                    reg = <0x7000 0x1000>;
                    first { interrupt-parent = <&orphan>; interrupts = <2>; };
                    second { compatible = "acme,member"; };
                };
            };
            """);

    private final SimulatedBoard board = SimulatedBoard.builder(TREE)
            .noiommuMode(true)
            .resetRequired(false)
            .vfioDevtree(true)
            .build();
    private final Calls calls = new Calls(board);

    private void write(String file, String text) throws IOException {
        board.files().write(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
    }

    private void bind(String driver, String device) throws IOException {
        write("/sys/bus/platform/devices/" + device + "/driver_override", driver);
        write(DRIVERS + driver + "/bind", device);
    }

    private void refused(String device, Errno errno) {
        assertThatThrownBy(() -> bind("vfio-devtree", device)).as(device).hasMessage(errno.text());
    }

    private ByteBuffer info(int device) {
        ByteBuffer info = words(16, 16);
        assertThat(calls.linux.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_INFO, info))
                .isZero();
        return info;
    }

    private int ask(int device) {
        return calls.linux.ioctl(device, DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO, words(256, 256));
    }

    @Test
    void theDriverDecidesWhatADeviceExposesAndAnswers() throws Exception {
        bind("vfio-devtree", "1000.hub");
        int device = calls.openDevice("1000.hub");
        assertThat(info(device).getInt(8)).as("regions").isEqualTo(2);
        assertThat(info(device).getInt(12)).as("IRQs").isEqualTo(2);
        assertThat(ask(device)).isZero();
    }

    @Test
    void besideItVfioPlatformIsAsEver() throws Exception {
        bind("vfio-platform", "1000.hub");
        int device = calls.openDevice("1000.hub");
        assertThat(info(device).getInt(8)).as("regions").isOne();
        assertThat(info(device).getInt(12)).as("IRQs").isOne();
        assertThat(ask(device)).isEqualTo(Calls.failure(Errno.ENOTTY));
    }

    @Test
    void aNodeBelowThatIsADeviceOrWasSetUpEarlyIsBusy() throws IOException {
        refused("3000.family", Errno.EBUSY);
        refused("4000.clocked", Errno.EBUSY);
        bind("vfio-devtree", "5000.unclocked");
    }

    @Test
    void aControllerWithoutDriverDefersTheProbe() {
        refused("6000.deferred", Errno.EAGAIN);
    }

    @Test
    void theFirstProblemInTheOrderOfTheTreeIsTheError() {
        refused("7000.both", Errno.EAGAIN);
    }

    @Test
    void forVfioPlatformTheListEndsAtTheControllerWithoutDriver() throws Exception {
        bind("vfio-platform", "6000.deferred");
        assertThat(info(calls.openDevice("6000.deferred")).getInt(12)).isOne();
    }

    @Test
    void itsParameterIsThereWithTheModuleOnly() throws IOException {
        Path parameter = Path.of("/sys/module/vfio_devtree/parameters/reset_required");
        assertThat(board.files().read(parameter))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("N\n");
        SimulatedBoard mainline = SimulatedBoard.builder(TREE).build();
        assertThatThrownBy(() -> mainline.files().read(parameter)).isInstanceOf(NoSuchFileException.class);
        assertThat(mainline.files().isDirectory(Path.of(DRIVERS + "vfio-devtree")))
                .isFalse();
    }

    /** The windows of a bus with devices are nobody's region, and so do not make one block of memory of all of them. */
    @Test
    void aLargeWindowAroundDevicesDoesNotKeepThemFromBeingMapped() throws Exception {
        SimulatedBoard large = SimulatedBoard.builder(DtsReader.read("""
                        / {
                            #address-cells = <2>;
                            #size-cells = <2>;
                            bus {
                                compatible = "simple-bus";
                                #address-cells = <2>;
                                #size-cells = <2>;
                                ranges = <0x0 0x0 0x1 0x0 0x10 0x0>;
                                uart@1000 { compatible = "acme,uart"; reg = <0x0 0x1000 0x0 0x1000>; };
                            };
                        };
                        """))
                .readyToUse()
                .vfioDevtree(true)
                .build();
        Calls others = new Calls(large);
        int uart = others.openDevice("100001000.uart");
        assertThat(others.linux.mmap(0, 0x1000, 3, 1, uart, 0)).isPositive();
    }
}
