// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** /sys/kernel/iommu_groups. */
final class IommuGroupDirectory {
    private IommuGroupDirectory() {}

    static SysEntry.Directory all(IommuGroups groups) {
        return new SysEntry.Directory(() -> {
            Map<String, SysEntry> entries = new TreeMap<>();
            for (IommuGroup group : groups.all()) {
                entries.put(Integer.toString(group.id()), new SysEntry.Directory(() -> entries(group)));
            }
            return entries;
        });
    }

    private static Map<String, SysEntry> entries(IommuGroup group) {
        Map<String, SysEntry> entries = new TreeMap<>();
        entries.put("devices", new SysEntry.Directory(() -> members(group)));
        // Only a group that was given a name has this file.
        if (group.isNoiommu()) {
            byte[] name = (IommuGroup.NOIOMMU_NAME + "\n").getBytes(StandardCharsets.US_ASCII);
            entries.put("name", SysEntry.Attribute.readOnly(name::clone));
        }
        return entries;
    }

    private static Map<String, SysEntry> members(IommuGroup group) {
        Map<String, SysEntry> links = new TreeMap<>();
        for (BoardDevice device : group.members()) {
            links.put(device.name(), new SysEntry.Link("../../../../" + DeviceDirectory.pathOf(device)));
        }
        return links;
    }
}
