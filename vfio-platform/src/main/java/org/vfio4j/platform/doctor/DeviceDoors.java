// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.GroupMember;
import org.vfio4j.platform.IommuGroup;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.host.HostText;
import org.vfio4j.platform.host.KernelOptions.State;
import org.vfio4j.platform.host.ModuleParameter;
import org.vfio4j.platform.host.OpenFiles;
import org.vfio4j.vfio.Step;

/**
 * What is in the way of opening a device, in the order of the steps of {@link
 * org.vfio4j.platform.PlatformDevice#open(org.vfio4j.linux.LinuxSyscalls, org.vfio4j.linux.HostFiles, SysfsDevice)}. Of a
 * device that is not bound yet: what will be when it is.
 */
record DeviceDoors(Machine machine, SysfsDevice device) {
    /** Files of devtmpfs are root's, and open to whoever has this capability (capabilities(7)). */
    private static final int CAP_DAC_OVERRIDE = 1;

    /** The ways that there are for a device of its kind: with an IOMMU two, without one. */
    List<StackVerdict> verdicts() throws IOException {
        Doors doors = new Doors(machine);
        if (!isBehindIommu()) {
            return List.of(new StackVerdict(
                    DmaStack.NOIOMMU,
                    Doors.firstOf(doors.container(), groupFile(), doors.rawAccess(), doors.noiommuMode())));
        }
        return List.of(
                new StackVerdict(
                        DmaStack.TYPE1,
                        Doors.firstOf(
                                doors.container(),
                                groupFile(),
                                viable(Step.SET_CONTAINER),
                                doors.type1(),
                                isolation(Step.SET_IOMMU, ModuleParameter.UNSAFE_INTERRUPTS_OF_TYPE1))),
                new StackVerdict(
                        DmaStack.IOMMUFD,
                        Doors.firstOf(
                                doors.iommufd(),
                                deviceFile(),
                                heldByOthers(),
                                isolation(Step.BIND_IOMMUFD, ModuleParameter.UNSAFE_INTERRUPTS_OF_IOMMUFD),
                                viable(Step.BIND_IOMMUFD))));
    }

    /** The stack that PlatformDevice.open chooses. */
    DmaStack usual() throws IOException {
        if (!isBehindIommu()) {
            return DmaStack.NOIOMMU;
        }
        boolean groups = isBound()
                ? device.iommuGroup()
                        .filter(group -> machine.exists(group.devicePath()))
                        .isPresent()
                : machine.options().state("VFIO_GROUP") != State.OFF;
        return groups || (isBound() && cdev().isEmpty()) ? DmaStack.TYPE1 : DmaStack.IOMMUFD;
    }

    private boolean isBehindIommu() throws IOException {
        return new DeviceTraits(machine, device).isBehindIommu();
    }

    private boolean isBound() {
        return device.eligibility().state() == VfioEligibility.State.BOUND;
    }

    private Optional<Finding> groupFile() throws IOException {
        Optional<IommuGroup> group = device.iommuGroup();
        Optional<String> there = group.map(IommuGroup::devicePath).filter(machine::exists);
        if (there.isEmpty() && (isBound() || machine.options().state("VFIO_GROUP") == State.OFF)) {
            return Optional.of(Doors.obstacle(
                            "group-file",
                            group.map(IommuGroup::devicePath).orElse("/dev/vfio"),
                            "is not there",
                            "the kernel has no CONFIG_VFIO_GROUP",
                            Step.OPEN_GROUP,
                            Errno.ENOENT)
                    .withRemedy(Remedies.build("VFIO_GROUP")));
        }
        if (mayOpen(there)) {
            return Doors.firstOf(held(there, Step.OPEN_GROUP, Errno.EBUSY), held(cdev(), Step.OPEN_GROUP, Errno.EBUSY));
        }
        String kernelName = there.map(path -> "KERNEL==\"" + Path.of(path).getFileName() + "\"")
                .orElse("KERNEL!=\"vfio\"");
        return Optional.of(
                notOpenable(there.orElse(isBehindIommu() ? "/dev/vfio/N" : "/dev/vfio/noiommu-N"), Step.OPEN_GROUP)
                        .withRemedy(new Remedies(machine).give("vfio", "SUBSYSTEM==\"vfio\", " + kernelName)));
    }

