// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The calls of a C program that uses VFIO. Closing it closes what is still open, the last first. */
final class Calls implements AutoCloseable {
    static final String CONTAINER = "/dev/vfio/vfio";
    static final int TYPE1 = VfioFlags.VFIO_TYPE1_IOMMU;
    static final int TYPE1_V2 = VfioFlags.VFIO_TYPE1v2_IOMMU;
    static final int NOIOMMU = VfioFlags.VFIO_NOIOMMU_IOMMU;

    final LinuxSyscalls linux;

    private final Sysfs sysfs;
    private final Deque<Integer> open = new ArrayDeque<>();
    private final Deque<long[]> mapped = new ArrayDeque<>();

    Calls(World world) {
        this.linux = world.linux();
        this.sysfs = new Sysfs(world.files());
    }

    /** What a call said: "ok", or the symbol of its errno. */
    static String said(long result) {
        return result < 0 && result > -4096 ? Errno.symbolOf((int) -result) : "ok";
    }

    static ByteBuffer memory(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** Memory of a size that begins with 32-bit words. */
    static ByteBuffer words(int size, int... words) {
        ByteBuffer buffer = memory(size);
        for (int i = 0; i < words.length; i++) {
            buffer.putInt(4 * i, words[i]);
        }
        return buffer;
    }

    static ByteBuffer text(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
        return memory(bytes.length).put(0, bytes);
    }

    int open(String path) {
        return keep(linux.open(path, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC));
    }

    int mustOpen(String path) {
        int fd = open(path);
        assertThat(said(fd)).as("open " + path).isEqualTo("ok");
        return fd;
    }

    int container() {
        return mustOpen(CONTAINER);
    }

    int group(LabDevice device) {
        return mustOpen(sysfs.groupFile(device));
    }

    int eventfd(int initialValue) {
        int fd = keep(linux.eventfd(initialValue, LinuxSyscalls.EFD_CLOEXEC | LinuxSyscalls.EFD_NONBLOCK));
        assertThat(said(fd)).as("eventfd").isEqualTo("ok");
        return fd;
    }

    /** The counter of an eventfd, which is 0 afterwards. */
    long take(int eventfd) {
        ByteBuffer count = memory(8);
        int result = linux.read(eventfd, count);
        return result == -Errno.EAGAIN.number() ? 0 : count.getLong(0);
    }

    void signal(int eventfd) {
        assertThat(linux.write(eventfd, memory(8).putLong(0, 1))).isEqualTo(8);
    }

    String ioctl(int fd, int request, ByteBuffer argument) {
        return said(linux.ioctl(fd, request, argument));
    }

    String ioctl(int fd, int request, long argument) {
        return said(linux.ioctl(fd, request, argument));
    }

    String setContainer(int group, int container) {
        return ioctl(group, VfioIoctl.VFIO_GROUP_SET_CONTAINER, words(4, container));
    }

    String unsetContainer(int group) {
        return ioctl(group, VfioIoctl.VFIO_GROUP_UNSET_CONTAINER, 0L);
    }

    String setIommu(int container, long type) {
        return ioctl(container, VfioIoctl.VFIO_SET_IOMMU, type);
    }

    int getDeviceFd(int group, String name) {
        return keep(linux.ioctl(group, VfioIoctl.VFIO_GROUP_GET_DEVICE_FD, text(name)));
    }

    int groupFlags(int group) {
        ByteBuffer status = words(8, 8);
        assertThat(ioctl(group, VfioIoctl.VFIO_GROUP_GET_STATUS, status)).isEqualTo("ok");
        return status.getInt(4);
    }

    /** A container with a group in it, and both descriptors. */
    record Attached(int container, int group) {}

    Attached attach(LabDevice device, long iommu) {
        int container = container();
        int group = group(device);
        assertThat(setContainer(group, container)).as("SET_CONTAINER").isEqualTo("ok");
        assertThat(setIommu(container, iommu)).as("SET_IOMMU").isEqualTo("ok");
        return new Attached(container, group);
    }

    Attached attach(LabDevice device) {
        return attach(device, device.behindIommu ? TYPE1_V2 : NOIOMMU);
    }

    /** The whole way to a device. */
    int device(LabDevice device) {
        int fd = getDeviceFd(attach(device).group(), device.device);
        assertThat(said(fd)).as(device.device).isEqualTo("ok");
        return fd;
    }

    /** The whole way to a device that is bound to a driver of VFIO now. */
    int device(Rebinding bound) {
        String file = sysfs.groupFile(bound.device());
        int container = container();
        int group = mustOpen(file);
        assertThat(setContainer(group, container)).as("SET_CONTAINER").isEqualTo("ok");
        assertThat(setIommu(container, file.contains("noiommu") ? NOIOMMU : TYPE1_V2))
                .as("SET_IOMMU")
                .isEqualTo("ok");
        String name = bound.device().getFileName().toString();
        int fd = getDeviceFd(group, name);
        assertThat(said(fd)).as(name).isEqualTo("ok");
        return fd;
    }

    /** Memory of the process, at a multiple of the page size. */
    long pages(int count) {
        long length = (long) count * linux.pageSize();
        long address = linux.mmap(
                0,
                length,
                LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS,
                -1,
                0);
        assertThat(said(address)).as("mmap of memory").isEqualTo("ok");
        mapped.push(new long[] {address, length});
        return address;
    }

    int keep(int fd) {
        if (fd >= 0) {
            open.push(fd);
        }
        return fd;
    }

    String close(int fd) {
        open.remove(fd);
        return said(linux.close(fd));
    }

    @Override
    public void close() {
        open.forEach(linux::close);
        open.clear();
        mapped.forEach(range -> linux.munmap(range[0], range[1]));
        mapped.clear();
    }
}
