// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.IoasAllocLayout;
import org.vfio4j.vfio.abi.IoasAllowIovasLayout;
import org.vfio4j.vfio.abi.IoasCopyLayout;
import org.vfio4j.vfio.abi.IoasIovaRangesLayout;
import org.vfio4j.vfio.abi.IoasMapLayout;
import org.vfio4j.vfio.abi.IoasUnmapLayout;
import org.vfio4j.vfio.abi.IommuIovaRangeLayout;
import org.vfio4j.vfio.abi.IommufdFlags;

/** The calls to an IOAS (drivers/iommu/iommufd/ioas.c). */
final class IoasCalls {
    private static final int ACCESS = IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE | IommufdFlags.IOMMU_IOAS_MAP_READABLE;
    private static final int MAP_FLAGS = ACCESS | IommufdFlags.IOMMU_IOAS_MAP_FIXED_IOVA;
    /** Offsets of __reserved, which must be 0. */
    private static final int RESERVED_OF_RANGES = 12;

    private static final int RESERVED_OF_MAP = 12;

    private final IommufdContext context;

    IoasCalls(IommufdContext context) {
        this.context = context;
    }

    void alloc(IommufdCommand command) {
        requireKnown(command.getInt(IoasAllocLayout.FLAGS), 0);
        command.putInt(IoasAllocLayout.OUT_IOAS_ID, context.newIoas().id());
        command.respond();
    }

    void iovaRanges(IommufdCommand command) {
        requireKnown(command.getInt(RESERVED_OF_RANGES), 0);
        IoPageTable pageTable = pageTable(command.getInt(IoasIovaRangesLayout.IOAS_ID));
        long room = Integer.toUnsignedLong(command.getInt(IoasIovaRangesLayout.NUM_IOVAS));
        List<IovaRange> ranges = pageTable.iovaRanges();
        long address = command.getLong(IoasIovaRangesLayout.ALLOWED_IOVAS);
        for (int i = 0; i < Math.min(room, ranges.size()); i++) {
            UserBuffer element = context.memory().at(address + (long) i * IommuIovaRangeLayout.SIZE);
            element.putLong(IommuIovaRangeLayout.START, ranges.get(i).first());
            element.putLong(IommuIovaRangeLayout.LAST, ranges.get(i).last());
        }
        command.putInt(IoasIovaRangesLayout.NUM_IOVAS, ranges.size());
        command.putLong(IoasIovaRangesLayout.OUT_IOVA_ALIGNMENT, pageTable.alignment());
        command.respond();
        KernelError.require(ranges.size() <= room, Errno.EMSGSIZE);
    }

    void allowIovas(IommufdCommand command) {
        requireKnown(command.getInt(RESERVED_OF_RANGES), 0);
        IoPageTable pageTable = pageTable(command.getInt(IoasAllowIovasLayout.IOAS_ID));
        long count = Integer.toUnsignedLong(command.getInt(IoasAllowIovasLayout.NUM_IOVAS));
        long address = command.getLong(IoasAllowIovasLayout.ALLOWED_IOVAS);
        List<IovaRange> ranges = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            UserBuffer element = context.memory().at(address + i * IommuIovaRangeLayout.SIZE);
            IovaRange range = new IovaRange(
                    element.getLong(IommuIovaRangeLayout.START), element.getLong(IommuIovaRangeLayout.LAST));
            // A range of one address is refused too.
            KernelError.requireValid(Long.compareUnsigned(range.first(), range.last()) < 0);
            KernelError.requireValid(ranges.stream().noneMatch(range::overlaps));
            ranges.add(range);
        }
        pageTable.allow(ranges);
    }

    void map(IommufdCommand command) {
        int flags = command.getInt(IoasMapLayout.FLAGS);
        long iova = command.getLong(IoasMapLayout.IOVA);
        long length = command.getLong(IoasMapLayout.LENGTH);
        requireKnown(flags, MAP_FLAGS);
        requireKnown(command.getInt(RESERVED_OF_MAP), 0);
        KernelError.require(iova != -1 && length != -1, Errno.EOVERFLOW);
        KernelError.requireValid((flags & ACCESS) != 0);
        IoPageTable pageTable = pageTable(command.getInt(IoasMapLayout.IOAS_ID));
        IoArea.Slice pages = context.pages(command.getLong(IoasMapLayout.USER_VA), length, flags);
        command.putLong(IoasMapLayout.IOVA, pageTable.map(List.of(pages), fixed(flags, iova), flags & ACCESS));
        command.respond();
    }

    void copy(IommufdCommand command) {
        int flags = command.getInt(IoasCopyLayout.FLAGS);
        long length = command.getLong(IoasCopyLayout.LENGTH);
        long from = command.getLong(IoasCopyLayout.SRC_IOVA);
        long to = command.getLong(IoasCopyLayout.DST_IOVA);
        requireKnown(flags, MAP_FLAGS);
        KernelError.require(length != -1 && from != -1 && to != -1, Errno.EOVERFLOW);
        KernelError.requireValid((flags & ACCESS) != 0);
        List<IoArea.Slice> slices =
                pageTable(command.getInt(IoasCopyLayout.SRC_IOAS_ID)).slices(from, length);
        IoPageTable target = pageTable(command.getInt(IoasCopyLayout.DST_IOAS_ID));
        command.putLong(IoasCopyLayout.DST_IOVA, target.map(slices, fixed(flags, to), flags & ACCESS));
        command.respond();
    }

    private static Long fixed(int flags, long iova) {
        return (flags & IommufdFlags.IOMMU_IOAS_MAP_FIXED_IOVA) == 0 ? null : Long.valueOf(iova);
    }

    void unmap(IommufdCommand command) {
        IoPageTable pageTable = pageTable(command.getInt(IoasUnmapLayout.IOAS_ID));
        long iova = command.getLong(IoasUnmapLayout.IOVA);
        long length = command.getLong(IoasUnmapLayout.LENGTH);
        boolean all = iova == 0 && length == -1;
        KernelError.require(all || (iova != -1 && length != -1), Errno.EOVERFLOW);
        IoPageTable.Unmapped unmapped = all ? pageTable.unmap(IovaRange.ALL) : pageTable.unmap(iova, length);
        KernelError.require(all || (!unmapped.cut() && unmapped.bytes() != 0), Errno.ENOENT);
        command.putLong(IoasUnmapLayout.LENGTH, unmapped.bytes());
        command.respond();
    }

    private IoPageTable pageTable(int id) {
        return context.get(id, Ioas.class).pageTable();
    }

    private static void requireKnown(int value, int known) {
        KernelError.require((value & ~known) == 0, Errno.EOPNOTSUPP);
    }
}
