// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.VfioEligibility.State;

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

    private static final Path NOIOMMU_MODE = Path.of("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode");

    VfioEligibility result() throws IOException {
        List<String> vfioDrivers = vfioDrivers();
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
        if (group.isEmpty() && !hasIommu() && !isYes(NOIOMMU_MODE)) {
            return new VfioEligibility(
                    State.NO_IOMMU_GROUP,
                    "in no IOMMU group, and the mode without IOMMU is off: echo Y > " + NOIOMMU_MODE
                            + " (unsafe: the device can then reach all memory)");
        }
        Optional<String> inUse = groupInUse();
        if (inUse.isPresent()) {
            return new VfioEligibility(State.GROUP_NOT_VIABLE, inUse.get());
        }
        return new VfioEligibility(State.CAN_BIND, canBind(loaded.get()));
    }

    private List<String> vfioDrivers() {
        return bus == Bus.AMBA ? List.of("vfio-amba") : List.of("vfio-platform", VFIO_DEVTREE);
    }

    private String canBind(String vfioDriver) throws IOException {
        StringBuilder reason = new StringBuilder(driver.map(name -> "can be bound once " + name + " lets go of it")
                .orElse("can be bound"));
        if (group.isEmpty()) {
            reason.append(hasIommu() ? ", if the IOMMU of its iommus property has a driver" : ", without IOMMU");
        }
        // vfio_platform_get_reset, drivers/vfio/platform/vfio_platform_common.c; vfio-amba asks for none.
        String module = vfioDriver.replace('-', '_');
        if (bus == Bus.PLATFORM && isYes(Path.of("/sys/module", module, "parameters/reset_required"))) {
            reason.append(", if the kernel has a reset function for it or " + module + ".reset_required=0");
        }
        return reason.toString();
    }

    // On older kernels (6.12 among them) a device is added to its group when a driver is probed for the first time
    // (really_probe of
    // drivers/base/dd.c, platform_dma_configure, of_iommu_configure), so before that it has none.
    private boolean hasIommu() {
        return files.exists(device.resolve("of_node/iommus"));
    }

    // A group is viable if all its devices are VFIO's or nobody's (iommu_group_claim_dma_owner).
    private Optional<String> groupInUse() throws IOException {
        if (group.isEmpty()) {
            return Optional.empty();
        }
        Path members = PlatformBus.directoryOf(group.get()).resolve("devices");
        for (String member : files.list(members)) {
            Optional<String> user =
                    PlatformBus.lastName(files, members.resolve(member).resolve("driver"));
            boolean self = member.equals(device.getFileName().toString());
            if (!self && user.isPresent() && !user.get().startsWith("vfio-")) {
                return Optional.of("IOMMU group " + group.get().number() + " has another device in use: " + member
                        + " (driver " + user.get() + ")");
            }
        }
        return Optional.empty();
    }

    private boolean isYes(Path parameter) throws IOException {
        try {
            return new String(files.read(parameter), StandardCharsets.UTF_8)
                    .strip()
                    .equals("Y");
        } catch (NoSuchFileException absent) {
            return false;
        }
    }
}
