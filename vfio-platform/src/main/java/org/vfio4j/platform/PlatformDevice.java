// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.mapper.DeviceView;
import org.vfio4j.devtree.mapper.DevtreeInfo;
import org.vfio4j.devtree.mapper.RegionSource;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.dma.Dma;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.irq.Interrupts;
import org.vfio4j.platform.irq.Polling;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegionFlag;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DeviceInfo;
import org.vfio4j.vfio.IrqInfo;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * A platform device that is open, with its group and a container of its own, or with an iommufd. What the kernel says of
 * its regions and IRQs was read when it was opened.
 *
 * <p>Closing it closes its interrupts, DMA buffers, regions, device, group and container, in this order. Closing again
 * does nothing. All methods are safe for use by several threads.
 */
public final class PlatformDevice implements AutoCloseable {
    private final HostFiles files;
    private final SysfsDevice entry;
    private final long pageSize;
    private final DeviceDoor door;
    private final Device device;
    private final DeviceInfo info;
    private final List<RegionInfo> regions;
    private final List<IrqInfo> irqs;
    private final OpenRegions open;
    private final Interrupts interrupts;
    private final ResetListeners resetListeners = new ResetListeners();
    private Inspection inspection;
    private Dma dma;
    private boolean closed;

    private PlatformDevice(HostFiles files, SysfsDevice entry, long pageSize, DeviceDoor door) throws IOException {
        this.files = files;
        this.entry = entry;
        this.open = new OpenRegions(entry.name());
        this.pageSize = pageSize;
        this.door = door;
        this.device = door.device();
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
        this.interrupts = new Interrupts(device, irqs);
    }

    /**
     * Opens a device by its name.
     *
     * <pre>{@code
     * try (PlatformDevice uart = PlatformDevice.open(linux, files, "9000000.pl011")) {
     *     Region registers = uart.region(0);
     * }
     * }</pre>
     *
     * @param linux the kernel
     * @param files the machine's files
     * @param device what {@link PlatformBus#find} takes: a name, a path or an alias
     * @return the device
     * @throws DeviceLookupException if there is none, or more than one
     * @throws IllegalStateException if the device is not bound to a VFIO driver
     * @throws IOException if the kernel refuses ({@link VfioException}), or answers what cannot be; nothing stays open
     */
    public static PlatformDevice open(LinuxSyscalls linux, HostFiles files, String device) throws IOException {
        return open(linux, files, new PlatformBus(files).find(device));
    }

    /**
     * Opens a device through its group: behind an IOMMU with type 1 version 2, or version 1 where the kernel has no
     * other, else without IOMMU. Where the kernel has no groups or no containers (CONFIG_VFIO_GROUP and
     * CONFIG_VFIO_CONTAINER of Linux 6.6), or this user may not open them (EACCES), it is opened by its own file and
     * through an iommufd, if that can be done. {@link #stackReason} says which it was.
     *
     * <p>The group comes first as it is on every kernel, is one file to give to a user where the other way takes two, and
     * gives a driver the same. Reasons to ask for {@link DmaStack#IOMMUFD}: more than 65535 mappings, and memory that is
     * locked once for several address spaces.
     *
     * @param linux the kernel
     * @param files the machine's files, for what its device tree says of the device
     * @param entry the device, bound to a VFIO driver
     * @return the device
     * @throws IllegalStateException if the device is not bound to a VFIO driver
     * @throws IOException if the kernel refuses ({@link VfioException}), or answers what cannot be; nothing stays open
     */
    public static PlatformDevice open(LinuxSyscalls linux, HostFiles files, SysfsDevice entry) throws IOException {
        return of(files, entry, linux, DeviceDoor.open(linux, files, entry));
    }

