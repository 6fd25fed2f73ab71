// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.vfio4j.vfio.abi.InfoCapHeaderLayout;
import org.vfio4j.vfio.abi.IovaRangeLayout;
import org.vfio4j.vfio.abi.Type1InfoCapIovaRangeLayout;
import org.vfio4j.vfio.abi.Type1InfoDmaAvailLayout;
import org.vfio4j.vfio.abi.Type1InfoLayout;
import org.vfio4j.vfio.abi.VfioFlags;

/**
 * VFIO_IOMMU_GET_INFO of an iommufd (iommufd_vfio_iommu_get_info). Other than type1, it writes the capabilities that
 * there is room for also where there is no room for all, and only the offset of the first says that they are there.
 */
final class IommufdCompatInfo {
    private IommufdCompatInfo() {}

    static void give(IommufdContext context, UserBuffer info) {
        info.require(Type1InfoLayout.MINIMUM_SIZE);
        long argsz = Integer.toUnsignedLong(info.getInt(Type1InfoLayout.ARGSZ));
        KernelError.requireValid(argsz >= Type1InfoLayout.MINIMUM_SIZE);
        IoPageTable pageTable = context.compatIoas().pageTable();

        int ranges = Type1InfoLayout.SIZE + align(Type1InfoDmaAvailLayout.SIZE);
        giveAvailable(info, argsz - Type1InfoLayout.SIZE, argsz >= ranges ? ranges : 0);
        int needed = ranges + giveRanges(info, ranges, argsz - ranges, pageTable.iovaRanges());

        ByteBuffer answer = ByteBuffer.allocate(Type1InfoLayout.SIZE).order(ByteOrder.nativeOrder());
        answer.putInt(Type1InfoLayout.ARGSZ, needed);
        answer.putInt(Type1InfoLayout.FLAGS, VfioFlags.VFIO_IOMMU_INFO_PGSIZES | VfioFlags.VFIO_IOMMU_INFO_CAPS);
        answer.putLong(Type1InfoLayout.IOVA_PGSIZES, pageTable.pageSizes());
        answer.putInt(Type1InfoLayout.CAP_OFFSET, argsz >= needed ? Type1InfoLayout.SIZE : 0);
        byte[] written = new byte[(int) Math.min(argsz, Type1InfoLayout.SIZE)];
        answer.get(written);
        info.put(0, written);
    }

    private static void giveAvailable(UserBuffer info, long room, int next) {
        if (room < Type1InfoDmaAvailLayout.SIZE) {
            return;
        }
        ByteBuffer capability = begin(VfioFlags.VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, Type1InfoDmaAvailLayout.SIZE);
        capability.putInt(InfoCapHeaderLayout.NEXT, next);
        capability.putInt(Type1InfoDmaAvailLayout.AVAIL, -1);
        info.put(Type1InfoLayout.SIZE, capability.array());
    }

    /** Returns how long the capability is. */
    private static int giveRanges(UserBuffer info, int at, long room, List<IovaRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            int offset = Type1InfoCapIovaRangeLayout.IOVA_RANGES + i * IovaRangeLayout.SIZE;
            if (room >= offset + IovaRangeLayout.SIZE) {
                info.putLong(at + offset + IovaRangeLayout.START, ranges.get(i).first());
                info.putLong(at + offset + IovaRangeLayout.END, ranges.get(i).last());
            }
        }
        int size = Type1InfoCapIovaRangeLayout.IOVA_RANGES + ranges.size() * IovaRangeLayout.SIZE;
        if (room >= size) {
            ByteBuffer capability =
                    begin(VfioFlags.VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, Type1InfoCapIovaRangeLayout.IOVA_RANGES);
            capability.putInt(Type1InfoCapIovaRangeLayout.NR_IOVAS, ranges.size());
            info.put(at, capability.array());
        }
        return size;
    }

    private static ByteBuffer begin(int id, int size) {
        ByteBuffer capability = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        capability.putShort(InfoCapHeaderLayout.ID, (short) id);
        capability.putShort(InfoCapHeaderLayout.VERSION, (short) 1);
        return capability;
    }

    private static int align(int size) {
        return (size + 7) & ~7;
    }
}
