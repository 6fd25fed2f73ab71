// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.Errno;

/** Binds drivers to devices (drivers/base/bus.c and dd.c). */
final class DriverCore {
    private final List<BoardDevice> devices;
    private final List<Driver> drivers = new ArrayList<>();
    private final IommuGroups iommuGroups;
    private final VfioCore vfio;
    private final IrqRequests irqRequests;

    DriverCore(
            List<BoardDevice> devices,
            IommuGroups iommuGroups,
            boolean vfioDevtree,
            VfioCore vfio,
            IrqRequests irqRequests) {
        this.devices = List.copyOf(devices);
        this.iommuGroups = iommuGroups;
        this.vfio = vfio;
        this.irqRequests = irqRequests;
        drivers.add(new Driver(Driver.VFIO_PLATFORM, Bus.PLATFORM));
        drivers.add(new Driver(Driver.VFIO_AMBA, Bus.AMBA));
        if (vfioDevtree) {
            drivers.add(new Driver(Driver.VFIO_DEVTREE, Bus.PLATFORM));
        }
    }

    List<BoardDevice> devices() {
        return devices;
    }

    /** The VFIO side of a device, if it is on a VFIO driver. */
    Optional<VfioDevice> vfioDevice(BoardDevice device) {
        return vfio.devices().stream()
                .filter(candidate -> candidate.boardDevice() == device)
                .findFirst();
    }

    List<Driver> drivers() {
        return List.copyOf(drivers);
    }

    Optional<BoardDevice> device(Bus bus, String name) {
        return devices.stream()
                .filter(device -> device.bus() == bus && device.name().equals(name))
                .findFirst();
    }

    /** The driver of a name on a bus; made if the board has none yet. */
    Driver driver(Bus bus, String name) {
        for (Driver driver : drivers) {
            if (driver.bus() == bus && driver.name().equals(name)) {
                return driver;
            }
        }
        Driver driver = new Driver(name, bus);
        drivers.add(driver);
        return driver;
    }

    /** A write to the driver's {@code bind} file. */
    void bind(Driver driver, String deviceName) {
        BoardDevice device = require(driver.bus(), deviceName);
        KernelError.require(driver.matches(device), Errno.ENODEV);
        KernelError.require(device.driver() == null, Errno.EBUSY);
        probe(driver, device);
    }

    /** A write to the driver's {@code unbind} file; with VFIO it waits until no user has the device open. */
    void unbind(Driver driver, String deviceName) {
        BoardDevice device = require(driver.bus(), deviceName);
        KernelError.require(device.driver() == driver, Errno.ENODEV);
        if (driver.isVfio()) {
            vfio.unregister(device);
        } else {
            irqRequests.freeShared(device.mapping().irqs());
        }
        device.setDriver(null);
    }

    /** A write to the bus's {@code drivers_probe} file: succeeds whether or not a driver could be bound. */
    void driversProbe(Bus bus, String deviceName) {
        BoardDevice device = require(bus, deviceName);
        if (device.driver() != null) {
            return;
        }
        for (Driver driver : drivers) {
            if (driver.matches(device) && tryProbe(driver, device)) {
                return;
            }
        }
    }

    private boolean tryProbe(Driver driver, BoardDevice device) {
        try {
            probe(driver, device);
            return true;
        } catch (KernelError refused) {
            // really_probe: the error goes to the kernel's log only, so that the next driver can try.
            return false;
        }
    }

    private void probe(Driver driver, BoardDevice device) {
        iommuGroups.configure(device);
        if (driver.isVfio()) {
            vfio.register(device, driver.policy());
        } else {
            if (device.iommuGroup() != null) {
                device.iommuGroup().requireKernelMayUse();
            }
            if (device.isInterruptController()) {
                irqRequests.chain(device.mapping().irqs());
            } else {
                irqRequests.requestShared(device.mapping().irqs());
            }
        }
        device.setDriver(driver);
    }

    private BoardDevice require(Bus bus, String name) {
        return device(bus, name).orElseThrow(() -> new KernelError(Errno.ENODEV));
    }
}