    /**
     * Opens a device in one of the ways that there are.
     *
     * @param linux the kernel
     * @param files the machine's files, for what its device tree says of the device
     * @param entry the device, bound to a VFIO driver
     * @param stack through its group and a container, or by its own file and through an iommufd; with {@link
     *     DmaStack#NOIOMMU} a device without an IOMMU gets DMA that nothing confines
     * @return the device
     * @throws IllegalStateException if the device is not bound to a VFIO driver
     * @throws UnsupportedOperationException if it has no IOMMU, or has one with {@link DmaStack#NOIOMMU}, or for {@link
     *     DmaStack#IOMMUFD} no file of its own
     * @throws IOException if the kernel refuses ({@link VfioException}), or answers what cannot be; nothing stays open
     */
    public static PlatformDevice open(LinuxSyscalls linux, HostFiles files, SysfsDevice entry, DmaStack stack)
            throws IOException {
        return of(files, entry, linux, DeviceDoor.open(linux, files, entry, stack));
    }

    /**
     * Takes over descriptors that a process with more rights opened: a device of a group, and the container of the group
     * with a backend of type1 chosen. They are closed with the device, and also if this fails. The descriptor of the group
     * is not needed any more.
     *
     * @param linux the kernel
     * @param files the machine's files, for what its device tree says of the device
     * @param entry the device
     * @param container descriptor of the container, 0 or more
     * @param device descriptor of the device, 0 or more
     * @return the device
     * @throws IOException if the kernel refuses ({@link VfioException}), or answers what cannot be
     */
    public static PlatformDevice ofDescriptors(
            LinuxSyscalls linux, HostFiles files, SysfsDevice entry, int container, int device) throws IOException {
        return of(files, entry, linux, DeviceDoor.taking(linux, entry, container, device));
    }

    /**
     * Takes over descriptors that a process with more rights opened: a device by its own file, bound to an iommufd and
     * attached to an IO address space of it. They are closed with the device, and also if this fails.
     *
     * @param linux the kernel
     * @param files the machine's files, for what its device tree says of the device
     * @param entry the device
     * @param iommufd descriptor of the iommufd, 0 or more
     * @param device descriptor of the device, 0 or more
     * @param ioas id of the IO address space
     * @return the device
     * @throws IOException if the kernel refuses ({@link VfioException}), or answers what cannot be
     */
    public static PlatformDevice ofDescriptors(
            LinuxSyscalls linux, HostFiles files, SysfsDevice entry, int iommufd, int device, int ioas)
            throws IOException {
        return of(files, entry, linux, DeviceDoor.taking(linux, entry, iommufd, device, ioas));
    }