    private Optional<Finding> deviceFile() throws IOException {
        Optional<String> path = cdev();
        Optional<String> there = path.filter(machine::exists);
        boolean off = isBound() ? there.isEmpty() : machine.options().state("VFIO_DEVICE_CDEV") == State.OFF;
        if (off) {
            return Optional.of(Doors.noCdevs(path.orElse(device.name())));
        }
        if (mayOpen(there)) {
            return Optional.empty();
        }
        String kernelName = there.map(file -> ", KERNEL==\"" + Path.of(file).getFileName() + "\"")
                .orElse("");
        return Optional.of(notOpenable(there.orElse("/dev/vfio/devices/vfioN"), Step.OPEN_DEVICE)
                .withRemedy(new Remedies(machine).give("vfio-dev", "SUBSYSTEM==\"vfio-dev\"" + kernelName)));
    }

    private Finding notOpenable(String path, Step step) {
        return Doors.obstacle(
                "permission",
                path,
                "this user may not open it",
                "it is root's (0600) as long as no rule of udev says more",
                step,
                Errno.EACCES);
    }

    /** A file that is not there yet will be root's. */
    private boolean mayOpen(Optional<String> path) {
        return path.map(machine::mayOpen)
                .orElseGet(() -> machine.isRoot() || machine.process().has(CAP_DAC_OVERRIDE));
    }

    /** The file of the device itself, named in its directory vfio-dev; empty if it is not bound or the kernel has none. */
    private Optional<String> cdev() throws IOException {
        return HostText.list(machine.files(), device.path().resolve("vfio-dev")).stream()
                .findFirst()
                .map(name -> "/dev/vfio/devices/" + name);
    }

    private Optional<Finding> heldByOthers() throws IOException {
        return Doors.firstOf(
                held(device.iommuGroup().map(IommuGroup::devicePath), Step.BIND_IOMMUFD, Errno.EBUSY),
                held(cdev(), Step.BIND_IOMMUFD, Errno.EINVAL));
    }

    private Optional<Finding> held(Optional<String> path, Step step, Errno errno) throws IOException {
        List<Long> holders =
                path.isPresent() ? new OpenFiles(machine.files()).holders(Set.of(Path.of(path.get()))) : List.of();
        if (holders.isEmpty()) {
            return Optional.empty();
        }
        long first = holders.get(0);
        String name = HostText.of(machine.files(), Path.of("/proc", Long.toString(first), "comm"))
                .orElse("a program");
        return Optional.of(Doors.obstacle(
                        "in-use",
                        path.get(),
                        "is open already, by process " + first + " (" + name + ")",
                        "VFIO gives a group, or a device of it, to one user at a time",
                        step,
                        errno)
                .withRemedy(machine.asRoot("kill " + first)));
    }

    private Optional<Finding> viable(Step step) throws IOException {
        Optional<IommuGroup> group = new DeviceTraits(machine, device).group();
        if (group.isEmpty()) {
            return Optional.empty();
        }
        for (GroupMember member : machine.bus().members(group.get())) {
            // What has the device itself, lets go of it when it is bound to VFIO.
            if (member.isInTheWay() && !member.name().equals(device.name())) {
                String driver = member.driver().orElseThrow();
                return Optional.of(Doors.obstacle(
                                "group-not-viable",
                                "IOMMU group " + group.get().number(),
                                "another device of it is in use: " + member.name() + ", by " + driver,
                                "an IOMMU cannot tell the devices of a group apart, so a user gets all of them or none",
                                step,
                                Errno.EPERM)
                        .withRemedy(machine.write(
                                member.name(),
                                Path.of(
                                        "/sys/kernel/iommu_groups",
                                        Integer.toString(group.get().number()),
                                        "devices",
                                        member.name(),
                                        "driver/unbind"))));
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> isolation(Step step, ModuleParameter parameter) throws IOException {
        if (parameter.isOn(machine.files()) || isGroupIsolated()) {
            return Optional.empty();
        }
        return Optional.of(Doors.obstacle(
                        "msi-isolation",
                        parameter.option(),
                        "is off, and nothing isolates the message-signalled interrupts of the device",
                        "its DMA could forge interrupts; turn it on if every device is trusted",
                        step,
                        Errno.EPERM)
                .withRemedy(new Remedies(machine).set(parameter, "1")));
    }

    private boolean isGroupIsolated() {
        DeviceTraits traits = new DeviceTraits(machine, device);
        Optional<IommuGroup> group = traits.group();
        return traits.isolatesMsi()
                && machine.devices().stream()
                        .filter(other -> group.isPresent() && other.iommuGroup().equals(group))
                        .allMatch(other -> new DeviceTraits(machine, other).isolatesMsi());
    }
}
