// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.abi.DeviceAttachIommufdPtLayout;
import org.vfio4j.vfio.abi.DeviceDetachIommufdPtLayout;
import org.vfio4j.vfio.abi.IoasAllowIovasLayout;
import org.vfio4j.vfio.abi.IoasCopyLayout;
import org.vfio4j.vfio.abi.IoasIovaRangesLayout;
import org.vfio4j.vfio.abi.IoasMapLayout;
import org.vfio4j.vfio.abi.IoasUnmapLayout;
import org.vfio4j.vfio.abi.IommuDestroyLayout;
import org.vfio4j.vfio.abi.IommuIovaRangeLayout;
import org.vfio4j.vfio.abi.IommuOptionLayout;
import org.vfio4j.vfio.abi.IommufdFlags;
import org.vfio4j.vfio.abi.IommufdIoctl;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.ReusedStruct;
import org.vfio4j.vfio.internal.Structs;

/**
 * An IO address space of an iommufd: what memory the devices attached to it reach, and at which addresses (IOVAs).
 * Addresses and lengths are unsigned 64-bit numbers of bytes. Without a device nothing need be aligned and memory is not
 * looked at; an attached device brings ranges that it cannot use and the page size of its IOMMU, see {@link #ranges}.
 *
 * <p>The memory behind a mapping must stay allocated until it is unmapped: the device goes on using its pages.
 *
 * <p>Safe for use by several threads. All methods throw {@link IllegalStateException} after the iommufd was closed.
 *
 * <p>Source: {@code linux/iommufd.h}, {@code drivers/iommu/iommufd/ioas.c}.
 */
public final class Ioas {
    private static final int FIRST_ROOM = 16;
    private static final int MOST_ROOM = 1 << 16;

    private final FileDescriptor iommufd;
    private final int id;
    private final ReusedStruct maps = ReusedStruct.withArgsz(IoasMapLayout.SIZE);
    private final ReusedStruct unmaps = ReusedStruct.withArgsz(IoasUnmapLayout.SIZE);

    Ioas(FileDescriptor iommufd, int id) {
        this.iommufd = iommufd;
        this.id = id;
    }

    /** {@return the id in the iommufd, 1 or more} */
    public int id() {
        return id;
    }

    private String subject() {
        return "IOAS " + id;
    }

    /**
     * Attaches a device, or moves it here from where it is attached.
     *
     * @param device a device that was opened with {@link IommuFd#openDevice} of the same iommufd
     * @throws VfioException if the kernel refuses
     */
    public void attach(Device device) throws VfioException {
        ByteBuffer attach = Structs.withArgsz(DeviceAttachIommufdPtLayout.MINIMUM_SIZE)
                .putInt(DeviceAttachIommufdPtLayout.PT_ID, id);
        VfioException.check(
                Step.ATTACH_IOMMUFD_PT,
                device.name() + " to " + subject(),
                device.descriptor().ioctl(VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT, attach));
    }

    /**
     * Detaches a device from wherever it is attached; its DMA is blocked then. Nothing happens if it is not attached.
     *
     * @param device the device
     * @throws VfioException if the kernel refuses
     */
    public static void detach(Device device) throws VfioException {
        ByteBuffer detach = Structs.withArgsz(DeviceDetachIommufdPtLayout.MINIMUM_SIZE);
        VfioException.check(
                Step.DETACH_IOMMUFD_PT,
                device.name(),
                device.descriptor().ioctl(VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT, detach));
    }

    /**
     * Maps memory at a given address.
     *
     * @param iova the address for devices
     * @param address the address of the memory in this process
     * @param length bytes, not 0
     * @param access what devices may do
     * @throws VfioException if the kernel refuses
     */
    public void map(long iova, long address, long length, DmaAccess access) throws VfioException {
        map(IommufdFlags.IOMMU_IOAS_MAP_FIXED_IOVA | access.flags(), iova, address, length);
    }

    /**
     * Maps memory where the kernel chooses, in the allowed ranges. It never chooses the first page.
     *
     * @param address the address of the memory in this process
     * @param length bytes, not 0
     * @param access what devices may do
     * @return the address for devices
     * @throws VfioException if the kernel refuses
     */
    public long mapAnywhere(long address, long length, DmaAccess access) throws VfioException {
        return map(access.flags(), 0, address, length);
    }

