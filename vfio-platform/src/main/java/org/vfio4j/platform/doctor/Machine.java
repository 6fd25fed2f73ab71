// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.host.KernelOptions;
import org.vfio4j.platform.host.ProcessStatus;

/**
 * What all checks need of a machine, read once.
 *
 * @param devices all of both buses
 * @param tree the device tree of the running kernel; empty on a machine without
 */
record Machine(
        HostFiles files,
        PlatformBus bus,
        List<SysfsDevice> devices,
        KernelOptions options,
        ProcessStatus process,
        Optional<DeviceTree> tree) {
    private static final Path TREE = Path.of("/sys/firmware/devicetree/base");

    static Machine read(HostFiles files) throws IOException {
        PlatformBus bus = new PlatformBus(files);
        Optional<DeviceTree> tree =
                files.isDirectory(TREE) ? Optional.of(bus.deviceTree().tree()) : Optional.empty();
        return new Machine(files, bus, bus.list(), KernelOptions.read(files), ProcessStatus.read(files), tree);
    }

    boolean exists(String path) {
        return files.exists(Path.of(path));
    }

    boolean isModuleThere(String module) {
        return exists("/sys/module/" + module);
    }

    boolean mayOpen(String path) {
        Path file = Path.of(path);
        return files.isReadable(file) && files.isWritable(file);
    }

    boolean isRoot() {
        return process.userId() == 0;
    }

    /** A command that needs root's rights, for this user. */
    String asRoot(String command) {
        return isRoot() ? command : "sudo " + command;
    }

    /** A command that writes to a file of root's. */
    String write(String text, Path file) {
        return isRoot() ? "echo " + text + " > " + file : "echo " + text + " | sudo tee " + file;
    }
}
