// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_CHECK_EXTENSION;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_DEVICE_GET_INFO;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_DEVICE_GET_REGION_INFO;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_DEVICE_RESET;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_GET_API_VERSION;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_GROUP_GET_DEVICE_FD;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_GROUP_GET_STATUS;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_GROUP_SET_CONTAINER;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_GROUP_UNSET_CONTAINER;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_SET_IOMMU;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.DeviceInfoLayout;
import org.vfio4j.vfio.abi.GroupStatusLayout;
import org.vfio4j.vfio.abi.IrqInfoLayout;
import org.vfio4j.vfio.abi.RegionInfoLayout;

/**
 * A kernel with group 7, noiommu group 0, the device {@code fff51000.ethernet} (two regions, one IRQ) and an iommufd. It counts
 * descriptors, records calls, and lets one call fail. Each ioctl can be given another answer.
 */
final class FakeVfio implements LinuxSyscalls {
    static final String GROUP = "/dev/vfio/7";
    static final String NOIOMMU_GROUP = "/dev/vfio/noiommu-0";
    static final String DEVICE = "fff51000.ethernet";
    static final String DEVICE_FILE = "/dev/vfio/devices/vfio3";

    private static final Set<String> NODES = Set.of(Container.PATH, GROUP, NOIOMMU_GROUP, IommuFd.PATH, DEVICE_FILE);

    /** What each ioctl answers; it sees its structure from position 0. */
    final Map<Integer, ToIntFunction<ByteBuffer>> structs = new HashMap<>();

    /** What each ioctl with a number answers. */
    final Map<Integer, ToIntFunction<Long>> numbers = new HashMap<>();

    /** The calls in their order, such as {@code open /dev/vfio/7} and {@code ioctl 0x3b67}. */
    final List<String> calls = new ArrayList<>();

    /** The open descriptors and what they lead to. */
    final Map<Integer, String> open = new TreeMap<>();

    private int failing = -1;
    private Errno error;
    private int nextDescriptor = 10;

    FakeVfio() {
        numbers.put(VFIO_GET_API_VERSION, argument -> 0);
        numbers.put(VFIO_CHECK_EXTENSION, argument -> argument == Extension.TYPE1_V2.number() ? 1 : 0);
        numbers.put(VFIO_SET_IOMMU, argument -> 0);
        numbers.put(VFIO_GROUP_UNSET_CONTAINER, argument -> 0);
        numbers.put(VFIO_DEVICE_RESET, argument -> 0);
        structs.put(VFIO_GROUP_GET_STATUS, status -> {
            status.putInt(GroupStatusLayout.FLAGS, 1);
            return 0;
        });
        structs.put(VFIO_GROUP_SET_CONTAINER, fd -> open.containsKey(fd.getInt(0)) ? 0 : -Errno.EBADF.number());
        structs.put(VFIO_GROUP_GET_DEVICE_FD, this::openDevice);
        structs.put(VFIO_DEVICE_GET_INFO, info -> {
            info.putInt(DeviceInfoLayout.FLAGS, 5);
            info.putInt(DeviceInfoLayout.NUM_REGIONS, 2);
            info.putInt(DeviceInfoLayout.NUM_IRQS, 1);
            return 0;
        });
        structs.put(VFIO_DEVICE_GET_REGION_INFO, FakeVfio::regionInfo);
        structs.put(VFIO_DEVICE_GET_IRQ_INFO, info -> {
            info.putInt(IrqInfoLayout.FLAGS, 7);
            info.putInt(IrqInfoLayout.COUNT, 1);
            return 0;
        });
        structs.put(VFIO_DEVICE_GET_DEVTREE_INFO, info -> -Errno.ENOTTY.number());
    }

    /** Lets the call of this number, from 0, fail. */
    FakeVfio fail(int call, Errno with) {
        failing = call;
        error = with;
        return this;
    }

