// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.platform.PlatformDevices;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;

/** Tells which VFIO region and interrupt of a device is which device-tree node. */
public final class Inspector {
    private final Supplier<LinuxSyscalls> syscalls;
    private final HostFiles files;

    /**
     * An inspector of a machine's devices.
     *
     * @param syscalls the machine's system calls; asked for only when they are needed
     * @param files the machine's files
     */
    public Inspector(Supplier<LinuxSyscalls> syscalls, HostFiles files) {
        this.syscalls = syscalls;
        this.files = files;
    }

    /**
     * Inspects a device of the machine. A device that VFIO has is opened, asked and closed again; of any other the
     * result is a prediction from the live tree.
     *
     * @param device the device, from {@link PlatformBus#find}
     * @param request what for
     * @return the result; a disagreement of device and tree is in it and is no exception
     * @throws DeviceLookupException if the device has no device-tree node
     * @throws IOException if the device cannot be opened or the live tree cannot be read
     */
    public Inspection inspect(SysfsDevice device, InspectionRequest request) throws IOException {
        return new DeviceInspection(syscalls, files, device, request).run();
    }

    /**
     * Reads the device tree of the machine's running kernel, which names of nodes in an {@link Inspection} refer to.
     *
     * @return the tree as it is now
     * @throws IOException if the machine has none, or it cannot be read
     */
    public DeviceTree tree() throws IOException {
        return MachineTree.read(files).tree();
    }

    /**
     * Predicts from a device tree alone what a kernel would expose.
     *
     * @param tree the tree
     * @param device a device name, or the path, alias or label of a node
     * @param request what for; only the policy counts
     * @param pageSize the kernel's page size in bytes, a power of two
     * @return the prediction
     * @throws DeviceLookupException if the tree has no such node, or more than one
     */
    public static Inspection predict(DeviceTree tree, String device, InspectionRequest request, long pageSize)
            throws DeviceLookupException {
        Node node = new NodeLookup(tree).find(device);
        return Inspection.predicted(
                PlatformDevices.nameOf(node),
                PlatformDevices.busOf(node),
                Optional.empty(),
                InspectionMode.OFFLINE,
                MappingSource.TREE_FILE,
                LiveTree.OrderSource.FDT,
                pageSize,
                node,
                DevtreeMapper.predict(node, request.policy()),
                List.of("a prediction from the tree alone: no kernel was asked"));
    }
}
