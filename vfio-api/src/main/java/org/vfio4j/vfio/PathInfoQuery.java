// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.abi.DevtreeInfo;
import org.vfio4j.vfio.abi.PathInfoLayout;
import org.vfio4j.vfio.internal.Structs;

/**
 * {@code VFIO_DEVICE_GET_DEVTREE_INFO}: asked with room for a usual path, and again with the room that ENOSPC asks for.
 * A reply is not believed before it is looked at, because a kernel without the call may one day use its number.
 */
final class PathInfoQuery {
    private static final int USUAL_ARGSZ = PathInfoLayout.SIZE + 236;

    /** Linux has no limit for the path of a node; no tree comes near this. */
    private static final int MAXIMUM_ARGSZ = 1 << 16;

    private final FileDescriptor device;
    private final PathInfo.Type type;
    private final int index;
    private final String subject;

    private PathInfoQuery(FileDescriptor device, PathInfo.Type type, int index) {
        this.device = device;
        this.type = type;
        this.index = index;
        this.subject = device.name() + (type == PathInfo.Type.REGION ? " region " : " IRQ ") + index;
    }

    static PathInfo ask(FileDescriptor device, PathInfo.Type type, int index)
            throws VfioException, KernelReplyException {
        return new PathInfoQuery(device, type, index).ask();
    }

    private PathInfo ask() throws VfioException, KernelReplyException {
        ByteBuffer info = request(USUAL_ARGSZ);
        int result = device.ioctl(DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO, info);
        if (result == -Errno.ENOSPC.number()) {
            int needed = info.getInt(PathInfoLayout.ARGSZ);
            if (needed <= USUAL_ARGSZ || needed > MAXIMUM_ARGSZ) {
                throw nonsense("ENOSPC, but argsz " + Integer.toUnsignedString(needed) + " for a call with room for "
                        + USUAL_ARGSZ);
            }
            info = request(needed);
            result = device.ioctl(DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO, info);
        }
        VfioException.check(Step.GET_DEVTREE_INFO, subject, result);
        return decode(info);
    }

    private ByteBuffer request(int argsz) {
        return Structs.withArgsz(argsz).putInt(PathInfoLayout.INDEX, index).putInt(PathInfoLayout.TYPE, type.number());
    }

    private PathInfo decode(ByteBuffer reply) throws KernelReplyException {
        int argsz = reply.getInt(PathInfoLayout.ARGSZ);
        if (argsz <= PathInfoLayout.SIZE || argsz > reply.limit()) {
            throw nonsense("argsz " + Integer.toUnsignedString(argsz) + " for a call with room for " + reply.limit());
        }
        if (reply.getInt(PathInfoLayout.INDEX) != index || reply.getInt(PathInfoLayout.TYPE) != type.number()) {
            throw nonsense("it is about type " + reply.getInt(PathInfoLayout.TYPE) + " index "
                    + reply.getInt(PathInfoLayout.INDEX));
        }
        int end = PathInfoLayout.PATH;
        while (end < argsz && reply.get(end) != 0) {
            end++;
        }
        if (end == argsz) {
            throw nonsense("a path without a NUL");
        }
        byte[] path = new byte[end - PathInfoLayout.PATH];
        reply.get(PathInfoLayout.PATH, path);
        if (path.length == 0 || path[0] != '/') {
            throw nonsense("a path that does not begin with /: \"" + new String(path, StandardCharsets.UTF_8) + '"');
        }
        return new PathInfo(
                reply.getInt(PathInfoLayout.FLAGS),
                type,
                index,
                reply.getInt(PathInfoLayout.START),
                new String(path, StandardCharsets.UTF_8));
    }

    private KernelReplyException nonsense(String problem) {
        return new KernelReplyException(Step.GET_DEVTREE_INFO, subject, problem);
    }
}