    /** Opens, inspects, resets, accesses and closes the device: every call that the classes make. */
    static void inspect(FakeVfio linux) throws Exception {
        try (Container container = Container.open(linux);
                Group group = Group.open(linux, GROUP)) {
            group.status();
            container.hasExtension(Extension.TYPE1_V2);
            group.attach(container);
            container.setIommu(IommuType.TYPE1_V2);
            try (Device device = group.openDevice(DEVICE)) {
                DeviceInfo info = device.info();
                for (int i = 0; i < info.regionCount(); i++) {
                    device.region(i);
                }
                for (int i = 0; i < info.irqCount(); i++) {
                    device.irq(i);
                }
                device.reset();
                device.readRegion(device.region(0), 4, ByteBuffer.allocateDirect(4));
                device.writeRegion(device.region(0), 4, ByteBuffer.allocateDirect(4));
            }
            group.detach();
        }
    }

    private static int regionInfo(ByteBuffer info) {
        int index = info.getInt(RegionInfoLayout.INDEX);
        info.putInt(RegionInfoLayout.FLAGS, index == 0 ? 7 : 3);
        info.putLong(RegionInfoLayout.SIZE_AT, index == 0 ? 0x1000 : 0x80);
        info.putLong(RegionInfoLayout.OFFSET, (long) index << 40);
        return 0;
    }

    private int openDevice(ByteBuffer name) {
        byte[] bytes = new byte[name.limit() - 1];
        name.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8).equals(DEVICE) && name.get(bytes.length) == 0
                ? newDescriptor(DEVICE)
                : -Errno.ENODEV.number();
    }

    private int newDescriptor(String name) {
        open.put(nextDescriptor, name);
        return nextDescriptor++;
    }

    private boolean fails(String call) {
        calls.add(call);
        return calls.size() - 1 == failing;
    }

    @Override
    public synchronized int open(String path, int flags) {
        if (fails("open " + path)) {
            return -error.number();
        }
        return NODES.contains(path) ? newDescriptor(path) : -Errno.ENOENT.number();
    }

    /** Closes the descriptor even if it fails, as Linux does. */
    @Override
    public synchronized int close(int fd) {
        boolean fails = fails("close " + open.get(fd));
        if (open.remove(fd) == null) {
            return -Errno.EBADF.number();
        }
        return fails ? -error.number() : 0;
    }

    @Override
    public synchronized int ioctl(int fd, int request, long argument) {
        if (fails("ioctl 0x" + Integer.toHexString(request))) {
            return -error.number();
        }
        return open.containsKey(fd) ? numbers.get(request).applyAsInt(argument) : -Errno.EBADF.number();
    }

    @Override
    public synchronized int ioctl(int fd, int request, ByteBuffer argument) {
        if (fails("ioctl 0x" + Integer.toHexString(request))) {
            return -error.number();
        }
        ByteBuffer struct = argument.slice().order(ByteOrder.nativeOrder());
        return open.containsKey(fd) ? structs.get(request).applyAsInt(struct) : -Errno.EBADF.number();
    }

    @Override
    public synchronized int pread(int fd, ByteBuffer buffer, long offset) {
        return fails("pread 0x" + Long.toHexString(offset)) ? -error.number() : buffer.remaining();
    }

    @Override
    public synchronized int pwrite(int fd, ByteBuffer buffer, long offset) {
        return fails("pwrite 0x" + Long.toHexString(offset)) ? -error.number() : buffer.remaining();
    }

    @Override
    public int read(int fd, ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(int fd, ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int munmap(long address, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ByteBuffer memory(long address, int length) {
        throw new UnsupportedOperationException();
    }

    /** Where it is does not matter, as nothing is read or written there. */
    @Override
    public long addressOf(ByteBuffer buffer) {
        return 0x1000;
    }

    @Override
    public int eventfd(int initialValue, int flags) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int poll(ByteBuffer descriptors, int timeoutMillis) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int pageSize() {
        return 4096;
    }
}
