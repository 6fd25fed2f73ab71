// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtReader;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;

/** The files of the simulated machine: devices, their nodes, groups, and how the seam reports errors. */
class SimulatedFilesTest {
    private static final Path DEVICES = Path.of("/sys/bus/platform/devices");

    private final SimulatedBoard board = SmallTree.builder().bindAll().build();
    private final HostFiles files = board.files();

    private String text(Path file) throws IOException {
        return new String(files.read(file), StandardCharsets.UTF_8);
    }

    @Test
    void aDeviceTellsItsNode() throws Exception {
        assertThat(text(DEVICES.resolve(SmallTree.UART + "/uevent"))).isEqualTo("""
                        DRIVER=vfio-platform
                        OF_NAME=uart
                        OF_FULLNAME=/uart@1000
                        OF_COMPATIBLE_0=test,uart
                        OF_COMPATIBLE_1=ns16550a
                        OF_COMPATIBLE_N=2
                        OF_ALIAS_0=serial0
                        MODALIAS=of:NuartT(null)Ctest,uartCns16550a
                        """);
        Path node = files.realPath(DEVICES.resolve(SmallTree.UART + "/of_node"));
        assertThat(node).hasToString("/sys/firmware/devicetree/base/uart@1000");
        assertThat(files.read(node.resolve("reg"))).containsExactly(0, 0, 0x10, 0, 0, 0, 0, 0x26);
    }

    @Test
    void anAmbaDeviceHasItsOwnBusAndIdentification() throws Exception {
        Path rtc = Path.of("/sys/bus/amba/devices", SmallTree.RTC);
        assertThat(text(rtc.resolve("uevent")))
                .contains("DRIVER=vfio-amba\n", "AMBA_ID=00041031\n", "MODALIAS=amba:d00041031\n");
        assertThat(files.realPath(rtc.resolve("subsystem"))).hasToString("/sys/bus/amba");
        assertThat(files.realPath(rtc.resolve("driver"))).hasToString("/sys/bus/amba/drivers/vfio-amba");
        assertThat(files.exists(DEVICES.resolve(SmallTree.RTC))).isFalse();
    }

    @Test
    void devicesLieBelowTheirParents() throws Exception {
        HostFiles proposal = SimulatedBoard.builder("proposal").build().files();
        assertThat(proposal.realPath(DEVICES.resolve("ffe220000.sata")))
                .hasToString("/sys/devices/platform/soc@ffe000000/ffe220000.sata");
        assertThat(proposal.readLink(DEVICES.resolve("ffe220000.sata/iommu_group")))
                .hasToString("../../../../kernel/iommu_groups/1");
    }

    @Test
    void devicesThatShareAStreamShareAGroup() throws Exception {
        Path group = files.realPath(DEVICES.resolve(SmallTree.LEFT + "/iommu_group"));
        assertThat(files.realPath(DEVICES.resolve(SmallTree.RIGHT + "/iommu_group")))
                .isEqualTo(group);
        assertThat(files.list(group.resolve("devices"))).containsExactly(SmallTree.LEFT, SmallTree.RIGHT);
        assertThat(files.exists(group.resolve("name")))
                .as("only groups of noiommu have one")
                .isFalse();
    }

    /** Of Linux 6.12 seen on the lab's machine: the group comes with the first attempt to bind a driver, and stays. */
    @Test
    void aDeviceIsInItsGroupFromItsFirstProbe() {
        SimulatedBoard board = SmallTree.builder()
                .release(KernelRelease.LINUX_6_12)
                .resetRequired(true)
                .build();
        Path group = DEVICES.resolve(SmallTree.UART + "/iommu_group");
        assertThat(board.files().exists(group)).isFalse();
        assertThatThrownBy(() -> bindToVfio(board.files(), SmallTree.UART))
                .as("there is no reset function for it")
                .hasMessage("No such file or directory");
        assertThat(board.files().exists(group)).isTrue();
        assertThat(SmallTree.builder().build().files().exists(group))
                .as("of later releases")
                .isTrue();
    }

    private static void bindToVfio(HostFiles there, String device) throws IOException {
        there.write(DEVICES.resolve(device + "/driver_override"), "vfio-platform".getBytes(StandardCharsets.UTF_8));
        there.write(Path.of("/sys/bus/platform/drivers/vfio-platform/bind"), device.getBytes(StandardCharsets.UTF_8));
    }

