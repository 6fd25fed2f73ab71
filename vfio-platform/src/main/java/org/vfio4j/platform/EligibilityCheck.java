// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.VfioEligibility.State;
import org.vfio4j.platform.host.ModuleParameter;

/** Finds out whether VFIO can have a device: what probe and open of the vfio drivers ask for, read from sysfs. */
record EligibilityCheck(
        HostFiles files,
        Bus bus,
        Path device,
        Optional<String> node,
        Optional<String> driver,
        Optional<IommuGroup> group) {
    /** The module of {@code integration-tests/lab/module}, which answers VFIO_DEVICE_GET_DEVTREE_INFO. */
    static final String VFIO_DEVTREE = "vfio-devtree";

    VfioEligibility result() throws IOException {
        List<String> vfioDrivers = vfioDrivers(bus);
        if (driver.isPresent() && vfioDrivers.contains(driver.get())) {
            String but =
                    groupInUse().map(use -> ", but it cannot be opened: " + use).orElse("");
            return new VfioEligibility(State.BOUND, "bound to " + driver.get() + but);
        }
        if (node.isEmpty()) {
            return new VfioEligibility(
                    State.NO_DEVICE_TREE_NODE, "no device-tree node: it comes from ACPI or from code of the kernel");
        }
        Path drivers = PlatformBus.directoryOf(bus).resolve("drivers");
        Optional<String> loaded = vfioDrivers.stream()
                .filter(name -> files.isDirectory(drivers.resolve(name)))
                .findFirst();
        if (loaded.isEmpty()) {
            String usual = vfioDrivers.get(0);
            return new VfioEligibility(
                    State.NO_VFIO_DRIVER,
                    "the kernel has no driver " + usual + " loaded: modprobe " + usual + " (CONFIG_VFIO_"
                            + (bus == Bus.AMBA ? "AMBA" : "PLATFORM") + ")");
        }
        if (group.isEmpty() && !hasIommu() && !ModuleParameter.NOIOMMU_MODE.isOn(files)) {
            return new VfioEligibility(
                    State.NO_IOMMU_GROUP,
                    "in no IOMMU group, and the mode without IOMMU is off: echo Y > "
                            + ModuleParameter.NOIOMMU_MODE.path() + " (unsafe: the device can then reach all memory)");
        }
        Optional<String> inUse = groupInUse();
        if (inUse.isPresent()) {
            return new VfioEligibility(State.GROUP_NOT_VIABLE, inUse.get());
        }
        return new VfioEligibility(State.CAN_BIND, canBind(loaded.get()));
    }

    /** The VFIO drivers of a bus, the usual one first. */
    static List<String> vfioDrivers(Bus bus) {
        return bus == Bus.AMBA ? List.of("vfio-amba") : List.of("vfio-platform", VFIO_DEVTREE);
    }

    private String canBind(String vfioDriver) throws IOException {
        StringBuilder reason = new StringBuilder(driver.map(name -> "can be bound once " + name + " lets go of it")
                .orElse("can be bound"));
        if (group.isEmpty()) {
            reason.append(hasIommu() ? ", if the IOMMU of its iommus property has a driver" : ", without IOMMU");
        }
        // vfio_platform_get_reset, drivers/vfio/platform/vfio_platform_common.c; vfio-amba asks for none.
        ModuleParameter resetRequired = ModuleParameter.resetRequired(vfioDriver);
        if (bus == Bus.PLATFORM && resetRequired.isOn(files)) {
            reason.append(", if the kernel has a reset function for it or " + resetRequired.option() + "=0");
        }
        return reason.toString();
    }

    // On older kernels (6.12 among them) a device is added to its group when a driver is probed for the first time
    // (really_probe of
    // drivers/base/dd.c, platform_dma_configure, of_iommu_configure), so before that it has none.
    private boolean hasIommu() {
        return files.exists(device.resolve("of_node/iommus"));
    }

    private Optional<String> groupInUse() throws IOException {
        if (group.isEmpty()) {
            return Optional.empty();
        }
        for (GroupMember member : GroupMember.of(files, group.get())) {
            if (member.isInTheWay()
                    && !member.name().equals(device.getFileName().toString())) {
                return Optional.of("IOMMU group " + group.get().number() + " has another device in use: "
                        + member.name() + " (driver " + member.driver().orElseThrow() + ")");
            }
        }
        return Optional.empty();
    }
}
