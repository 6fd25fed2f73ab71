// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** The directory of a device below /sys/devices/platform. */
final class DeviceDirectory {
    private DeviceDirectory() {}

    static SysEntry.Directory platformRoot(DriverCore core) {
        return new SysEntry.Directory(() -> children(core, null));
    }

    private static Map<String, SysEntry> children(DriverCore core, BoardDevice parent) {
        Map<String, SysEntry> children = new TreeMap<>();
        for (BoardDevice device : core.devices()) {
            if (device.parent() == parent) {
                children.put(device.name(), new SysEntry.Directory(() -> entries(core, device)));
            }
        }
        return children;
    }

    private static Map<String, SysEntry> entries(DriverCore core, BoardDevice device) {
        Map<String, SysEntry> entries = children(core, device);
        String up = upToSys(device);
        String bus = up + "bus/" + busName(device.bus());
        entries.put("subsystem", new SysEntry.Link(bus));
        entries.put(
                "of_node", new SysEntry.Link(up + "firmware/devicetree/base" + NodeDirectory.pathOf(device.node())));
        entries.put("uevent", text(() -> Uevent.of(device)));
        entries.put(
                "driver_override",
                new SysEntry.Attribute(
                        () -> bytes(device.driverOverride() == null ? "(null)\n" : device.driverOverride() + "\n"),
                        value -> device.setDriverOverride(overrideOf(value)),
                        false));
        if (device.driver() != null) {
            entries.put(
                    "driver",
                    new SysEntry.Link(bus + "/drivers/" + device.driver().name()));
        }
        if (device.iommuGroup() != null) {
            entries.put(
                    "iommu_group",
                    new SysEntry.Link(
                            up + "kernel/iommu_groups/" + device.iommuGroup().id()));
        }
        core.vfioDevice(device)
                .ifPresent(vfioDevice -> entries.put("vfio-dev", VfioDeviceDirectory.of(vfioDevice, pathOf(device))));
        if (IommuClassDirectory.isIommu(device)) {
            entries.put("iommu", IommuClassDirectory.of(core, device));
        }
        // platform_dev_attrs has the file, amba_dev_attrs has not; the uevent says it on both buses.
        if (device.bus() == Bus.PLATFORM) {
            entries.put("modalias", text(() -> Uevent.modalias(device) + "\n"));
        }
        if (device.bus() == Bus.AMBA) {
            entries.put("resource", text(() -> resourceOf(device)));
            entries.put("id", text(() -> Uevent.peripheralId(device) + "\n"));
        }
        return entries;
    }

    /** resource_show of drivers/amba/bus.c: first and last address, and IORESOURCE_MEM. */
    private static String resourceOf(BoardDevice device) {
        RegionMapping region = device.mapping().regions().get(0);
        return "\t%016x\t%016x\t%016x\n"
                .formatted(region.physicalAddress(), region.physicalAddress() + region.size() - 1, 0x200);
    }

    /** driver_set_override: up to the first newline; nothing clears it. */
    private static String overrideOf(byte[] value) {
        KernelError.requireValid(value.length < 4095);
        String text = SysText.firstLine(value);
        return text.isEmpty() ? null : text;
    }

    private static SysEntry.Attribute text(Supplier<String> text) {
        return SysEntry.Attribute.readOnly(() -> bytes(text.get()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String busName(Bus bus) {
        return bus == Bus.AMBA ? "amba" : "platform";
    }

    /** The path of a device's directory below /sys. */
    static String pathOf(BoardDevice device) {
        String parent = device.parent() == null ? "devices/platform" : pathOf(device.parent());
        return parent + "/" + device.name();
    }

    private static String upToSys(BoardDevice device) {
        return "../".repeat((int) pathOf(device).chars().filter(c -> c == '/').count() + 1);
    }
}
