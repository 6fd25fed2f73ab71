// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.vfio4j.linux.HostFiles;

/** The files of sysfs that the suite writes, and the binding that it needs. */
final class Sysfs {
    static final Path NOIOMMU_MODE = Path.of("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
    static final Path UNSAFE_INTERRUPTS = Path.of("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");

    static final Path UNSAFE_INTERRUPTS_OF_IOMMUFD = Path.of("/sys/module/iommufd/parameters/allow_unsafe_interrupts");

    private final HostFiles files;

    Sysfs(HostFiles files) {
        this.files = files;
    }

    static Path bus(String bus) {
        return Path.of("/sys/bus", bus);
    }

    static Path device(LabDevice device) {
        return bus(device.bus()).resolve("devices").resolve(device.device);
    }

    static Path driver(LabDevice device) {
        return bus(device.bus()).resolve("drivers").resolve(device.driver());
    }

    String read(Path file) {
        try {
            return new String(files.read(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path file, String text) {
        try {
            tryWrite(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write '" + text + "' to " + file, e);
        }
    }

    /** For a write that Linux may refuse. */
    void tryWrite(Path file, String text) throws IOException {
        files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The number of a device's IOMMU group, real or not. */
    String group(LabDevice device) {
        try {
            return files.readLink(device(device).resolve("iommu_group"))
                    .getFileName()
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of a device's own directory in its {@code vfio-dev}, vfioN. */
    String vfioName(LabDevice device) {
        try {
            return files.list(device(device).resolve("vfio-dev")).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The device file of a device itself. */
    String deviceFile(LabDevice device) {
        return "/dev/vfio/devices/" + vfioName(device);
    }

    /** The device file of a device's group. */
    String groupFile(LabDevice device) {
        return "/dev/vfio/" + (device.behindIommu ? "" : "noiommu-") + group(device);
    }

    /** The device file of the group of a device that is bound to a driver of VFIO. */
    String groupFile(Path device) {
        try {
            Path number = files.readLink(device.resolve("iommu_group")).getFileName();
            String noiommu = "/dev/vfio/noiommu-" + number;
            return files.exists(Path.of(noiommu)) ? noiommu : "/dev/vfio/" + number;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String driverOf(Path device) {
        Path link = device.resolve("driver");
        try {
            return files.exists(link) ? files.readLink(link).getFileName().toString() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a device from its driver, if it has one, and gives it to the VFIO driver of its bus. */
    void bindToVfio(LabDevice device) {
        Path directory = device(device);
        if (driverOf(directory).equals(device.driver())) {
            return;
        }
        write(directory.resolve("driver_override"), device.driver());
        if (!driverOf(directory).isEmpty()) {
            write(directory.resolve("driver/unbind"), device.device);
        }
        write(driver(device).resolve("bind"), device.device);
    }
}
