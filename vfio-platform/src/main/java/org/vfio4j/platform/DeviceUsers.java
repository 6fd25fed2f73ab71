// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Finds the processes that have a device's group or the device's own file open, in {@code /proc/PID/fd}. */
record DeviceUsers(HostFiles files, SysfsDevice device) {
    private static final Path PROC = Path.of("/proc");

    /** The processes, of those that this one may look at. Who got only the descriptor of the device is not found. */
    List<ProcessStat> find() throws VfioException {
        try {
            Set<Path> wanted = deviceFiles();
            List<ProcessStat> users = new ArrayList<>();
            for (String name : files.list(PROC)) {
                if (name.chars().allMatch(Character::isDigit) && hasOpen(PROC.resolve(name), wanted)) {
                    ProcessStat.of(files, Long.parseLong(name)).ifPresent(users::add);
                }
            }
            return users;
        } catch (IOException failure) {
            throw VfioException.of(Step.READ_BINDING, device.name(), failure);
        }
    }

    private Set<Path> deviceFiles() throws IOException {
        Set<Path> paths = new HashSet<>();
        device.iommuGroup().ifPresent(group -> paths.add(Path.of(group.devicePath())));
        Path directory = device.path().resolve("vfio-dev");
        if (files.isDirectory(directory)) {
            files.list(directory).forEach(name -> paths.add(Path.of("/dev/vfio/devices", name)));
        }
        return paths;
    }

    private boolean hasOpen(Path process, Set<Path> wanted) throws IOException {
        Path descriptors = process.resolve("fd");
        for (String fd : unlessGone(() -> files.list(descriptors)).orElse(List.of())) {
            Optional<Path> target = unlessGone(() -> files.readLink(descriptors.resolve(fd)));
            if (target.isPresent() && wanted.contains(target.get())) {
                return true;
            }
        }
        return false;
    }

    private interface Look<T> {
        T look() throws IOException;
    }

    /** Processes end and close files while they are looked at, and those of other users may not be looked at. */
    private static <T> Optional<T> unlessGone(Look<T> look) throws IOException {
        try {
            return Optional.of(look.look());
        } catch (AccessDeniedException another) {
            return Optional.empty();
        } catch (IOException failure) {
            if (ProcessStat.isGone(failure) || Errno.of(failure) == Errno.EPERM) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
