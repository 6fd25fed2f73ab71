// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What a device has in sysfs while it is on a VFIO driver: {@code vfio-dev/vfioN}, and the class of the same name. */
final class VfioDeviceDirectory {
    /** A major number as alloc_chrdev_region gives them. */
    private static final int MAJOR = 511;

    private VfioDeviceDirectory() {}

    /** {@code vfio-dev} of a device; {@code path} is the device's below /sys. */
    static SysEntry.Directory of(VfioDevice device, String path) {
        return SysEntry.Directory.of(Map.of(device.cdevName(), new SysEntry.Directory(() -> entries(device, path))));
    }

    private static Map<String, SysEntry> entries(VfioDevice device, String path) {
        Map<String, SysEntry> entries = new TreeMap<>();
        String up = "../".repeat((int) path.chars().filter(c -> c == '/').count() + 3);
        entries.put("device", new SysEntry.Link("../../../" + device.name()));
        entries.put("subsystem", new SysEntry.Link(up + "class/vfio-dev"));
        if (device.hasCdev()) {
            String number = MAJOR + ":" + device.index() + "\n";
            entries.put("dev", text(number));
            entries.put(
                    "uevent",
                    text("MAJOR=" + MAJOR + "\nMINOR=" + device.index() + "\nDEVNAME=vfio/devices/" + device.cdevName()
                            + "\n"));
        } else {
            entries.put("uevent", text(""));
        }
        return entries;
    }

    /** /sys/class/vfio-dev. */
    static SysEntry.Directory ofClass(VfioCore core) {
        return new SysEntry.Directory(() -> {
            Map<String, SysEntry> links = new TreeMap<>();
            core.devices()
                    .forEach(device -> links.put(
                            device.cdevName(),
                            new SysEntry.Link("../../" + DeviceDirectory.pathOf(device.boardDevice()) + "/vfio-dev/"
                                    + device.cdevName())));
            return links;
        });
    }

    private static SysEntry.Attribute text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return SysEntry.Attribute.readOnly(bytes::clone);
    }
}
