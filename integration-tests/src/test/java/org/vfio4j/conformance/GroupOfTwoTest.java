// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.TYPE1_V2;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * An IOMMU group of two devices (drivers/vfio/group.c and drivers/iommu/iommu.c, which are the same for every bus). The
 * lab has two functions of a PCI device. The simulation has two platform devices behind an SMMU of version 2, which
 * shares streams.
 */
@Timeout(60)
class GroupOfTwoTest {
    private static final int VIABLE = 1;

    /** The two, the VFIO driver of their bus, and another driver that takes them. */
    private record Pair(World world, String bus, String first, String second, String vfio, String other) {
        static Pair current() {
            if (World.current().isMachine()) {
                return new Pair(World.current(), "pci", "0000:00:1e.0", "0000:00:1e.1", "vfio-pci", "virtio-pci");
            }
            SimulatedBoard board = SimulatedBoard.builder(DtsReader.read("""
                            /dts-v1/;
                            / {
                                #address-cells = <1>; #size-cells = <1>;
                                smmu: iommu@1000 { compatible = "arm,mmu-500"; reg = <0x1000 0x1000>; #iommu-cells = <1>; };
                                port@4000 { compatible = "port"; reg = <0x4000 0x1000>; iommus = <&smmu 1>; };
                                port@5000 { compatible = "port"; reg = <0x5000 0x1000>; iommus = <&smmu 1>; };
                            };
                            """))
                    .resetRequired(false)
                    .unsafeInterrupts(true)
                    .driver("4000.port", "port")
                    .driver("5000.port", "port")
                    .build();
            return new Pair(World.of(board), "platform", "4000.port", "5000.port", "vfio-platform", "port");
        }
    }

    private final Pair pair = Pair.current();
    private final Sysfs sysfs = new Sysfs(pair.world().files());
    private final Calls calls = new Calls(pair.world());

    private Path device(String name) {
        return Sysfs.bus(pair.bus()).resolve("devices").resolve(name);
    }

    private void unbind(String name) {
        if (!sysfs.driverOf(device(name)).isEmpty()) {
            sysfs.write(device(name).resolve("driver/unbind"), name);
        }
    }

    private String bind(String name, String driver) {
        sysfs.write(device(name).resolve("driver_override"), driver);
        try {
            sysfs.tryWrite(
                    Sysfs.bus(pair.bus()).resolve("drivers").resolve(driver).resolve("bind"), name);
            return "ok";
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    private String group() throws IOException {
        return "/dev/vfio/"
                + pair.world()
                        .files()
                        .readLink(device(pair.first()).resolve("iommu_group"))
                        .getFileName();
    }

    @BeforeEach
    void bindTheFirst() {
        unbind(pair.first());
        assertThat(bind(pair.first(), pair.vfio())).isEqualTo("ok");
    }

    @AfterEach
    void giveBothBack() {
        calls.close();
        for (String name : new String[] {pair.first(), pair.second()}) {
            unbind(name);
            assertThat(bind(name, pair.other())).isEqualTo("ok");
            sysfs.write(device(name).resolve("driver_override"), "\n");
        }
    }

    @Test
    void bothAreInOneGroup() throws IOException {
        assertThat(pair.world().files().list(device(pair.first()).resolve("iommu_group/devices")))
                .containsExactly(pair.first(), pair.second());
        assertThat(pair.world().files().realPath(device(pair.second()).resolve("iommu_group")))
                .isEqualTo(pair.world().files().realPath(device(pair.first()).resolve("iommu_group")));
    }

    @Test
    void withAnotherDriverOnTheSecondTheGroupIsNotViable() throws IOException {
        int group = calls.mustOpen(group());
        int container = calls.container();
        assertThat(calls.groupFlags(group)).as("flags").isZero();
        assertThat(calls.setContainer(group, container)).isEqualTo("EPERM");
        assertThat(calls.groupFlags(group)).isZero();
        unbind(pair.second());
        assertThat(calls.groupFlags(group)).as("nobody has the second").isEqualTo(VIABLE);
        assertThat(calls.setContainer(group, container)).isEqualTo("ok");
    }

    @Test
    void whileUserSpaceHasTheGroupNoOtherDriverGetsTheSecond() throws IOException {
        unbind(pair.second());
        int group = calls.mustOpen(group());
        assertThat(calls.setContainer(group, calls.container())).isEqualTo("ok");
        assertThat(bind(pair.second(), pair.other())).isEqualTo("Device or resource busy");
        assertThat(calls.unsetContainer(group)).isEqualTo("ok");
        assertThat(bind(pair.second(), pair.other())).as("free again").isEqualTo("ok");
    }

    @Test
    void aDeviceThatIsNotVfiosCannotBeGot() throws IOException {
        unbind(pair.second());
        int group = attached();
        assertThat(Calls.said(calls.getDeviceFd(group, pair.second()))).isEqualTo("ENODEV");
    }

    @Test
    void bothAreOpenedThroughOneGroup() throws IOException {
        unbind(pair.second());
        assertThat(bind(pair.second(), pair.vfio())).isEqualTo("ok");
        int group = attached();
        int first = calls.getDeviceFd(group, pair.first());
        int second = calls.getDeviceFd(group, pair.second());
        assertThat(Calls.said(first)).isEqualTo("ok");
        assertThat(Calls.said(second)).isEqualTo("ok");
        assertThat(calls.unsetContainer(group)).as("two devices are open").isEqualTo("EBUSY");
        calls.close(first);
        assertThat(calls.unsetContainer(group)).as("one is").isEqualTo("EBUSY");
        calls.close(second);
        assertThat(calls.unsetContainer(group)).isEqualTo("ok");
    }

    @Test
    void theGroupLivesAsLongAsOneDeviceIsVfios() throws IOException {
        unbind(pair.second());
        assertThat(bind(pair.second(), pair.vfio())).isEqualTo("ok");
        int group = calls.mustOpen(group());
        unbind(pair.first());
        assertThat(calls.ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, Calls.words(8, 8)))
                .isEqualTo("ok");
        unbind(pair.second());
        assertThat(calls.ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, Calls.words(8, 8)))
                .isEqualTo("ENODEV");
        assertThat(bind(pair.first(), pair.vfio())).isEqualTo("ok");
    }

    private int attached() throws IOException {
        int container = calls.container();
        int group = calls.mustOpen(group());
        assertThat(calls.setContainer(group, container)).isEqualTo("ok");
        assertThat(calls.setIommu(container, TYPE1_V2)).isEqualTo("ok");
        return group;
    }
}
