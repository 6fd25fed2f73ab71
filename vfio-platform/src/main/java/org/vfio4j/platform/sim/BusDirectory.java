// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** /sys/bus/platform and /sys/bus/amba (drivers/base/bus.c). */
final class BusDirectory {
    private BusDirectory() {}

    static SysEntry.Directory of(DriverCore core, Bus bus) {
        return SysEntry.Directory.of(Map.of(
                "devices",
                new SysEntry.Directory(() -> devices(core, bus)),
                "drivers",
                new SysEntry.Directory(() -> drivers(core, bus)),
                "drivers_probe",
                writeOnly(name -> core.driversProbe(bus, name)),
                "drivers_autoprobe",
                SysEntry.Attribute.readOnly(() -> "1\n".getBytes(StandardCharsets.US_ASCII))));
    }

    private static SysEntry.Attribute writeOnly(Consumer<String> store) {
        return new SysEntry.Attribute(null, value -> store.accept(SysText.firstLine(value)), false);
    }

    private static Map<String, SysEntry> devices(DriverCore core, Bus bus) {
        Map<String, SysEntry> links = new TreeMap<>();
        for (BoardDevice device : core.devices()) {
            if (device.bus() == bus) {
                links.put(device.name(), new SysEntry.Link("../../../" + DeviceDirectory.pathOf(device)));
            }
        }
        return links;
    }

    private static Map<String, SysEntry> drivers(DriverCore core, Bus bus) {
        Map<String, SysEntry> drivers = new TreeMap<>();
        for (Driver driver : core.drivers()) {
            if (driver.bus() == bus) {
                drivers.put(driver.name(), new SysEntry.Directory(() -> driver(core, driver)));
            }
        }
        return drivers;
    }

    private static Map<String, SysEntry> driver(DriverCore core, Driver driver) {
        Map<String, SysEntry> entries = new TreeMap<>();
        entries.put("bind", writeOnly(name -> core.bind(driver, name)));
        entries.put("unbind", writeOnly(name -> core.unbind(driver, name)));
        for (BoardDevice device : core.devices()) {
            if (device.driver() == driver) {
                entries.put(device.name(), new SysEntry.Link("../../../../" + DeviceDirectory.pathOf(device)));
            }
        }
        return entries;
    }
}
