// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** /sys/class/vfio and /sys/devices/virtual/vfio: the groups as character devices (drivers/vfio/group.c). */
final class VfioClassDirectory {
    /** Linux takes the next free one of the dynamic majors, from 254 down; on the lab's machine it is this. */
    private static final int MAJOR = 252;

    private VfioClassDirectory() {}

    static SysEntry.Directory links(VfioCore core) {
        return new SysEntry.Directory(() -> {
            Map<String, SysEntry> links = new TreeMap<>();
            core.groups()
                    .forEach(group ->
                            links.put(group.name(), new SysEntry.Link("../../devices/virtual/vfio/" + group.name())));
            return links;
        });
    }

    static SysEntry.Directory devices(VfioCore core) {
        return new SysEntry.Directory(() -> {
            Map<String, SysEntry> devices = new TreeMap<>();
            core.groups().forEach(group -> devices.put(group.name(), device(group)));
            return devices;
        });
    }

    private static SysEntry.Directory device(VfioGroup group) {
        return SysEntry.Directory.of(Map.of(
                "dev",
                text(MAJOR + ":" + group.minor() + "\n"),
                "uevent",
                text("MAJOR=" + MAJOR + "\nMINOR=" + group.minor() + "\nDEVNAME=vfio/" + group.name() + "\n"),
                "subsystem",
                new SysEntry.Link("../../../../class/vfio")));
    }

    private static SysEntry.Attribute text(String text) {
        return SysEntry.Attribute.readOnly(() -> text.getBytes(StandardCharsets.US_ASCII));
    }
}
