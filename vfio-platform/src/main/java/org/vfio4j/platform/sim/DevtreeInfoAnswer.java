// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeInfo;
import org.vfio4j.devtree.mapper.InfoType;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.PathInfoLayout;

/** VFIO_DEVICE_GET_DEVTREE_INFO of the proposal of 2013, as {@code org.vfio4j.vfio.abi.DevtreeInfo} defines it. */
final class DevtreeInfoAnswer {
    private DevtreeInfoAnswer() {}

    static void give(DeviceMapping mapping, UserBuffer request) {
        request.require(PathInfoLayout.SIZE);
        long argsz = Integer.toUnsignedLong(request.getInt(PathInfoLayout.ARGSZ));
        KernelError.requireValid(argsz >= PathInfoLayout.SIZE);
        DevtreeInfo info = find(mapping, request.getInt(PathInfoLayout.TYPE), request.getInt(PathInfoLayout.INDEX));
        byte[] path = (info.path() + "\0").getBytes(StandardCharsets.UTF_8);
        int needed = PathInfoLayout.PATH + path.length;
        if (argsz < needed) {
            request.putInt(PathInfoLayout.ARGSZ, needed);
            throw new KernelError(Errno.ENOSPC);
        }
        request.require(needed);
        request.putInt(
                PathInfoLayout.FLAGS, info.ranges() ? org.vfio4j.vfio.abi.DevtreeInfo.VFIO_DEVTREE_INFO_RANGES : 0);
        request.putInt(PathInfoLayout.START, info.start());
        request.put(PathInfoLayout.PATH, path);
    }

    private static DevtreeInfo find(DeviceMapping mapping, int type, int index) {
        for (DevtreeInfo info : mapping.devtreeInfo()) {
            int infoType = info.type() == InfoType.REGION
                    ? org.vfio4j.vfio.abi.DevtreeInfo.VFIO_DEVTREE_INFO_TYPE_REGION
                    : org.vfio4j.vfio.abi.DevtreeInfo.VFIO_DEVTREE_INFO_TYPE_IRQ;
            if (infoType == type && info.index() == index) {
                return info;
            }
        }
        throw new KernelError(Errno.EINVAL);
    }
}
