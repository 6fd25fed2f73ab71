// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * The platform and the AMBA bus of a machine: lists and finds devices, and gives them to VFIO and back. Reads sysfs at each
 * call; loads nothing native.
 */
public final class PlatformBus {
    private static final Path GROUPS = Path.of("/sys/kernel/iommu_groups");

    private static final Path RECORDS = Path.of("/run/vfio4j");

    private final HostFiles files;
    private final Path records;

    /**
     * The buses of a machine. Former drivers are recorded in {@code /run/vfio4j}.
     *
     * @param files the machine's files
     */
    public PlatformBus(HostFiles files) {
        this(files, RECORDS);
    }

    /**
     * The buses of a machine.
     *
     * @param files the machine's files
     * @param records directory of the records of former drivers, created when needed. It should be empty at each boot, as
     *     {@code /run} is, and the same for all processes
     */
    public PlatformBus(HostFiles files, Path records) {
        this.files = files;
        this.records = records;
    }

    /**
     * The devices of both buses. One that goes away meanwhile is left out.
     *
     * @return the devices, platform before AMBA, each by name
     * @throws IOException if sysfs cannot be read
     */
    public List<SysfsDevice> list() throws IOException {
        List<SysfsDevice> devices = new ArrayList<>();
        for (Bus bus : Bus.values()) {
            // A kernel without CONFIG_ARM_AMBA has no such bus; one without the platform bus has no sysfs mounted.
            if (bus == Bus.PLATFORM || files.isDirectory(devicesOf(bus))) {
                for (String name : files.list(devicesOf(bus))) {
                    describe(bus, name).ifPresent(devices::add);
                }
            }
        }
        return devices;
    }

    /**
     * Finds a device.
     *
     * @param device a device name ({@code ffe220000.sata}), a device-tree path or alias ({@code
     *     /soc@ffe000000/sata@220000}, {@code serial0}), or an absolute path of either below {@code /sys} or {@code
     *     /proc/device-tree}
     * @return the device
     * @throws DeviceLookupException if there is none, or more than one
     * @throws IOException if sysfs cannot be read
     */
    public SysfsDevice find(String device) throws IOException {
        return new DeviceLookup(this, files).find(device);
    }

    /**
     * The devices of an IOMMU group, on whatever bus.
     *
     * @param group the group
     * @return the devices by name
     * @throws IOException if sysfs cannot be read, as if the group is gone
     */
    public List<GroupMember> members(IommuGroup group) throws IOException {
        return GroupMember.of(files, group);
    }

    /**
     * Reads the device tree of the running kernel.
     *
     * @return the tree
     * @throws IOException if it cannot be read: a machine with ACPI has none
     */
    public LiveTree deviceTree() throws IOException {
        return MachineTree.read(files);
    }

    /**
     * Gives a device to the usual VFIO driver of its bus, see {@link #bind(SysfsDevice, BindOptions)}.
     *
     * @param device the device
     * @return what gives it back
     * @throws BindingException if it was not tried, or the kernel did not do what it reported
     * @throws VfioException if the kernel refuses
     * @throws IOException if sysfs cannot be read
     */
    public Binding bind(SysfsDevice device) throws IOException {
        return bind(device, BindOptions.USUAL);
    }

    /**
     * Gives a device to a VFIO driver, and takes it from the driver that it has. What it had before is recorded in a file
     * first. If a step fails, the device is given back, and the exception says which step; if that fails too, the second
     * exception is suppressed in the first, and the record stays for {@link #unbind}.
     *
     * <p>A device that the driver has already stays so; only a binding that a process left behind when it ended is taken
     * over, and closing gives the device back to who had it before that.
     *
     * @param device the device
     * @param options which driver, and whether also if others need the device
     * @return what gives it back
     * @throws IllegalArgumentException if the driver is not a VFIO driver of the device's bus
     * @throws BindingException if it was not tried, or the kernel did not do what it reported
     * @throws VfioException if the kernel refuses
     * @throws IOException if sysfs cannot be read
     */
    public Binding bind(SysfsDevice device, BindOptions options) throws IOException {
        return binder(device).bind(options);
    }

