// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Finds who needs what the driver of a device does. */
record Dependents(HostFiles files, SysfsDevice device) {
    /** These describe addresses, and not what a node gives to others. */
    private static final Set<String> NO_SERVICE = Set.of("#address-cells", "#size-cells");

    /** Who does, one line each; nobody if the device has no driver. */
    List<String> find() throws VfioException {
        List<String> found = new ArrayList<>();
        if (device.driver().isEmpty()) {
            return found;
        }
        try {
            services().ifPresent(found::add);
            consumers().ifPresent(found::add);
            devicesBelow().ifPresent(found::add);
            console().ifPresent(found::add);
            return found;
        } catch (IOException failure) {
            throw VfioException.of(Step.READ_BINDING, device.name(), failure);
        }
    }

    /** A provider says with {@code #NAME-cells} how it is referred to (Devicetree Specification, 2.3 and 2.4). */
    private Optional<String> services() throws IOException {
        List<String> names = entries(device.path().resolve("of_node")).stream()
                .filter(name -> name.matches("#.*-cells") && !NO_SERVICE.contains(name))
                .map(name -> name.substring(1, name.length() - "-cells".length()))
                .toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("its node is a provider for other devices: " + String.join(", ", names));
    }

    /** Devices that the kernel takes from their drivers with it ({@code device_links_unbind_consumers}). */
    private Optional<String> consumers() throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : entries(device.path())) {
            Path consumer = device.path().resolve(name).resolve("consumer");
            if (name.startsWith("consumer:") && files.exists(consumer.resolve("driver"))) {
                names.add(name.substring("consumer:".length()));
            }
        }
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("the kernel takes these from their drivers with it: " + String.join(", ", names));
    }

    /** Devices that its driver made, such as {@code virtio3} of a virtio_mmio, and those of a bus. */
    private Optional<String> devicesBelow() throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : entries(device.path())) {
            Path child = device.path().resolve(name);
            Optional<String> driver = name.equals("driver") || !files.exists(child.resolve("driver"))
                    ? Optional.empty()
                    : PlatformBus.lastName(files, child.resolve("driver"));
            driver.ifPresent(by -> names.add(name + " (" + by + ")"));
        }
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("devices below it are in use: " + String.join(", ", names));
    }

    /** {@code /chosen/stdout-path}: a path or an alias, and options after a colon (Devicetree Specification, 3.6). */
    private Optional<String> console() throws IOException {
        String stdout = property("chosen/stdout-path").split(":", 2)[0];
        String path = stdout.isEmpty() || stdout.startsWith("/") ? stdout : property("aliases/" + stdout);
        return !path.isEmpty() && device.node().equals(Optional.of(path))
                ? Optional.of("it is the console, by /chosen/stdout-path")
                : Optional.empty();
    }

    private String property(String name) throws IOException {
        try {
            String text = new String(files.read(MachineTree.DIRECTORY.resolve(name)), StandardCharsets.UTF_8);
            return text.lines().collect(Collectors.joining()).replace("\0", "");
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    private List<String> entries(Path directory) throws IOException {
        return files.isDirectory(directory) ? files.list(directory) : List.of();
    }
}
