// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** The files of sysfs that give a device a driver and take it away ({@code drivers/base/bus.c}); errors are explained. */
record DriverFiles(HostFiles files, SysfsDevice device) {
    /** What {@code driver_override_show} prints if there is none. */
    private static final String NONE = "(null)";

    DriverState state() throws VfioException {
        try {
            Optional<String> driver = PlatformBus.lastName(files, device.path().resolve("driver"));
            String override = new String(files.read(override()), StandardCharsets.UTF_8);
            String line = override.endsWith("\n") ? override.substring(0, override.length() - 1) : override;
            return new DriverState(driver, Optional.of(line).filter(text -> !text.equals(NONE)));
        } catch (IOException failure) {
            throw VfioException.of(Step.READ_BINDING, device.name(), failure);
        }
    }

    boolean hasDriver(String driver) {
        return files.isDirectory(directoryOf(driver));
    }

    /** A driver with suppress_bind_attrs has no such file. */
    boolean canUnbind(String driver) {
        return files.exists(directoryOf(driver).resolve("unbind"));
    }

    /** An empty line clears it. */
    void setOverride(Optional<String> driver) throws VfioException {
        write(Step.SET_DRIVER_OVERRIDE, device.name(), override(), driver.orElse("") + "\n");
    }

    void unbind(String driver) throws VfioException {
        write(
                Step.UNBIND_DRIVER,
                driver + " (" + device.name() + ")",
                directoryOf(driver).resolve("unbind"),
                device.name());
    }

    /** Not through {@code drivers_probe}, which reports success also if the driver refused. */
    void bind(Step step, String driver) throws VfioException {
        write(step, driver + " (" + device.name() + ")", directoryOf(driver).resolve("bind"), device.name());
    }

    private void write(Step step, String subject, Path file, String text) throws VfioException {
        try {
            files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw VfioException.of(step, subject, failure);
        }
    }

    private Path override() {
        return device.path().resolve("driver_override");
    }

    private Path directoryOf(String driver) {
        return PlatformBus.directoryOf(device.bus()).resolve("drivers").resolve(driver);
    }
}