    /**
     * Gives a device back to the driver that it had before a {@link #bind}: one of a process that ended or called {@link
     * Binding#detach}, or of this process.
     *
     * @param device the device
     * @return the device as it is now
     * @throws BindingException if nothing is recorded of it, or a process owns or uses it
     * @throws VfioException if the kernel refuses; the record stays, so that it can be tried again
     * @throws IOException if sysfs cannot be read
     */
    public SysfsDevice unbind(SysfsDevice device) throws IOException {
        binder(device).unbind();
        return now(device);
    }

    private Binder binder(SysfsDevice device) throws IOException {
        SysfsDevice now = now(device);
        return new Binder(this, now, new DriverFiles(files, now), new BindingRecords(files, records, now));
    }

    /** The device as sysfs shows it now. */
    SysfsDevice now(SysfsDevice device) throws IOException {
        try {
            return describe(device.bus(), device.name())
                    .orElseThrow(() -> new NoSuchFileException(device.path().toString()));
        } catch (IOException failure) {
            throw VfioException.of(Step.READ_BINDING, device.name(), failure);
        }
    }

    /**
     * Who needs what the driver of a device does: those for which the device's node is a provider (interrupts, clocks,
     * GPIOs), consumers that the kernel would take from their drivers with it, devices below it, and the kernel's console.
     *
     * @param device the device
     * @return one line for each kind; empty if nobody is known, or the device has no driver
     * @throws VfioException if sysfs cannot be read
     */
    public List<String> dependents(SysfsDevice device) throws VfioException {
        return new Dependents(files, device).find();
    }

    /** The device of a name on a bus; empty if the bus has none. */
    Optional<SysfsDevice> describe(Bus bus, String name) throws IOException {
        Path path = devicesOf(bus).resolve(name);
        List<String> uevent;
        try {
            uevent = lines(path.resolve("uevent"));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
        Optional<String> node = valueOf("OF_FULLNAME", uevent);
        Optional<String> driver = lastName(path.resolve("driver"));
        Optional<IommuGroup> group = group(path);
        VfioEligibility eligibility = new EligibilityCheck(files, bus, path, node, driver, group).result();
        return Optional.of(new SysfsDevice(name, bus, path, node, driver, group, eligibility));
    }

    static Path devicesOf(Bus bus) {
        return directoryOf(bus).resolve("devices");
    }

    static Path directoryOf(Bus bus) {
        return Path.of("/sys/bus", bus == Bus.AMBA ? "amba" : "platform");
    }

    /** The directory with a group's name and devices. */
    static Path directoryOf(IommuGroup group) {
        return GROUPS.resolve(Integer.toString(group.number()));
    }

    private Optional<IommuGroup> group(Path device) throws IOException {
        Optional<String> number = lastName(device.resolve("iommu_group"));
        if (number.isEmpty()) {
            return Optional.empty();
        }
        IommuGroup group = new IommuGroup(Integer.parseInt(number.get()), false);
        try {
            boolean noiommu = lines(directoryOf(group).resolve("name")).contains("vfio-noiommu");
            return Optional.of(new IommuGroup(group.number(), noiommu));
        } catch (NoSuchFileException unnamed) {
            // The file is there for groups that were given a name (iommu_group_set_name).
            return Optional.of(group);
        }
    }

    private Optional<String> lastName(Path link) throws IOException {
        return lastName(files, link);
    }

    /** The last name of a link's target: a driver, a group's number. Empty if there is no link. */
    static Optional<String> lastName(HostFiles files, Path link) throws IOException {
        try {
            return Optional.of(files.readLink(link).getFileName().toString());
        } catch (NoSuchFileException | NotLinkException none) {
            return Optional.empty();
        }
    }

    private List<String> lines(Path file) throws IOException {
        return new String(files.read(file), StandardCharsets.UTF_8).lines().toList();
    }

    private static Optional<String> valueOf(String key, List<String> uevent) {
        return uevent.stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .findFirst();
    }
}
