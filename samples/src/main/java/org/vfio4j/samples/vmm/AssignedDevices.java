// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.KvmVfio;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.guest.GuestAssignment;
import org.vfio4j.platform.guest.GuestAssignmentBuilder;
import org.vfio4j.platform.guest.GuestInterrupts;
import org.vfio4j.platform.guest.LineDelivery;
import org.vfio4j.platform.guest.PassthroughRegion;
import org.vfio4j.platform.guest.tree.DeviceResources;
import org.vfio4j.platform.guest.tree.GuestBase;
import org.vfio4j.platform.guest.tree.GuestDevice;
import org.vfio4j.platform.guest.tree.GuestNote;
import org.vfio4j.platform.guest.tree.GuestPlatformBus;
import org.vfio4j.platform.guest.tree.GuestTree;
import org.vfio4j.platform.guest.tree.GuestTreeException;
import org.vfio4j.platform.guest.tree.GuestTreeOptions;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.Placement;

/**
 * Devices of this machine that are a guest's: placed on its platform bus, with registers and interrupts, and described in
 * its device tree. Closed before the machine, when its CPUs have stopped.
 */
final class AssignedDevices implements AutoCloseable {
    private final List<PlatformDevice> devices = new ArrayList<>();
    private final List<GuestAssignment> assignments = new ArrayList<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private Placement placement;

    private AssignedDevices() {}

    /**
     * Opens devices and assigns them.
     *
     * @param linux the system calls
     * @param files the files of this machine
     * @param names names, paths or aliases of devices that are bound to VFIO
     * @param unconfinedDma whether a device that no IOMMU confines is assigned, too
     * @param machine the guest's machine
     * @return the devices
     * @throws IOException if a device cannot be opened, placed or assigned; then none is
     */
    static AssignedDevices open(
            LinuxSyscalls linux, HostFiles files, List<String> names, boolean unconfinedDma, VirtualMachine machine)
            throws IOException {
        AssignedDevices assigned = new AssignedDevices();
        boolean complete = false;
        try {
            for (String name : names) {
                PlatformDevice device = PlatformDevice.open(linux, files, name);
                assigned.undo.push(device::close);
                assigned.devices.add(device);
            }
            assigned.placement = place(linux.pageSize(), assigned.devices);
            if (!names.isEmpty()) {
                assigned.assign(machine, unconfinedDma);
            }
            complete = true;
            return assigned;
        } finally {
            if (!complete) {
                assigned.close();
            }
        }
    }

    private static Placement place(int pageSize, List<PlatformDevice> devices) throws IOException {
        GuestPlatformBus virt = GuestPlatformBus.ofQemuVirt();
        try {
            return new GuestPlatformBus(virt.base(), virt.size(), pageSize, virt.firstSpi(), virt.spiCount())
                    .place(devices.stream().map(DeviceResources::of).toList());
        } catch (GuestTreeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** KVM wants to know of devices whose DMA goes past the caches. */
    private void assign(VirtualMachine machine, boolean unconfinedDma) throws IOException {
        KvmVfio told = new KvmVfio(machine.vm().createDevice(KvmDeviceType.VFIO));
        undo.push(told::close);
        for (PlatformDevice device : devices) {
            PlacedDevice place = placement.find(device.entry().name()).orElseThrow();
            GuestAssignmentBuilder builder = GuestAssignment.of(device)
                    .place(place)
                    .memorySlots(machine.vm(), machine::nextSlot)
                    .kvmVfio(told);
            if (device.stack().filter(stack -> stack != DmaStack.NOIOMMU).isPresent()) {
                builder.dma(machine.memory());
            } else if (unconfinedDma) {
                builder.allowUnconfinedDma();
            } else {
                throw new IOException(
                        device.entry().name() + " has no IOMMU: a guest that makes it do DMA reaches all memory"
                                + " of this machine. Remedy, if it does none: --unconfined-dma");
            }
            GuestAssignment assignment = builder.assign(machine.bus());
            undo.push(assignment::close);
            assignments.add(assignment);
            GuestInterrupts.assign(machine.vm(), assignment, place, LineDelivery.KERNEL);
        }
    }

    /**
     * Describes the devices in a guest's device tree. What the guest lacks of them is said on standard error.
     *
     * @param board the guest's board
     * @return the board with the devices
     * @throws IOException if a device cannot be described
     */
    DeviceTree describeIn(DeviceTree board) throws IOException {
        if (devices.isEmpty()) {
            return board;
        }
        try {
            List<GuestDevice> described = new ArrayList<>();
            for (int i = 0; i < devices.size(); i++) {
                PlatformDevice device = devices.get(i);
                described.add(GuestDevice.of(
                        device.node(), device.inspection(), placement.devices().get(i)));
            }
            GuestTree tree = GuestTree.of(GuestBase.of(board), placement, described, GuestTreeOptions.none());
            tree.notes().stream()
                    .filter(note -> note.kind() == GuestNote.Kind.PROVIDE || note.kind() == GuestNote.Kind.CHECK)
                    .forEach(note -> System.err.println(
                            "vmm: " + note.node() + ": " + note.property() + ": " + note.why() + "; " + note.remedy()));
            return tree.tree();
        } catch (GuestTreeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** {@return what the guest did beside the registers of the devices, and what failed: lines, or nothing} */
    String remarks() {
        StringBuilder remarks = new StringBuilder();
        for (GuestAssignment assignment : assignments) {
            for (PassthroughRegion region : assignment.regions()) {
                long reads = region.remainder().reads();
                long writes = region.remainder().writes();
                if (reads + writes > 0) {
                    remarks.append(
                            "vmm: %s: %d reads and %d writes beside the registers, which did not reach the machine%n"
                                    .formatted(region.region().name(), reads, writes));
                }
                region.lastFailure()
                        .ifPresent(last -> remarks.append("vmm: %s: %d accesses failed, the last one: %s%n"
                                .formatted(region.region().name(), region.failures(), last.getMessage())));
            }
        }
        return remarks.toString();
    }

    /** The last one first: interrupts before registers before the device. */
    @Override
    public void close() {
        CloseAll.of(undo, Runnable::run);
    }
}
