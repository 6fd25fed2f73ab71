// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IOMMU_INFO_CAPS;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IOMMU_INFO_PGSIZES;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.InfoCapability.MalformedChainException;
import org.vfio4j.vfio.abi.IovaRangeLayout;
import org.vfio4j.vfio.abi.Type1InfoCapIovaRangeLayout;
import org.vfio4j.vfio.abi.Type1InfoDmaAvailLayout;
import org.vfio4j.vfio.abi.Type1InfoLayout;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.Structs;

/** {@code VFIO_IOMMU_GET_INFO}: asked once, and with the room that the kernel wants if it has capabilities. */
final class Type1InfoQuery {
    /** No kernel has more to say; sixty thousand IOVA ranges need it. */
    private static final int MAXIMUM_ARGSZ = 1 << 20;

    private static final List<IovaRange> EVERYWHERE = List.of(new IovaRange(0, -1));

    private Type1InfoQuery() {}

    static Type1Info ask(FileDescriptor container) throws VfioException, KernelReplyException {
        ByteBuffer reply = call(container, Type1InfoLayout.SIZE);
        int needed = reply.getInt(Type1InfoLayout.ARGSZ);
        if (needed > Type1InfoLayout.SIZE && needed <= MAXIMUM_ARGSZ) {
            reply = call(container, needed);
        }
        int argsz = reply.getInt(Type1InfoLayout.ARGSZ);
        if (argsz < Type1InfoLayout.MINIMUM_SIZE || argsz > reply.limit()) {
            throw malformed(
                    container,
                    "argsz " + Integer.toUnsignedString(argsz) + " for a structure of " + Type1InfoLayout.SIZE
                            + " bytes and room for " + reply.limit());
        }
        int flags = reply.getInt(Type1InfoLayout.FLAGS);
        long pageSizes = reply.getLong(Type1InfoLayout.IOVA_PGSIZES);
        if ((flags & VFIO_IOMMU_INFO_PGSIZES) == 0 || pageSizes == 0) {
            throw malformed(container, "no page sizes");
        }
        try {
            return decode(reply, flags, pageSizes);
        } catch (MalformedChainException e) {
            throw malformed(container, e.getMessage());
        }
    }

    private static KernelReplyException malformed(FileDescriptor container, String problem) {
        return new KernelReplyException(Step.IOMMU_GET_INFO, container.name(), problem);
    }

    private static ByteBuffer call(FileDescriptor container, int argsz) throws VfioException {
        ByteBuffer info = Structs.withArgsz(argsz);
        VfioException.check(
                Step.IOMMU_GET_INFO, container.name(), container.ioctl(VfioIoctl.VFIO_IOMMU_GET_INFO, info));
        return info;
    }

    private static Type1Info decode(ByteBuffer reply, int flags, long pageSizes) throws MalformedChainException {
        List<IovaRange> ranges = EVERYWHERE;
        OptionalLong available = OptionalLong.empty();
        if ((flags & VFIO_IOMMU_INFO_CAPS) != 0) {
            int first = reply.getInt(Type1InfoLayout.CAP_OFFSET);
            for (InfoCapability capability : InfoCapability.chain(reply, Type1InfoLayout.SIZE, first)) {
                if (capability.id() == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE) {
                    ranges = ranges(capability);
                } else if (capability.id() == VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL) {
                    capability.require(Type1InfoDmaAvailLayout.SIZE);
                    available = OptionalLong.of(
                            Integer.toUnsignedLong(capability.bytes().getInt(Type1InfoDmaAvailLayout.AVAIL)));
                }
            }
        }
        return new Type1Info(pageSizes, ranges, available);
    }

    private static List<IovaRange> ranges(InfoCapability capability) throws MalformedChainException {
        capability.require(Type1InfoCapIovaRangeLayout.SIZE);
        ByteBuffer bytes = capability.bytes();
        long count = Integer.toUnsignedLong(bytes.getInt(Type1InfoCapIovaRangeLayout.NR_IOVAS));
        capability.require(Type1InfoCapIovaRangeLayout.IOVA_RANGES + count * IovaRangeLayout.SIZE);
        List<IovaRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = Type1InfoCapIovaRangeLayout.IOVA_RANGES + i * IovaRangeLayout.SIZE;
            ranges.add(
                    new IovaRange(bytes.getLong(at + IovaRangeLayout.START), bytes.getLong(at + IovaRangeLayout.END)));
        }
        return ranges;
    }
}
