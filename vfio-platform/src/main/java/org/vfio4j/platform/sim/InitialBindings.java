// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** Finds devices and binds drivers when a board is built, with the calls that sysfs makes. */
final class InitialBindings {
    private final DriverCore core;
    private final boolean vfioDevtree;

    InitialBindings(DriverCore core, boolean vfioDevtree) {
        this.core = core;
        this.vfioDevtree = vfioDevtree;
    }

    void bindNative(String device, String driverName) {
        BoardDevice found = find(device);
        Driver driver = core.driver(found.bus(), driverName);
        driver.serve(found);
        bind(driver, found);
    }

    void bindVfio(String device) {
        BoardDevice found = find(device);
        Driver driver = vfioDriver(found);
        found.setDriverOverride(driver.name());
        bind(driver, found);
    }

    /** Whatever has no driver yet and can be bound; as with drivers_probe a refusal is silent. */
    void bindRest() {
        for (BoardDevice device : core.devices()) {
            if (device.driver() == null) {
                device.setDriverOverride(vfioDriver(device).name());
                core.driversProbe(device.bus(), device.name());
            }
        }
    }

    private Driver vfioDriver(BoardDevice device) {
        if (device.bus() == Bus.AMBA) {
            return core.driver(Bus.AMBA, Driver.VFIO_AMBA);
        }
        return core.driver(Bus.PLATFORM, vfioDevtree ? Driver.VFIO_DEVTREE : Driver.VFIO_PLATFORM);
    }

    private void bind(Driver driver, BoardDevice device) {
        try {
            core.bind(driver, device.name());
        } catch (KernelError error) {
            throw new IllegalArgumentException(
                    "the kernel refuses to bind " + driver.name() + " to " + device.name() + ": "
                            + error.errno().symbol() + " (" + error.errno().text() + ")",
                    error);
        }
    }

    BoardDevice find(String device) {
        return core.devices().stream()
                .filter(candidate -> candidate.name().equals(device)
                        || candidate.node().path().equals(device))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the board has no device '" + device + "'; it has "
                        + core.devices().stream().map(BoardDevice::name).toList()));
    }
}