    private long map(int flags, long iova, long address, long length) throws VfioException {
        ByteBuffer map = maps.take()
                .putInt(IoasMapLayout.FLAGS, flags)
                .putInt(IoasMapLayout.IOAS_ID, id)
                .putLong(IoasMapLayout.USER_VA, address)
                .putLong(IoasMapLayout.LENGTH, length)
                .putLong(IoasMapLayout.IOVA, iova);
        int result = iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_MAP, map);
        long mappedAt = map.getLong(IoasMapLayout.IOVA);
        maps.giveBack(map);
        check(Step.IOAS_MAP, iova, length, result);
        return mappedAt;
    }

    /**
     * Maps here what is mapped in an IO address space of the same iommufd. The memory is not locked a second time, and
     * each mapping stays when the other is unmapped.
     *
     * @param iova the address for devices here
     * @param source where it is mapped; can be this one
     * @param sourceIova the address there
     * @param length bytes, not 0; they must all be mapped
     * @param access what devices may do; EPERM for writing what was mapped to be read only
     * @throws VfioException if the kernel refuses
     */
    public void copy(long iova, Ioas source, long sourceIova, long length, DmaAccess access) throws VfioException {
        ByteBuffer copy = Structs.withArgsz(IoasCopyLayout.SIZE)
                .putInt(IoasCopyLayout.FLAGS, IommufdFlags.IOMMU_IOAS_MAP_FIXED_IOVA | access.flags())
                .putInt(IoasCopyLayout.DST_IOAS_ID, id)
                .putInt(IoasCopyLayout.SRC_IOAS_ID, source.id)
                .putLong(IoasCopyLayout.LENGTH, length)
                .putLong(IoasCopyLayout.DST_IOVA, iova)
                .putLong(IoasCopyLayout.SRC_IOVA, sourceIova);
        check(Step.IOAS_COPY, iova, length, iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_COPY, copy));
    }

    /**
     * Unmaps the mappings in a range, which must lie in it whole. ENOENT if there is none, or one would be cut; then
     * those before the cut one are gone.
     *
     * @param iova the first address
     * @param length bytes, not 0
     * @return how many bytes were mapped
     * @throws VfioException if the kernel refuses
     */
    public long unmap(long iova, long length) throws VfioException {
        ByteBuffer unmap = unmaps.take()
                .putInt(IoasUnmapLayout.IOAS_ID, id)
                .putLong(IoasUnmapLayout.IOVA, iova)
                .putLong(IoasUnmapLayout.LENGTH, length);
        int result = iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_UNMAP, unmap);
        long unmapped = unmap.getLong(IoasUnmapLayout.LENGTH);
        unmaps.giveBack(unmap);
        check(Step.IOAS_UNMAP, iova, length, result);
        return unmapped;
    }

    /**
     * Unmaps everything.
     *
     * @return how many bytes were mapped, 0 if nothing was
     * @throws VfioException if the kernel refuses
     */
    public long unmapAll() throws VfioException {
        return unmap(0, -1);
    }

    /**
     * Asks where a mapping can be.
     *
     * @return the ranges, by rising address, and what addresses and lengths must be multiples of
     * @throws VfioException if the kernel does not say
     * @throws KernelReplyException if the number of ranges cannot be
     */
    public IovaRanges ranges() throws VfioException, KernelReplyException {
        int room = FIRST_ROOM;
        while (true) {
            ByteBuffer array = Structs.allocate(room * IommuIovaRangeLayout.SIZE);
            ByteBuffer ranges = Structs.withArgsz(IoasIovaRangesLayout.SIZE)
                    .putInt(IoasIovaRangesLayout.IOAS_ID, id)
                    .putInt(IoasIovaRangesLayout.NUM_IOVAS, room)
                    .putLong(IoasIovaRangesLayout.ALLOWED_IOVAS, iommufd.linux().addressOf(array));
            int result = iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, ranges);
            Reference.reachabilityFence(array);
            int count = ranges.getInt(IoasIovaRangesLayout.NUM_IOVAS);
            if (result == -Errno.EMSGSIZE.number() && count > room && count <= MOST_ROOM) {
                room = count;
                continue;
            }
            VfioException.check(Step.IOAS_IOVA_RANGES, subject(), result);
            if (count < 0 || count > room) {
                throw new KernelReplyException(
                        Step.IOAS_IOVA_RANGES,
                        subject(),
                        Integer.toUnsignedString(count) + " ranges where there was room for " + room);
            }
            return new IovaRanges(read(array, count), ranges.getLong(IoasIovaRangesLayout.OUT_IOVA_ALIGNMENT));
        }
    }

    private static List<IovaRange> read(ByteBuffer array, int count) {
        List<IovaRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = i * IommuIovaRangeLayout.SIZE;
            ranges.add(new IovaRange(
                    array.getLong(at + IommuIovaRangeLayout.START), array.getLong(at + IommuIovaRangeLayout.LAST)));
        }
        return ranges;
    }

    /**
     * Says in which ranges {@link #mapAnywhere} may choose, in place of those said before. A device that would reserve a
     * part of them cannot be attached any more. {@link #map} is not bound to them.
     *
     * @param ranges the ranges, which do not overlap; everywhere if there is none
     * @throws VfioException if the kernel refuses; EINVAL for a range of a single address too
     */
    public void allow(List<IovaRange> ranges) throws VfioException {
        ByteBuffer array = Structs.allocate(Math.max(1, ranges.size()) * IommuIovaRangeLayout.SIZE);
        for (int i = 0; i < ranges.size(); i++) {
            int at = i * IommuIovaRangeLayout.SIZE;
            array.putLong(at + IommuIovaRangeLayout.START, ranges.get(i).first());
            array.putLong(at + IommuIovaRangeLayout.LAST, ranges.get(i).last());
        }
        ByteBuffer allow = Structs.withArgsz(IoasAllowIovasLayout.SIZE)
                .putInt(IoasAllowIovasLayout.IOAS_ID, id)
                .putInt(IoasAllowIovasLayout.NUM_IOVAS, ranges.size())
                .putLong(IoasAllowIovasLayout.ALLOWED_IOVAS, iommufd.linux().addressOf(array));
        int result = iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_ALLOW_IOVAS, allow);
        // The kernel reads the array during the call.
        Reference.reachabilityFence(array);
        VfioException.check(Step.IOAS_ALLOW_IOVAS, subject(), result);
    }

    /**
     * Whether the IOMMU may use pages larger than the smallest, as it does without a call.
     *
     * @param value false before anything is mapped for a device
     * @throws VfioException if the kernel refuses
     */
    public void useLargePages(boolean value) throws VfioException {
        ByteBuffer option = Structs.withArgsz(IommuOptionLayout.SIZE)
                .putInt(IommuOptionLayout.OPTION_ID, IommufdFlags.IOMMU_OPTION_HUGE_PAGES)
                .putShort(IommuOptionLayout.OP, (short) IommufdFlags.IOMMU_OPTION_OP_SET)
                .putInt(IommuOptionLayout.OBJECT_ID, id)
                .putLong(IommuOptionLayout.VAL64, value ? 1 : 0);
        VfioException.check(Step.IOMMU_OPTION, subject(), iommufd.ioctl(IommufdIoctl.IOMMU_OPTION, option));
    }

    /**
     * Destroys the IO address space with its mappings. No device may be attached.
     *
     * @throws VfioException if the kernel refuses; ENOENT if it was destroyed already
     */
    public void destroy() throws VfioException {
        ByteBuffer destroy = Structs.withArgsz(IommuDestroyLayout.SIZE).putInt(IommuDestroyLayout.ID, id);
        VfioException.check(Step.IOMMU_DESTROY, subject(), iommufd.ioctl(IommufdIoctl.IOMMU_DESTROY, destroy));
    }

    private void check(Step step, long iova, long length, int result) throws VfioException {
        if (result < 0) {
            throw VfioException.of(
                    step,
                    subject() + " IOVA 0x" + Long.toHexString(iova) + " length 0x" + Long.toHexString(length),
                    -result);
        }
    }

    @Override
    public String toString() {
        return subject();
    }
}
