// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.mapper.DevtreeInfo;
import org.vfio4j.devtree.mapper.InfoType;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DeviceInfo;
import org.vfio4j.vfio.PathInfo;
import org.vfio4j.vfio.VfioException;

/** VFIO_DEVICE_GET_DEVTREE_INFO for all regions and IRQs of a device. */
final class DevtreeInfoQuery {
    private DevtreeInfoQuery() {}

    /** The answers, regions before IRQs; empty if the kernel does not know the ioctl or there is nothing to ask. */
    static Optional<List<DevtreeInfo>> ask(Device device, DeviceInfo info) throws IOException {
        List<DevtreeInfo> answers = new ArrayList<>();
        try {
            for (int i = 0; i < info.regionCount(); i++) {
                answers.add(answer(InfoType.REGION, i, device.devtreeInfo(PathInfo.Type.REGION, i)));
            }
            for (int i = 0; i < info.irqCount(); i++) {
                answers.add(answer(InfoType.IRQ, i, device.devtreeInfo(PathInfo.Type.IRQ, i)));
            }
        } catch (VfioException refused) {
            if (refused.errno() == Errno.ENOTTY && answers.isEmpty()) {
                return Optional.empty();
            }
            throw refused;
        }
        return answers.isEmpty() ? Optional.empty() : Optional.of(answers);
    }

    private static DevtreeInfo answer(InfoType type, int index, PathInfo path) {
        return new DevtreeInfo(type, index, path.isRanges(), path.start(), path.path());
    }
}
