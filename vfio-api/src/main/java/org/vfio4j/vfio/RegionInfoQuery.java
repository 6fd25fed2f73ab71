// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_CAP_SPARSE_MMAP;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_CAP_TYPE;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_REGION_INFO_FLAG_CAPS;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.InfoCapability.MalformedChainException;
import org.vfio4j.vfio.abi.InfoCapHeaderLayout;
import org.vfio4j.vfio.abi.RegionInfoCapSparseMmapLayout;
import org.vfio4j.vfio.abi.RegionInfoCapTypeLayout;
import org.vfio4j.vfio.abi.RegionInfoLayout;
import org.vfio4j.vfio.abi.RegionSparseMmapAreaLayout;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.Structs;

/** {@code VFIO_DEVICE_GET_REGION_INFO}: asked once, and with the room that the kernel wants if it has capabilities. */
final class RegionInfoQuery {
    /** No kernel has more to say; a device with a thousand sparse areas needs 16 KiB. */
    private static final int MAXIMUM_ARGSZ = 1 << 20;

    private RegionInfoQuery() {}

    static RegionInfo ask(FileDescriptor device, int index) throws VfioException, KernelReplyException {
        String subject = device.name() + " region " + index;
        ByteBuffer reply = call(device, subject, index, RegionInfoLayout.SIZE);
        int needed = reply.getInt(RegionInfoLayout.ARGSZ);
        if (needed > RegionInfoLayout.SIZE && needed <= MAXIMUM_ARGSZ) {
            reply = call(device, subject, index, needed);
        }
        int argsz = reply.getInt(RegionInfoLayout.ARGSZ);
        if (argsz < RegionInfoLayout.SIZE || argsz > reply.limit()) {
            throw new KernelReplyException(
                    Step.GET_REGION_INFO,
                    subject,
                    "argsz " + Integer.toUnsignedString(argsz) + " for a structure of " + RegionInfoLayout.SIZE
                            + " bytes and room for " + reply.limit());
        }
        try {
            return decode(reply.limit(argsz));
        } catch (MalformedChainException e) {
            throw new KernelReplyException(Step.GET_REGION_INFO, subject, e.getMessage());
        }
    }

    private static ByteBuffer call(FileDescriptor device, String subject, int index, int argsz) throws VfioException {
        ByteBuffer info = Structs.withArgsz(argsz).putInt(RegionInfoLayout.INDEX, index);
        int result = device.ioctl(VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, info);
        VfioException.check(Step.GET_REGION_INFO, subject, result);
        return info;
    }

    private static RegionInfo decode(ByteBuffer reply) throws MalformedChainException {
        int flags = reply.getInt(RegionInfoLayout.FLAGS);
        List<RegionCapability> capabilities = new ArrayList<>();
        if ((flags & VFIO_REGION_INFO_FLAG_CAPS) != 0) {
            int first = reply.getInt(RegionInfoLayout.CAP_OFFSET);
            for (InfoCapability capability : InfoCapability.chain(reply, RegionInfoLayout.SIZE, first)) {
                capabilities.add(decode(capability));
            }
        }
        return new RegionInfo(
                reply.getInt(RegionInfoLayout.INDEX),
                flags,
                reply.getLong(RegionInfoLayout.SIZE_AT),
                reply.getLong(RegionInfoLayout.OFFSET),
                capabilities);
    }

    private static RegionCapability decode(InfoCapability capability) throws MalformedChainException {
        ByteBuffer bytes = capability.bytes();
        return switch (capability.id()) {
            case VFIO_REGION_INFO_CAP_SPARSE_MMAP -> sparseMmap(capability);
            case VFIO_REGION_INFO_CAP_TYPE -> {
                capability.require(RegionInfoCapTypeLayout.SIZE);
                yield new RegionCapability.RegionType(
                        capability.version(),
                        bytes.getInt(RegionInfoCapTypeLayout.TYPE),
                        bytes.getInt(RegionInfoCapTypeLayout.SUBTYPE));
            }
            default ->
                new RegionCapability.Unknown(
                        capability.id(),
                        capability.version(),
                        bytes.slice(InfoCapHeaderLayout.SIZE, bytes.limit() - InfoCapHeaderLayout.SIZE)
                                .asReadOnlyBuffer());
        };
    }

    private static RegionCapability sparseMmap(InfoCapability capability) throws MalformedChainException {
        capability.require(RegionInfoCapSparseMmapLayout.SIZE);
        ByteBuffer bytes = capability.bytes();
        long count = Integer.toUnsignedLong(bytes.getInt(RegionInfoCapSparseMmapLayout.NR_AREAS));
        capability.require(RegionInfoCapSparseMmapLayout.AREAS + count * RegionSparseMmapAreaLayout.SIZE);
        List<RegionCapability.Area> areas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = RegionInfoCapSparseMmapLayout.AREAS + i * RegionSparseMmapAreaLayout.SIZE;
            areas.add(new RegionCapability.Area(
                    bytes.getLong(at + RegionSparseMmapAreaLayout.OFFSET),
                    bytes.getLong(at + RegionSparseMmapAreaLayout.SIZE_AT)));
        }
        return new RegionCapability.SparseMmap(capability.version(), areas);
    }
}
