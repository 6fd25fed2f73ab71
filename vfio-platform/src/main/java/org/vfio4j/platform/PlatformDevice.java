// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.mapper.DeviceView;
import org.vfio4j.devtree.mapper.DevtreeInfo;
import org.vfio4j.devtree.mapper.InfoType;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DeviceInfo;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.IommuType;
import org.vfio4j.vfio.IrqInfo;
import org.vfio4j.vfio.PathInfo;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.VfioException;

/**
 * A platform device that is open, with its group and a container of its own. What the kernel says of its regions and
 * IRQs was read when it was opened.
 *
 * <p>Closing it closes device, group and container, in this order. Closing again does nothing. All methods are safe for
 * use by several threads.
 */
public final class PlatformDevice implements AutoCloseable {
    private final SysfsDevice entry;
    private final long pageSize;
    private final Container container;
    private final Device device;
    private final DeviceInfo info;
    private final List<RegionInfo> regions;
    private final List<IrqInfo> irqs;

    private PlatformDevice(SysfsDevice entry, long pageSize, Container container, Device device) throws IOException {
        this.entry = entry;
        this.pageSize = pageSize;
        this.container = container;
        this.device = device;
        this.info = device.info();
        List<RegionInfo> regionInfos = new ArrayList<>();
        for (int i = 0; i < info.regionCount(); i++) {
            regionInfos.add(device.region(i));
        }
        List<IrqInfo> irqInfos = new ArrayList<>();
        for (int i = 0; i < info.irqCount(); i++) {
            irqInfos.add(device.irq(i));
        }
        this.regions = List.copyOf(regionInfos);
        this.irqs = List.copyOf(irqInfos);
    }

    /**
     * Opens a device through its group: behind an IOMMU with type 1 version 2, or version 1 where the kernel has no
     * other, else without IOMMU.
     *
     * @param linux the kernel
     * @param entry the device, bound to a VFIO driver
     * @return the device
     * @throws IllegalStateException if the device is not bound to a VFIO driver
     * @throws IOException if the kernel refuses ({@link VfioException}), or answers what cannot be; nothing stays open
     */
    public static PlatformDevice open(LinuxSyscalls linux, SysfsDevice entry) throws IOException {
        if (entry.eligibility().state() != VfioEligibility.State.BOUND) {
            throw new IllegalStateException(entry.name() + " must be bound to a VFIO driver to be opened; it "
                    + entry.driver().map(name -> "is bound to " + name).orElse("has no driver"));
        }
        IommuGroup iommuGroup =
                entry.iommuGroup().orElseThrow(() -> new IllegalStateException(entry.name() + " is in no IOMMU group"));
        Container container = Container.open(linux);
        boolean opened = false;
        // The container closes the group once it is attached; closing it again does nothing.
        Group group = null;
        try {
            group = Group.open(linux, iommuGroup.devicePath());
            group.attach(container);
            container.setIommu(iommuType(container, iommuGroup));
            PlatformDevice device =
                    new PlatformDevice(entry, linux.pageSize(), container, group.openDevice(entry.name()));
            opened = true;
            return device;
        } finally {
            if (!opened) {
                closeBoth(container, group);
            }
        }
    }

    private static void closeBoth(Container container, Group group) {
        try {
            if (group != null) {
                group.close();
            }
        } finally {
            container.close();
        }
    }

    private static IommuType iommuType(Container container, IommuGroup group) throws VfioException {
        if (group.noiommu()) {
            return IommuType.NOIOMMU;
        }
        return container.hasExtension(IommuType.TYPE1_V2.extension()) ? IommuType.TYPE1_V2 : IommuType.TYPE1;
    }

    /** {@return what sysfs said of the device} */
    public SysfsDevice entry() {
        return entry;
    }

    /** {@return what the kernel says of the device} */
    public DeviceInfo info() {
        return info;
    }

    /** {@return the regions, by index} */
    public List<RegionInfo> regions() {
        return regions;
    }

    /** {@return the IRQs, by index} */
    public List<IrqInfo> irqs() {
        return irqs;
    }

    /** {@return the VFIO device} */
    public Device device() {
        return device;
    }

    /** {@return the container, for DMA; it is the device's alone} */
    public Container container() {
        return container;
    }

    /** {@return the kernel's page size in bytes, a power of two} */
    public long pageSize() {
        return pageSize;
    }

    /** {@return what a predicted mapping is verified against} */
    public DeviceView view() {
        return new DeviceView(
                Optional.of(entry.name()),
                pageSize,
                regions.stream()
                        .map(region -> new DeviceView.RegionView(region.size(), region.isMappable()))
                        .toList(),
                irqs.stream()
                        .map(irq -> new DeviceView.IrqView(irq.isAutomasked()))
                        .toList());
    }

    /**
     * Asks the kernel for the node of each region and IRQ, with VFIO_DEVICE_GET_DEVTREE_INFO of the proposal. No mainline
     * kernel has that ioctl, so this is for a caller who knows, or asked for it.
     *
     * @return the answers, regions before IRQs; empty if the kernel does not know the ioctl or there is nothing to ask
     * @throws IOException if the kernel refuses otherwise, or answers what cannot be
     */
    public Optional<List<DevtreeInfo>> devtreeInfo() throws IOException {
        List<DevtreeInfo> answers = new ArrayList<>();
        try {
            for (RegionInfo region : regions) {
                PathInfo path = device.devtreeInfo(PathInfo.Type.REGION, region.index());
                answers.add(
                        new DevtreeInfo(InfoType.REGION, region.index(), path.isRanges(), path.start(), path.path()));
            }
            for (IrqInfo irq : irqs) {
                PathInfo path = device.devtreeInfo(PathInfo.Type.IRQ, irq.index());
                answers.add(new DevtreeInfo(InfoType.IRQ, irq.index(), path.isRanges(), path.start(), path.path()));
            }
        } catch (VfioException refused) {
            if (refused.errno() == Errno.ENOTTY && answers.isEmpty()) {
                return Optional.empty();
            }
            throw refused;
        }
        return answers.isEmpty() ? Optional.empty() : Optional.of(answers);
    }

    /** Closes the device, its group and its container. Closing again does nothing. */
    @Override
    public void close() {
        container.close();
    }
}
