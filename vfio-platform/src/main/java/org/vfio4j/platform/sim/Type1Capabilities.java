// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.vfio4j.vfio.abi.InfoCapHeaderLayout;
import org.vfio4j.vfio.abi.IovaRangeLayout;
import org.vfio4j.vfio.abi.Type1InfoCapIovaRangeLayout;
import org.vfio4j.vfio.abi.Type1InfoCapMigrationLayout;
import org.vfio4j.vfio.abi.Type1InfoDmaAvailLayout;
import org.vfio4j.vfio.abi.VfioFlags;

/** The capability chain of VFIO_IOMMU_GET_INFO: MIGRATION, DMA_AVAIL, IOVA_RANGE, each at a multiple of 8. */
final class Type1Capabilities {
    /** What an SMMUv3 of 48 bits can address, without Linux's window for message-signalled interrupts. */
    static final List<long[]> IOVA_RANGES =
            List.of(new long[] {0, 0x7ff_ffff}, new long[] {0x810_0000, 0xffff_ffff_ffffL});

    private Type1Capabilities() {}

    /** The page sizes of an SMMU with the kernel's granule: pages and the blocks above them, a bit each. */
    static long pageSizes(int pageSize) {
        return switch (pageSize) {
            case 4096 -> 0x4020_1000L;
            case 16384 -> 0x200_4000L;
            default -> 0x2001_0000L;
        };
    }

    static List<byte[]> of(int pageSize, int available) {
        ByteBuffer migration = begin(VfioFlags.VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION, Type1InfoCapMigrationLayout.SIZE);
        migration.putLong(Type1InfoCapMigrationLayout.PGSIZE_BITMAP, pageSize);
        migration.putLong(Type1InfoCapMigrationLayout.MAX_DIRTY_BITMAP_SIZE, DirtyBitmap.MAXIMUM);
        ByteBuffer dmaAvail = begin(VfioFlags.VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL, Type1InfoDmaAvailLayout.SIZE);
        dmaAvail.putInt(Type1InfoDmaAvailLayout.AVAIL, available);
        ByteBuffer iovaRange = begin(
                VfioFlags.VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE,
                Type1InfoCapIovaRangeLayout.SIZE + IOVA_RANGES.size() * IovaRangeLayout.SIZE);
        iovaRange.putInt(Type1InfoCapIovaRangeLayout.NR_IOVAS, IOVA_RANGES.size());
        int at = Type1InfoCapIovaRangeLayout.IOVA_RANGES;
        for (long[] range : IOVA_RANGES) {
            iovaRange.putLong(at + IovaRangeLayout.START, range[0]);
            iovaRange.putLong(at + IovaRangeLayout.END, range[1]);
            at += IovaRangeLayout.SIZE;
        }
        return List.of(migration.array(), dmaAvail.array(), iovaRange.array());
    }

    private static ByteBuffer begin(int id, int size) {
        ByteBuffer capability = ByteBuffer.allocate((size + 7) & ~7).order(ByteOrder.nativeOrder());
        capability.putShort(InfoCapHeaderLayout.ID, (short) id);
        capability.putShort(InfoCapHeaderLayout.VERSION, (short) 1);
        return capability;
    }

    static int size(List<byte[]> capabilities) {
        return capabilities.stream().mapToInt(capability -> capability.length).sum();
    }

    /** Chains the capabilities and writes them behind the structure. */
    static void put(List<byte[]> capabilities, UserBuffer info, int offset) {
        int at = offset;
        for (int i = 0; i < capabilities.size(); i++) {
            byte[] capability = capabilities.get(i);
            info.put(at, capability);
            boolean last = i == capabilities.size() - 1;
            info.putInt(at + InfoCapHeaderLayout.NEXT, last ? 0 : at + capability.length);
            at += capability.length;
        }
    }
}