    private static PlatformDevice of(HostFiles files, SysfsDevice entry, LinuxSyscalls linux, DeviceDoor door)
            throws IOException {
        boolean opened = false;
        try {
            PlatformDevice device = new PlatformDevice(files, entry, linux.pageSize(), door);
            opened = true;
            return device;
        } finally {
            if (!opened) {
                door.close();
            }
        }
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

    /**
     * The file that KVM is told of when a guest gets the device (KVM_DEV_VFIO_FILE_ADD): that of its group, or its own if
     * it was opened by that, or by a descriptor without the group's. KVM takes a device's own file since Linux 6.6.
     *
     * @return the descriptor; it must not be closed
     */
    public FileDescriptor kvmFile() {
        return door.file();
    }

    /**
     * Which part of the kernel maps memory for the device.
     *
     * @return the stack; {@link DmaStack#NOIOMMU} only if that was asked for, else empty if the device has no IOMMU
     */
    public Optional<DmaStack> stack() {
        return door.stack();
    }

    /** {@return how the device was opened and why so, in words} */
    public String stackReason() {
        return door.reason();
    }

    /**
     * DMA of the device. It is the device's: everybody gets the same object, and closing the device closes it. The first
     * call for a device without an IOMMU logs a warning, see {@link DmaStack#NOIOMMU}.
     *
     * @return what allocates and maps memory
     * @throws UnsupportedOperationException if the device has no IOMMU, and was not opened with {@link DmaStack#NOIOMMU}
     * @throws IllegalStateException if the device is closed
     * @throws IOException if the kernel does not say where memory can be mapped
     */
    public Dma dma() throws IOException {
        synchronized (door) {
            if (closed) {
                throw new IllegalStateException("the device " + entry.name() + " is closed");
            }
            if (dma == null) {
                dma = door.openDma();
            }
            return dma;
        }
    }

    private void closeDma() {
        Dma opened;
        synchronized (door) {
            closed = true;
            opened = dma;
        }
        if (opened != null) {
            opened.close();
        }
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
        return DevtreeInfoQuery.ask(device, info);
    }

    /**
     * What the device tree says of the regions and IRQs, compared with the device. The tree is read at the first call.
     *
     * @return the inspection, under the policy of the driver
     * @throws DeviceLookupException if the device has no device-tree node
     * @throws IOException if the live tree cannot be read
     */
    public Inspection inspection() throws IOException {
        synchronized (open) {
            if (inspection == null) {
                inspection = newInspection().run(this);
            }
            return inspection;
        }
    }

    private DeviceInspection newInspection() {
        return new DeviceInspection(device.descriptor()::linux, files, entry, InspectionRequest.of(entry.policy()));
    }

    /**
     * The device's node, for what a driver has to know of it, such as its clocks. The tree of the running kernel is read
     * at each call.
     *
     * @return the node, in its tree
     * @throws DeviceLookupException if the device has no device-tree node
     * @throws IOException if the live tree cannot be read
     */
    public Node node() throws IOException {
        return newInspection().node();
    }

    /**
     * Opens a region, see {@link #region(int, Access)}.
     *
     * @param index which, from 0
     * @return the region, mapped if it can be, else trapped
     * @throws IndexOutOfBoundsException if there is none of this index
     * @throws UnsupportedOperationException if the kernel gives no access to it
     * @throws IOException if the kernel refuses, or the live tree cannot be read
     */
    public Region region(int index) throws IOException {
        return region(index, Access.AUTOMATIC);
    }

    /**
     * Opens a region. It is the device's: whoever asks for it again gets the same object, unless it was closed meanwhile,
     * and closing the device closes it.
     *
     * <p>The index is the kernel's, so this works also where device and tree disagree. Of the tree only the byte order and
     * the reasons in {@link Region#access} are taken; a device without a node is little-endian.
     *
     * @param index which, from 0
     * @param access how its registers are to be reached
     * @return the region
     * @throws IndexOutOfBoundsException if there is none of this index
     * @throws UnsupportedOperationException if it cannot be reached as wanted; the message says why
     * @throws IOException if the kernel refuses, or the live tree cannot be read
     */
    public Region region(int index, Access access) throws IOException {
        RegionInfo region = regions.get(Objects.checkIndex(index, regions.size()));
        Objects.requireNonNull(access, "access");
        synchronized (open) {
            return open.get(index, access, () -> {
                if (entry.node().isEmpty()) {
                    RegionAccess possible =
                            RegionAccess.of(region.size(), RegionFlag.of(region.flags()), Optional.empty(), pageSize);
                    return Region.open(device.descriptor(), region, ByteOrder.LITTLE_ENDIAN, possible, access);
                }
                Inspection known = inspection();
                RegionAccess possible = known.regions().get(index).access();
                return Region.open(device.descriptor(), region, known.byteOrder(), possible, access);
            });
        }
    }

    /**
     * Opens a region by its name in {@code reg-names}.
     *
     * @param name the name
     * @return the region, as {@link #region(int)} opens it
     * @throws IllegalArgumentException if no region has the name; the message has those that are there
     * @throws MappingMismatchException if device and tree disagree, so that no region has a name
     * @throws IOException if the kernel refuses, or the live tree cannot be read
     */
    public Region region(String name) throws IOException {
        return region(MappingLookup.region(inspection(), name));
    }

    /**
     * Opens a region by the property that it comes from.
     *
     * @param node path of the node
     * @param property the property
     * @param entry index of the entry in the property
     * @return the region, as {@link #region(int)} opens it
     * @throws IllegalArgumentException if no region comes from there; the message says which ones are there
     * @throws MappingMismatchException if device and tree disagree
     * @throws IOException if the kernel refuses, or the live tree cannot be read
     */
    public Region region(String node, RegionSource property, int entry) throws IOException {
        return region(MappingLookup.region(inspection(), node, property, entry));
    }

    /**
     * Opens an interrupt, see {@link #interrupt(int, Polling)}.
     *
     * @param index which, from 0
     * @return the interrupt
     * @throws IndexOutOfBoundsException if there is none of this index
     * @throws VfioException if the kernel refuses; at {@link Step#REQUEST_IRQ} another driver has the line
     */
    public Interrupt interrupt(int index) throws VfioException {
        return interrupts.open(index, Optional.empty());
    }

    /**
     * Opens an interrupt: enables it, and unmasks it if it is level-triggered. It is the device's: whoever asks for it
     * again gets the same object, unless it was closed meanwhile, and closing the device closes it.
     *
     * @param index which, from 0
     * @param polling how to look at the device if Linux could not request the line
     * @return the interrupt; {@link Interrupt#pollingReason} says whether and why it is polled
     * @throws IndexOutOfBoundsException if there is none of this index
     * @throws VfioException if the kernel refuses anything else
     */
    public Interrupt interrupt(int index, Polling polling) throws VfioException {
        return interrupts.open(index, Optional.of(polling));
    }

    /**
     * The index of the interrupt with a name in {@code interrupt-names}.
     *
     * @param name the name
     * @return the index, for {@link #interrupt(int)}
     * @throws IllegalArgumentException if no interrupt has the name; the message has those that are there
     * @throws MappingMismatchException if device and tree disagree, so that no interrupt has a name
     * @throws IOException if the live tree cannot be read
     */
    public int interruptIndex(String name) throws IOException {
        return MappingLookup.interrupt(inspection(), name);
    }

    /**
     * The index of the interrupt that an entry of {@code interrupts} or {@code interrupts-extended} is.
     *
     * @param node path of the node
     * @param entry index of the interrupt in the node
     * @return the index, for {@link #interrupt(int)}
     * @throws IllegalArgumentException if no interrupt comes from there; the message says which ones are there
     * @throws MappingMismatchException if device and tree disagree
     * @throws IOException if the live tree cannot be read
     */
    public int interruptIndex(String node, int entry) throws IOException {
        return MappingLookup.interrupt(inspection(), node, entry);
    }

    /**
     * Opens an interrupt by its name in {@code interrupt-names}, see {@link #interruptIndex(String)}.
     *
     * @param name the name
     * @return the interrupt, as {@link #interrupt(int)} opens it
     * @throws IOException if the kernel refuses, or the live tree cannot be read
     */
    public Interrupt interrupt(String name) throws IOException {
        return interrupt(interruptIndex(name));
    }

    /**
     * Resets the device with the reset function that its VFIO driver has for it (VFIO_DEVICE_RESET). The kernel also does
     * so when the device is opened and closed. Regions, interrupts and DMA buffers stay open; what the device does with
     * its registers is in its data sheet.
     *
     * @throws VfioException if there is no reset function, see {@link DeviceInfo#canReset}, or it fails
     * @throws IOException if a listener fails, see {@link #onReset}
     */
    public void reset() throws IOException {
        device.reset();
        resetListeners.run();
    }

    /**
     * Has something done after each reset with {@link #reset}. Listeners are called in the order in which they were added,
     * by the thread that resets, each also if one before it fails.
     *
     * @param listener what is to be done
     */
    public void onReset(ResetListener listener) {
        resetListeners.add(listener);
    }

    /**
     * Closes the interrupts, the DMA buffers, the regions, the device, and its group and container or its iommufd. It
     * waits for a handler that runs in another thread, see {@link Interrupt#close}. Closing again does nothing.
     *
     * <p>A device without an IOMMU must be stopped before: what it still writes is memory of the kernel then.
     */
    @Override
    public void close() {
        try {
            interrupts.close();
        } finally {
            try {
                closeDma();
            } finally {
                try {
                    open.close();
                } finally {
                    closeDoor();
                }
            }
        }
    }

    /** Memory that nothing keeps the device off goes back to the kernel after the device has. */
    private void closeDoor() {
        try {
            door.close();
        } finally {
            closeDma();
        }
    }
}
