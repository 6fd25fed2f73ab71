// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.devtree.fdt.FdtWriter;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** The tree of files: /sys, /proc, /dev and /run, as far as VFIO and device trees need them. */
final class RootDirectory {
    private RootDirectory() {}

    static SysEntry.Directory of(Kernel kernel) {
        return SysEntry.Directory.of(Map.of(
                "sys", sys(kernel),
                "proc", ProcDirectory.of(kernel),
                "lib", SysEntry.Directory.of(Map.of("modules", ModulesDirectory.of(kernel.config()))),
                "dev", SysEntry.Directory.of(dev(kernel)),
                "run", kernel.run().entry()));
    }

    private static Map<String, SysEntry> dev(Kernel kernel) {
        SysEntry.Directory vfio = new SysEntry.Directory(() -> deviceNodes(kernel));
        Map<String, SysEntry> entries = new TreeMap<>();
        entries.put("vfio", vfio);
        if (kernel.config().iommufd()) {
            entries.put("iommu", SysEntry.Device.IOMMUFD);
        }
        if (kernel.config().kvm()) {
            entries.put("kvm", SysEntry.Device.KVM);
        }
        return entries;
    }

    private static SysEntry.Directory sys(Kernel kernel) {
        return SysEntry.Directory.of(Map.of(
                "bus",
                SysEntry.Directory.of(Map.of(
                        "platform", BusDirectory.of(kernel.drivers(), Bus.PLATFORM),
                        "amba", BusDirectory.of(kernel.drivers(), Bus.AMBA))),
                "class",
                SysEntry.Directory.of(Map.of(
                        "iommu", IommuClassDirectory.links(kernel),
                        "vfio", VfioClassDirectory.links(kernel.vfio()),
                        "vfio-dev", VfioDeviceDirectory.ofClass(kernel.vfio()))),
                "devices",
                SysEntry.Directory.of(Map.of(
                        "platform",
                        DeviceDirectory.platformRoot(kernel.drivers()),
                        "virtual",
                        SysEntry.Directory.of(Map.of("vfio", VfioClassDirectory.devices(kernel.vfio()))))),
                "firmware",
                firmware(kernel),
                "kernel",
                SysEntry.Directory.of(Map.of(
                        "iommu_groups", IommuGroupDirectory.all(kernel.iommuGroups(), kernel.process()),
                        "mm", MemoryFiles.mm(kernel.hugePages()))),
                "module",
                ParameterFiles.modules(
                        kernel.parameters(),
                        kernel.config().vfioDevtree(),
                        kernel.config().iommufd())));
    }

    private static SysEntry.Directory firmware(Kernel kernel) {
        return SysEntry.Directory.of(Map.of(
                "fdt",
                new SysEntry.Attribute(() -> FdtWriter.write(kernel.tree()), null, true),
                "devicetree",
                SysEntry.Directory.of(
                        Map.of("base", NodeDirectory.of(kernel.tree().root())))));
    }

    private static Map<String, SysEntry> deviceNodes(Kernel kernel) {
        Map<String, SysEntry> nodes = new TreeMap<>();
        nodes.put("vfio", SysEntry.Device.CONTAINER);
        kernel.vfio().groups().forEach(group -> nodes.put(group.name(), SysEntry.Device.GROUP_OR_DEVICE));
        Map<String, SysEntry> devices = new TreeMap<>();
        kernel.vfio().devices().stream()
                .filter(VfioDevice::hasCdev)
                .forEach(device -> devices.put(device.cdevName(), SysEntry.Device.GROUP_OR_DEVICE));
        // devtmpfs has a directory as long as something is in it.
        if (!devices.isEmpty()) {
            nodes.put("devices", SysEntry.Directory.of(devices));
        }
        return nodes;
    }
}
