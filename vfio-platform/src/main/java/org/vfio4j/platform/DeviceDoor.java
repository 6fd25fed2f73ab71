// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.dma.Dma;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IommuFd;
import org.vfio4j.vfio.IommuType;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * The way that a device was opened: through its group and a container, or by its own file and through an iommufd.
 *
 * @param device the device
 * @param file what a VM is told of when it gets the device: the group, or the device where the group is not known
 * @param stack what maps memory for it; empty without an IOMMU
 * @param reason how it was opened and why so
 * @param dma opens DMA
 * @param owner closes what the device was opened from, after the device
 */
record DeviceDoor(
        Device device, FileDescriptor file, Optional<DmaStack> stack, String reason, DmaOpener dma, Runnable owner) {
    /** Asks the kernel for what DMA needs to know. */
    interface DmaOpener {
        Dma open() throws IOException;
    }

    Dma openDma() throws IOException {
        return dma.open();
    }

    void close() {
        try {
            device.close();
        } finally {
            owner.run();
        }
    }

    /**
     * The group where there is one: every kernel with VFIO for platform devices had it, it is one file to give to a user
     * where the other way takes two, and what a driver can do is the same. The device's own file where the group cannot be
     * used.
     */
    static DeviceDoor open(LinuxSyscalls linux, HostFiles files, SysfsDevice entry) throws IOException {
        IommuGroup group = groupOf(entry);
        Optional<String> cdev = cdev(files, entry).filter(path -> files.exists(Path.of(IommuFd.PATH)));
        if (cdev.isEmpty()) {
            return throughGroup(linux, entry, group, "the group is there");
        }
        for (String needed : List.of(group.devicePath(), Container.PATH)) {
            if (!files.exists(Path.of(needed))) {
                String option = needed.equals(Container.PATH) ? "CONFIG_VFIO_CONTAINER" : "CONFIG_VFIO_GROUP";
                return throughIommufd(linux, entry, cdev.get(), "there is no " + needed + ", as without " + option);
            }
        }
        try {
            return throughGroup(linux, entry, group, "the group is there; so is IOMMUFD, for who asks for it");
        } catch (VfioException refused) {
            boolean forbidden = refused.errno() == Errno.EACCES
                    && (refused.step() == Step.OPEN_GROUP || refused.step() == Step.OPEN_CONTAINER);
            if (!forbidden) {
                throw refused;
            }
            return insteadOf(refused, linux, entry, cdev.get());
        }
    }

    /** Whoever may use neither is told of the group. */
    private static DeviceDoor insteadOf(VfioException refused, LinuxSyscalls linux, SysfsDevice entry, String cdev)
            throws IOException {
        try {
            return throughIommufd(
                    linux, entry, cdev, "this user may not open " + refused.subject() + ", but the device's own file");
        } catch (VfioException alsoRefused) {
            refused.addSuppressed(alsoRefused);
            throw refused;
        }
    }

    static DeviceDoor open(LinuxSyscalls linux, HostFiles files, SysfsDevice entry, DmaStack stack) throws IOException {
        IommuGroup group = groupOf(entry);
        if (group.noiommu() != (stack == DmaStack.NOIOMMU)) {
            throw new UnsupportedOperationException(entry.name()
                    + (group.noiommu()
                            ? " has no IOMMU, so it cannot be opened with "
                            : " is behind an IOMMU, so it is not opened with ")
                    + stack);
        }
        String reason = "it was asked for";
        return switch (stack) {
            case TYPE1 -> throughGroup(linux, entry, group, reason);
            case NOIOMMU ->
                throughGroup(linux, entry, group, reason).withPhysicalAddresses(UnconfinedDma.of(files, entry));
            case IOMMUFD -> {
                String path = cdev(files, entry)
                        .orElseThrow(() -> new UnsupportedOperationException(entry.name()
                                + " has no file of its own in /dev/vfio/devices: expected a kernel with"
                                + " CONFIG_VFIO_DEVICE_CDEV"));
                yield throughIommufd(linux, entry, path, reason);
            }
        };
    }

    private static IommuGroup groupOf(SysfsDevice entry) {
        if (entry.eligibility().state() != VfioEligibility.State.BOUND) {
            throw new IllegalStateException(entry.name() + " must be bound to a VFIO driver to be opened; it "
                    + entry.driver().map(name -> "is bound to " + name).orElse("has no driver"));
        }
        return entry.iommuGroup().orElseThrow(() -> new IllegalStateException(entry.name() + " is in no IOMMU group"));
    }

    /** The device's own file, which is named in the directory vfio-dev of it. */
    static Optional<String> cdev(HostFiles files, SysfsDevice entry) throws IOException {
        Path directory = entry.path().resolve("vfio-dev");
        List<String> names = files.isDirectory(directory) ? files.list(directory) : List.of();
        return names.stream().findFirst().map(name -> "/dev/vfio/devices/" + name);
    }

    private static DeviceDoor throughGroup(LinuxSyscalls linux, SysfsDevice entry, IommuGroup iommuGroup, String reason)
            throws IOException {
        Container container = Container.open(linux);
        boolean opened = false;
        // The container closes the group once it is attached; closing it again does nothing.
        Group group = null;
        try {
            group = Group.open(linux, iommuGroup.devicePath());
            group.attach(container);
            IommuType type = iommuType(container, iommuGroup);
            container.setIommu(type);
            DeviceDoor door = ofContainer(
                    entry,
                    container,
                    group.openDevice(entry.name()),
                    group.descriptor(),
                    type != IommuType.NOIOMMU,
                    type + " through the group " + iommuGroup.devicePath() + ": " + reason);
            opened = true;
            return door;
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

    private static DeviceDoor throughIommufd(LinuxSyscalls linux, SysfsDevice entry, String path, String reason)
            throws IOException {
        IommuFd iommufd = IommuFd.open(linux);
        boolean opened = false;
        try {
            Device device = iommufd.openDevice(path);
            Ioas ioas = iommufd.allocateIoas();
            ioas.attach(device);
            opened = true;
            return ofIommufd(linux, entry, iommufd, device, ioas, "IOMMUFD through " + path + ": " + reason);
        } finally {
            if (!opened) {
                iommufd.close();
            }
        }
    }

    /** Takes over descriptors, which are closed also if this fails. */
    static DeviceDoor taking(LinuxSyscalls linux, SysfsDevice entry, int container, int device) throws IOException {
        requireDescriptors(container, device);
        Device taken = Device.taking(linux, device, entry.name());
        boolean opened = false;
        try {
            DeviceDoor door = ofContainer(
                    entry,
                    Container.taking(linux, container),
                    taken,
                    taken.descriptor(),
                    true,
                    "TYPE1 through descriptors: they were given");
            opened = true;
            return door;
        } finally {
            if (!opened) {
                taken.close();
            }
        }
    }

    static DeviceDoor taking(LinuxSyscalls linux, SysfsDevice entry, int iommufd, int device, int ioas) {
        requireDescriptors(iommufd, device);
        IommuFd from = IommuFd.taking(linux, iommufd);
        return ofIommufd(
                linux,
                entry,
                from,
                Device.taking(linux, device, entry.name()),
                from.ioas(ioas),
                "IOMMUFD through descriptors: they were given");
    }

    private static void requireDescriptors(int owner, int device) {
        if (owner < 0 || device < 0 || owner == device) {
            throw new IllegalArgumentException(
                    "expected two descriptors of 0 or more, got " + owner + " and " + device);
        }
    }

    private static DeviceDoor ofContainer(
            SysfsDevice entry,
            Container container,
            Device device,
            FileDescriptor file,
            boolean translated,
            String reason) {
        DmaOpener dma = translated
                ? () -> Dma.of(entry.name(), container)
                : () -> {
                    throw new UnsupportedOperationException(
                            entry.name() + " has no IOMMU (" + reason + "): no memory can be mapped for it. It can take"
                                    + " physical addresses, and write to all memory then, if it is opened with NOIOMMU");
                };
        Optional<DmaStack> stack = translated ? Optional.of(DmaStack.TYPE1) : Optional.empty();
        return new DeviceDoor(device, file, stack, reason, dma, container::close);
    }

    private static DeviceDoor ofIommufd(
            LinuxSyscalls linux, SysfsDevice entry, IommuFd iommufd, Device device, Ioas ioas, String reason) {
        return new DeviceDoor(
                device,
                device.descriptor(),
                Optional.of(DmaStack.IOMMUFD),
                reason,
                () -> Dma.of(entry.name(), linux, ioas),
                iommufd::close);
    }

    /** The same with DMA that nothing confines; whoever opens it is warned. */
    private DeviceDoor withPhysicalAddresses(UnconfinedDma unconfined) {
        return new DeviceDoor(
                device,
                file,
                Optional.of(DmaStack.NOIOMMU),
                reason + "; " + unconfined.caution(),
                () -> unconfined.open(device),
                owner);
    }
}
