// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import java.io.IOException;
import java.nio.file.Path;

/** A device on another driver, until this is closed; then it has the driver and the override that it had before. */
final class Rebinding implements AutoCloseable {
    private final Sysfs sysfs;
    private final Path drivers;
    private final Path device;
    private final String name;
    private final String oldDriver;
    private final String oldOverride;

    private Rebinding(Sysfs sysfs, String bus, String name) {
        this.sysfs = sysfs;
        this.drivers = Sysfs.bus(bus).resolve("drivers");
        this.device = Sysfs.bus(bus).resolve("devices").resolve(name);
        this.name = name;
        this.oldDriver = sysfs.driverOf(device);
        this.oldOverride = sysfs.read(device.resolve("driver_override")).strip();
    }

    /** Binds; an IOException is what the write to the driver's {@code bind} file said, and nothing is changed then. */
    static Rebinding of(Sysfs sysfs, String bus, String name, String driver) throws IOException {
        Rebinding rebinding = new Rebinding(sysfs, bus, name);
        boolean bound = false;
        try {
            rebinding.unbind();
            sysfs.write(rebinding.device.resolve("driver_override"), driver);
            sysfs.tryWrite(rebinding.drivers.resolve(driver).resolve("bind"), name);
            bound = true;
            return rebinding;
        } finally {
            if (!bound) {
                rebinding.close();
            }
        }
    }

    Path device() {
        return device;
    }

    private void unbind() {
        String driver = sysfs.driverOf(device);
        if (!driver.isEmpty()) {
            sysfs.write(drivers.resolve(driver).resolve("unbind"), name);
        }
    }

    @Override
    public void close() {
        unbind();
        sysfs.write(device.resolve("driver_override"), oldOverride.equals("(null)") ? "\n" : oldOverride);
        if (!oldDriver.isEmpty()) {
            sysfs.write(drivers.resolve(oldDriver).resolve("bind"), name);
        }
    }
}
