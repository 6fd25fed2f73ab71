// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.host.OpenFiles;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Finds the processes that have a device's group or the device's own file open, in {@code /proc/PID/fd}. */
record DeviceUsers(HostFiles files, SysfsDevice device) {
    /** The processes, of those that this one may look at. Who got only the descriptor of the device is not found. */
    List<ProcessStat> find() throws VfioException {
        try {
            List<ProcessStat> users = new ArrayList<>();
            for (long pid : new OpenFiles(files).holders(deviceFiles())) {
                ProcessStat.of(files, pid).ifPresent(users::add);
            }
            return users;
        } catch (IOException failure) {
            throw VfioException.of(Step.READ_BINDING, device.name(), failure);
        }
    }

    private Set<Path> deviceFiles() throws IOException {
        Set<Path> paths = new HashSet<>();
        device.iommuGroup().ifPresent(group -> paths.add(Path.of(group.devicePath())));
        DeviceDoor.cdev(files, device).ifPresent(file -> paths.add(Path.of(file)));
        return paths;
    }
}
