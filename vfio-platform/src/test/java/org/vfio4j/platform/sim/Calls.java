// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The calls of a C program that uses VFIO, short enough for tests. */
final class Calls {
    final LinuxSyscalls linux;

    private final SimulatedBoard board;

    Calls(SimulatedBoard board) {
        this.board = board;
        this.linux = board.syscalls();
    }

    /** What a call that fails returns. */
    static int failure(Errno errno) {
        return -errno.number();
    }

    /** Memory of a size that begins with 32-bit words. */
    static ByteBuffer words(int size, int... words) {
        ByteBuffer buffer = memory(size);
        for (int i = 0; i < words.length; i++) {
            buffer.putInt(4 * i, words[i]);
        }
        return buffer;
    }

    static ByteBuffer memory(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    static ByteBuffer text(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
        return memory(bytes.length).put(0, bytes);
    }

    int open(String path) {
        return linux.open(path, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC);
    }

    /** Opens what must be there. */
    int mustOpen(String path) {
        int fd = open(path);
        assertThat(fd).as(path).isNotNegative();
        return fd;
    }

    int setContainer(int group, int container) {
        return linux.ioctl(group, VfioIoctl.VFIO_GROUP_SET_CONTAINER, words(4, container));
    }

    int setIommu(int container, long type) {
        return linux.ioctl(container, VfioIoctl.VFIO_SET_IOMMU, type);
    }

    int getDeviceFd(int group, String name) {
        return linux.ioctl(group, VfioIoctl.VFIO_GROUP_GET_DEVICE_FD, text(name));
    }

    int groupFlags(int group) {
        ByteBuffer status = words(8, 8);
        assertThat(linux.ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, status)).isZero();
        return status.getInt(4);
    }

    /** A container with one group and a backend: the descriptors of both. */
    record Attached(int container, int group) {}

    Attached attach(String groupFile) {
        int container = mustOpen("/dev/vfio/vfio");
        int group = mustOpen(groupFile);
        assertThat(setContainer(group, container)).isZero();
        int type = groupFile.contains("noiommu-") ? VfioFlags.VFIO_NOIOMMU_IOMMU : VfioFlags.VFIO_TYPE1v2_IOMMU;
        assertThat(setIommu(container, type)).isZero();
        return new Attached(container, group);
    }

    /** The whole way to a device. */
    int openDevice(String groupFile, String name) {
        int device = getDeviceFd(attach(groupFile).group(), name);
        assertThat(device).as(name).isNotNegative();
        return device;
    }

    /** Opens a bound device through whatever group it is in. */
    int openDevice(String name) throws IOException {
        return openDevice(groupFile(name), name);
    }

    String groupFile(String device) throws IOException {
        HostFiles files = board.files();
        Path link = Path.of("/sys/bus/platform/devices", device, "iommu_group");
        Path group =
                files.realPath(files.exists(link) ? link : Path.of("/sys/bus/amba/devices", device, "iommu_group"));
        return "/dev/vfio/" + (files.exists(group.resolve("name")) ? "noiommu-" : "") + group.getFileName();
    }

    int pread(int fd, int count, long offset) {
        return linux.pread(fd, memory(count), offset);
    }
}
