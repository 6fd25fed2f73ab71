// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.DeviceLookupException.Kind;

/** Finds a device of the machine by what a person calls it. */
record DeviceLookup(PlatformBus buses, HostFiles files) {
    private static final Path TREE = MachineTree.DIRECTORY;

    SysfsDevice find(String wanted) throws IOException {
        if (wanted.startsWith("/sys/") || wanted.startsWith("/proc/")) {
            return byFile(wanted);
        }
        if (wanted.startsWith("/")) {
            return byNode(wanted, wanted);
        }
        Optional<SysfsDevice> named = byName(wanted);
        if (named.isPresent()) {
            return named.get();
        }
        Optional<String> node = nodeOfAlias(wanted);
        return node.isPresent() ? byNode(node.get(), wanted) : notFound(wanted);
    }

    private Optional<SysfsDevice> byName(String name) throws IOException {
        if (!isFileName(name)) {
            return Optional.empty();
        }
        List<SysfsDevice> found = new ArrayList<>();
        for (Bus bus : Bus.values()) {
            buses.describe(bus, name).ifPresent(found::add);
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(only(found, name));
    }

    private SysfsDevice byNode(String path, String wanted) throws IOException {
        String node = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        List<SysfsDevice> found = buses.list().stream()
                .filter(device -> device.node().equals(Optional.of(node)))
                .toList();
        if (!found.isEmpty()) {
            return only(found, wanted);
        }
        return files.isDirectory(TREE.resolve(node.substring(1))) ? noDevice(node) : notFound(wanted);
    }

    // A file of sysfs is compared without links: /sys/devices, /sys/bus and /sys/class lead to one device by many
    // paths,
    // and a node's directory is not always called like the node (of two same names the second gets "#1").
    private SysfsDevice byFile(String wanted) throws IOException {
        Path file;
        try {
            file = files.realPath(Path.of(wanted));
        } catch (NoSuchFileException none) {
            return notFound(wanted);
        }
        boolean isNode = file.startsWith(TREE);
        List<SysfsDevice> found = new ArrayList<>();
        for (SysfsDevice device : buses.list()) {
            if (isNode ? isAt(device.path().resolve("of_node"), file) : isAt(device.path(), file)) {
                found.add(device);
            }
        }
        if (found.isEmpty()) {
            return isNode ? noDevice("/" + TREE.relativize(file)) : notFound(wanted);
        }
        return only(found, wanted);
    }

    private boolean isAt(Path link, Path file) throws IOException {
        try {
            return files.realPath(link).equals(file);
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    /** The path that an alias of the live tree stands for, with what follows it after a slash. */
    private Optional<String> nodeOfAlias(String wanted) throws IOException {
        int slash = wanted.indexOf('/');
        String alias = slash < 0 ? wanted : wanted.substring(0, slash);
        if (!isFileName(alias)) {
            return Optional.empty();
        }
        try {
            String target = new String(files.read(TREE.resolve("aliases").resolve(alias)), StandardCharsets.UTF_8);
            int end = target.indexOf('\0');
            String path = end < 0 ? target : target.substring(0, end);
            return Optional.of(slash < 0 ? path : path + wanted.substring(slash))
                    .filter(p -> p.startsWith("/"));
        } catch (NoSuchFileException | NotDirectoryException none) {
            return Optional.empty();
        }
    }

    private static boolean isFileName(String name) {
        return !name.isEmpty() && !name.contains("/") && !name.equals(".") && !name.equals("..");
    }

    private static SysfsDevice only(List<SysfsDevice> found, String wanted) throws DeviceLookupException {
        if (found.size() == 1) {
            return found.get(0);
        }
        List<String> paths =
                found.stream().map(device -> device.path().toString()).toList();
        throw new DeviceLookupException(
                Kind.AMBIGUOUS, wanted + " is " + found.size() + " devices: " + String.join(", ", paths), paths);
    }

    private static SysfsDevice noDevice(String node) throws DeviceLookupException {
        throw new DeviceLookupException(
                Kind.NO_DEVICE_OF_NODE,
                "the kernel made no platform or AMBA device of " + node
                        + ": it is disabled, lacks compatible, is claimed early, or its parent's driver makes it later",
                List.of());
    }

    private SysfsDevice notFound(String wanted) throws IOException {
        List<String> names = new ArrayList<>();
        for (SysfsDevice device : buses.list()) {
            names.add(device.name());
            device.node().ifPresent(names::add);
        }
        throw CloseNames.notFound(wanted, "no device", names);
    }
}