    /** arm_smmu_insert_master of arm-smmu-v3.c: "stream already in tree". */
    @Test
    void anSmmuV3GivesAStreamToOneDeviceOnly() throws Exception {
        DeviceTree tree = DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    smmu: iommu@1 { compatible = "arm,smmu-v3"; #iommu-cells = <1>; };
                    a@1000 { compatible = "a"; reg = <0x1000 4>; iommus = <&smmu 7>, <&smmu 7>; };
                    b@2000 { compatible = "b"; reg = <0x2000 4>; iommus = <&smmu 8>, <&smmu 7>; };
                };
                """);
        HostFiles there = SimulatedBoard.builder(tree)
                .noiommuMode(true)
                .resetRequired(false)
                .bound("1000.a", "2000.b")
                .build()
                .files();
        assertThat(there.list(Path.of("/dev/vfio"))).containsExactly("0", "devices", "noiommu-1", "vfio");
        assertThat(there.list(Path.of("/sys/kernel/iommu_groups/0/devices"))).containsExactly("1000.a");
    }

    @Test
    void aDisabledIommuMakesNoGroup() throws Exception {
        DeviceTree tree = DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    off: iommu@0 { #iommu-cells = <0>; status = "disabled"; };
                    on: iommu@1 { #iommu-cells = <0>; };
                    a@1000 { compatible = "a"; reg = <0x1000 4>; iommus = <&off>; };
                    b@2000 { compatible = "b"; reg = <0x2000 4>; iommus = <99>; };
                    c@3000 { compatible = "c"; reg = <0x3000 4>; iommus = <&off>, <&on>; };
                };
                """);
        HostFiles there = SimulatedBoard.builder(tree)
                .release(KernelRelease.LINUX_7_2)
                .build()
                .files();
        assertThat(there.list(Path.of("/sys/kernel/iommu_groups"))).containsExactly("0");
        assertThat(there.list(Path.of("/sys/kernel/iommu_groups/0/devices"))).containsExactly("3000.c");
    }

    @Test
    void theTreeIsThereTwiceAndAsABlob() throws Exception {
        assertThat(files.realPath(Path.of("/proc/device-tree"))).hasToString("/sys/firmware/devicetree/base");
        assertThat(text(Path.of("/proc/device-tree/flash@100000/name"))).isEqualTo("flash\0");
        assertThat(text(Path.of("/proc/device-tree/name"))).as("of the root").isEqualTo("\0");
        DeviceTree blob = FdtReader.read(files.read(Path.of("/sys/firmware/fdt")));
        assertThat(blob.find("/flash@100000").orElseThrow().property("reg").map(Property::cellCount))
                .contains(6);
    }

    @Test
    void aChildWithTheNameOfAPropertyGetsANumber() throws Exception {
        DeviceTree tree = DtsReader.read("""
                /dts-v1/;
                / { same = "x"; same { compatible = "test,same"; }; };
                """);
        HostFiles there = SimulatedBoard.builder(tree).build().files();
        assertThat(there.list(Path.of("/proc/device-tree"))).containsExactly("name", "same", "same#1");
        assertThat(there.realPath(DEVICES.resolve("same/of_node"))).hasToString("/sys/firmware/devicetree/base/same#1");
    }

    @Test
    void secretsAreForRootOnly() throws Exception {
        Path secret = Path.of("/proc/device-tree/free@300000/security-key");
        assertThat(text(secret)).isEqualTo("s\0");
        HostFiles user = SmallTree.builder()
                .credentials(Credentials.user(1000, 1000))
                .build()
                .files();
        assertThatThrownBy(() -> user.read(secret)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> user.read(Path.of("/sys/firmware/fdt"))).isInstanceOf(AccessDeniedException.class);
        assertThat(user.read(Path.of("/proc/device-tree/free@300000/compatible")))
                .isNotEmpty();
    }

    @Test
    void errorsAreThoseOfJavaNio() {
        Path uart = DEVICES.resolve(SmallTree.UART);
        assertThatThrownBy(() -> files.read(uart.resolve("nothing"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.read(uart))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("directory");
        assertThatThrownBy(() -> files.list(uart.resolve("uevent"))).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> files.readLink(uart.resolve("uevent"))).isInstanceOf(NotLinkException.class);
        assertThatThrownBy(() -> files.realPath(uart.resolve("uevent/x"))).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> files.read(Path.of("/sys/bus/platform/drivers_probe")))
                .as("write-only")
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> files.write(uart.resolve("uevent"), new byte[1]))
                .as("read-only")
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> files.read(Path.of("relative"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void dotsAreFollowedFromWhereALinkLeads() throws Exception {
        assertThat(files.realPath(DEVICES.resolve(SmallTree.UART + "/driver/../.././devices")))
                .isEqualTo(DEVICES);
        assertThat(files.realPath(Path.of("/../sys"))).hasToString("/sys");
        assertThat(files.isDirectory(DEVICES.resolve(SmallTree.UART))).isTrue();
        assertThat(files.isDirectory(DEVICES.resolve(SmallTree.UART + "/uevent")))
                .isFalse();
        assertThat(files.isDirectory(Path.of("/nowhere"))).isFalse();
    }

    @Test
    void filesAreKeptBelowRun() throws Exception {
        Path file = Path.of("/run/vfio4j/record");
        byte[] one = "one".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> files.replace(file, one)).isInstanceOf(NoSuchFileException.class);
        files.create(file, one);
        assertThat(text(file)).isEqualTo("one");
        assertThat(files.list(file.getParent())).containsExactly("record");
        assertThatThrownBy(() -> files.create(file, new byte[0])).isInstanceOf(FileAlreadyExistsException.class);

        files.replace(file, "two".getBytes(StandardCharsets.UTF_8));
        assertThat(text(file)).isEqualTo("two");
        files.delete(file);
        assertThat(files.exists(file)).isFalse();
        assertThat(files.list(file.getParent())).as("the directory stays").isEmpty();
        assertThatThrownBy(() -> files.delete(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void onlyRootKeepsFilesAndNobodyMakesAnyInSysfs() {
        assertThatThrownBy(() -> files.create(DEVICES.resolve("new"), new byte[0]))
                .isInstanceOf(AccessDeniedException.class);
        board.setCredentials(Credentials.user(1000, 1000));
        assertThatThrownBy(() -> files.create(Path.of("/run/new"), new byte[0]))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void theProcessShowsWhatItHasOpen() throws Exception {
        int fd = board.syscalls().open("/dev/vfio/vfio", LinuxSyscalls.O_RDWR);

        assertThat(files.readLink(Path.of("/proc/self/fd/" + fd))).hasToString("/dev/vfio/vfio");
        String pid = files.readLink(Path.of("/proc/self")).toString();
        assertThat(text(Path.of("/proc", pid, "stat"))).startsWith(pid + " (java) S ");
        board.syscalls().close(fd);
        assertThat(files.list(Path.of("/proc/self/fd"))).isEmpty();
    }
}
