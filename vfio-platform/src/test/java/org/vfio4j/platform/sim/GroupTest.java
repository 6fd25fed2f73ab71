// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.text;
import static org.vfio4j.platform.sim.Calls.words;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioIoctl;

/** /dev/vfio/N (Linux drivers/vfio/group.c): who may open it, viability, containers and device descriptors. */
class GroupTest {
    private static final String UART_GROUP = "/dev/vfio/0";
    private static final String FLASH_GROUP = "/dev/vfio/1";
    private static final String TWIN_GROUP = "/dev/vfio/2";
    private static final String FREE_GROUP = "/dev/vfio/noiommu-3";

    private final SimulatedBoard board = SmallTree.builder()
            .driver(SmallTree.RIGHT, "twin-driver")
            .bound(SmallTree.UART, SmallTree.FLASH, SmallTree.LEFT, SmallTree.FREE)
            .build();
    private final Calls calls = new Calls(board);

    private void write(String file, String text) throws Exception {
        board.files().write(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aGroupWithoutABoundDeviceHasNoFile() {
        assertThat(calls.open("/dev/vfio/7")).isEqualTo(failure(Errno.ENOENT));
        assertThat(calls.open("/dev/null/x")).isEqualTo(failure(Errno.ENOENT));
        assertThat(calls.open("/dev/vfio")).isEqualTo(failure(Errno.EISDIR));
    }

    @Test
    void onlyRootMayOpenAGroupAndAnybodyAContainer() {
        Calls user = new Calls(SmallTree.builder()
                .credentials(Credentials.user(1000, 1000))
                .bound(SmallTree.UART)
                .build());
        assertThat(user.open(UART_GROUP)).isEqualTo(failure(Errno.EACCES));
        assertThat(user.open("/dev/vfio/vfio")).isNotNegative();
    }

    @Test
    void aNoiommuGroupNeedsRawIo() {
        Calls user = new Calls(SmallTree.builder()
                .credentials(Credentials.root().without(Capability.CAP_SYS_RAWIO))
                .bound(SmallTree.FREE)
                .build());
        assertThat(user.open(FREE_GROUP)).isEqualTo(failure(Errno.EPERM));
    }

    @Test
    void aGroupIsOpenOnce() {
        int first = calls.mustOpen(UART_GROUP);
        assertThat(calls.open(UART_GROUP)).isEqualTo(failure(Errno.EBUSY));
        calls.linux.close(first);
        assertThat(calls.open(UART_GROUP)).isEqualTo(first);
    }

    @Test
    void statusChecksItsArgument() {
        int group = calls.mustOpen(UART_GROUP);
        int request = VfioIoctl.VFIO_GROUP_GET_STATUS;
        assertThat(calls.linux.ioctl(group, request, 0L)).isEqualTo(failure(Errno.EFAULT));
        assertThat(calls.linux.ioctl(group, request, words(4, 8))).isEqualTo(failure(Errno.EFAULT));
        assertThat(calls.linux.ioctl(group, request, words(8, 7))).isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.ioctl(group, 0x3b6b, words(8, 8)))
                .as("an ioctl of devices")
                .isEqualTo(failure(Errno.ENOTTY));
    }

    @Test
    void aGroupIsViableAndThenAlsoHasItsContainer() {
        int group = calls.mustOpen(UART_GROUP);
        assertThat(calls.groupFlags(group)).isEqualTo(1);
        calls.setContainer(group, calls.mustOpen("/dev/vfio/vfio"));
        assertThat(calls.groupFlags(group)).isEqualTo(3);
    }

    @Test
    void aMemberOnAKernelDriverMakesTheGroupNotViable() throws Exception {
        int group = calls.mustOpen(TWIN_GROUP);
        int container = calls.mustOpen("/dev/vfio/vfio");
        assertThat(calls.groupFlags(group)).isZero();
        assertThat(calls.setContainer(group, container)).isEqualTo(failure(Errno.EPERM));
        write("/sys/bus/platform/drivers/twin-driver/unbind", SmallTree.RIGHT);
        assertThat(calls.groupFlags(group)).isEqualTo(1);
        assertThat(calls.setContainer(group, container)).isZero();
    }

    @Test
    void setContainerChecksTheDescriptor() {
        int group = calls.mustOpen(UART_GROUP);
        int container = calls.mustOpen("/dev/vfio/vfio");
        assertThat(calls.linux.ioctl(group, VfioIoctl.VFIO_GROUP_SET_CONTAINER, 0L))
                .isEqualTo(failure(Errno.EFAULT));
        assertThat(calls.setContainer(group, 999)).isEqualTo(failure(Errno.EBADF));
        assertThat(calls.setContainer(group, group)).isEqualTo(failure(Errno.EBADFD));
        assertThat(calls.setContainer(group, container)).isZero();
        assertThat(calls.setContainer(group, container)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void realAndNoiommuGroupsDoNotMix() {
        int container = calls.mustOpen("/dev/vfio/vfio");
        assertThat(calls.setContainer(calls.mustOpen(UART_GROUP), container)).isZero();
        assertThat(calls.setContainer(calls.mustOpen(FREE_GROUP), container)).isEqualTo(failure(Errno.EPERM));
    }

    @Test
    void twoGroupsShareAContainer() {
        Calls.Attached uart = calls.attach(UART_GROUP);
        int flash = calls.mustOpen(FLASH_GROUP);
        assertThat(calls.setContainer(flash, uart.container())).isZero();
        assertThat(calls.getDeviceFd(flash, SmallTree.FLASH)).isNotNegative();
    }

    @Test
    void getDeviceFdLooksForTheNameFirst() {
        int group = calls.mustOpen(UART_GROUP);
        assertThat(calls.linux.ioctl(group, VfioIoctl.VFIO_GROUP_GET_DEVICE_FD, 0L))
                .isEqualTo(failure(Errno.EFAULT));
        assertThat(calls.getDeviceFd(group, SmallTree.FLASH))
                .as("of another group")
                .isEqualTo(failure(Errno.ENODEV));
        assertThat(calls.getDeviceFd(group, "/uart@1000"))
                .as("a path of the tree")
                .isEqualTo(failure(Errno.ENODEV));
        assertThat(calls.getDeviceFd(group, SmallTree.UART)).as("no container").isEqualTo(failure(Errno.EINVAL));
        int container = calls.mustOpen("/dev/vfio/vfio");
        calls.setContainer(group, container);
        assertThat(calls.getDeviceFd(group, SmallTree.UART)).as("no SET_IOMMU").isEqualTo(failure(Errno.EINVAL));
        calls.setIommu(container, 3);
        assertThat(calls.getDeviceFd(group, SmallTree.UART)).isNotNegative();
        assertThat(calls.getDeviceFd(group, SmallTree.UART))
                .as("a device may be opened again")
                .isNotNegative();
    }

    @Test
    void aDeviceNameThatDoesNotEndIsRefused() {
        int group = calls.mustOpen(UART_GROUP);
        assertThat(calls.linux.ioctl(group, VfioIoctl.VFIO_GROUP_GET_DEVICE_FD, text("x".repeat(4096))))
                .isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void unsetContainerNeedsOneThatNoDeviceUses() {
        int group = calls.mustOpen(UART_GROUP);
        int request = VfioIoctl.VFIO_GROUP_UNSET_CONTAINER;
        assertThat(calls.linux.ioctl(group, request, 0L)).isEqualTo(failure(Errno.EINVAL));
        int container = calls.mustOpen("/dev/vfio/vfio");
        calls.setContainer(group, container);
        calls.setIommu(container, 3);
        int device = calls.getDeviceFd(group, SmallTree.UART);
        assertThat(calls.linux.ioctl(group, request, 0L)).isEqualTo(failure(Errno.EBUSY));
        calls.linux.close(device);
        assertThat(calls.linux.ioctl(group, request, 0L)).isZero();
    }

    @Test
    void anOpenDeviceKeepsItsGroupOpen() {
        Calls.Attached uart = calls.attach(UART_GROUP);
        int device = calls.getDeviceFd(uart.group(), SmallTree.UART);
        calls.linux.close(uart.group());
        calls.linux.close(uart.container());
        assertThat(calls.open(UART_GROUP)).isEqualTo(failure(Errno.EBUSY));
        assertThat(calls.pread(device, 4, 0)).as("it still works").isEqualTo(4);
        calls.linux.close(device);
        assertThat(calls.open(UART_GROUP)).isNotNegative();
    }

    @Test
    void aMappingKeepsTheDeviceOpen() {
        Calls.Attached flash = calls.attach(FLASH_GROUP);
        int device = calls.getDeviceFd(flash.group(), SmallTree.FLASH);
        long address = calls.linux.mmap(0, 4096, LinuxSyscalls.PROT_READ, LinuxSyscalls.MAP_SHARED, device, 0);
        calls.linux.close(device);
        calls.linux.close(flash.group());
        assertThat(calls.open(FLASH_GROUP)).isEqualTo(failure(Errno.EBUSY));
        assertThat(calls.linux.munmap(address, 4096)).isZero();
        assertThat(calls.open(FLASH_GROUP)).isNotNegative();
    }

    @Test
    void anOpenGroupWhoseLastDeviceIsUnboundIsDead() throws Exception {
        int group = calls.mustOpen(UART_GROUP);
        write("/sys/bus/platform/drivers/vfio-platform/unbind", SmallTree.UART);
        assertThat(calls.open(UART_GROUP)).isEqualTo(failure(Errno.ENOENT));
        assertThat(calls.linux.ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, words(8, 8)))
                .isEqualTo(failure(Errno.ENODEV));
        assertThat(calls.setContainer(group, calls.mustOpen("/dev/vfio/vfio"))).isEqualTo(failure(Errno.ENODEV));
        assertThat(calls.linux.close(group)).isZero();
    }
}
