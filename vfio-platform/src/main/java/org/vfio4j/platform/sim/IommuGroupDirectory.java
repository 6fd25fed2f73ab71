// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** /sys/kernel/iommu_groups. */
final class IommuGroupDirectory {
    private IommuGroupDirectory() {}

    static SysEntry.Directory all(IommuGroups groups, CallingProcess process) {
        return new SysEntry.Directory(() -> {
            Map<String, SysEntry> entries = new TreeMap<>();
            for (IommuGroup group : groups.all()) {
                entries.put(Integer.toString(group.id()), new SysEntry.Directory(() -> entries(group, process)));
            }
            return entries;
        });
    }

    private static Map<String, SysEntry> entries(IommuGroup group, CallingProcess process) {
        Map<String, SysEntry> entries = new TreeMap<>();
        entries.put("devices", new SysEntry.Directory(() -> members(group)));
        entries.put("reserved_regions", SysEntry.Attribute.readOnly(() -> text(reservedRegions(group))));
        entries.put(
                "type",
                new SysEntry.Attribute(
                        () -> text(group.domainType() + "\n"),
                        value -> group.setDomainType(SysText.firstLine(value), process),
                        false));
        // Only a group that was given a name has this file.
        if (group.isNoiommu()) {
            entries.put("name", SysEntry.Attribute.readOnly(() -> text(IommuGroup.NOIOMMU_NAME + "\n")));
        }
        return entries;
    }

    /** Between the ranges that a user may map is the window of message-signalled interrupts. */
    private static String reservedRegions(IommuGroup group) {
        long first = Type1Capabilities.IOVA_RANGES.get(0)[1] + 1;
        long last = Type1Capabilities.IOVA_RANGES.get(1)[0] - 1;
        return group.isNoiommu() ? "" : "0x%016x 0x%016x msi\n".formatted(first, last);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Map<String, SysEntry> members(IommuGroup group) {
        Map<String, SysEntry> links = new TreeMap<>();
        for (BoardDevice device : group.members()) {
            links.put(device.name(), new SysEntry.Link("../../../../" + DeviceDirectory.pathOf(device)));
        }
        return links;
    }
}
