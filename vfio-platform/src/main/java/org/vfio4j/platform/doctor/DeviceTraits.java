// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.platform.IommuGroup;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.host.DmaCoherence;
import org.vfio4j.platform.host.IommuStream;
import org.vfio4j.platform.host.KernelOptions;
import org.vfio4j.platform.host.MsiIsolation;

/** What several checks need to know of a device. */
record DeviceTraits(Machine machine, SysfsDevice device) {
    Optional<Node> node() {
        return device.node().flatMap(path -> machine.tree().flatMap(tree -> tree.find(path)));
    }

    /** Whether a node is one that no driver can match. */
    static boolean isDriverless(Node node) {
        return node.compatible().isEmpty();
    }

    private List<IommuStream> streams() {
        return node().map(IommuStream::of).orElse(List.of());
    }

    /**
     * Whether it is in a group of an IOMMU, or will be when a driver is bound to it: on Linux 6.12 the group comes with the
     * first probe. An SMMUv3 gives a stream to one device only (arm_smmu_insert_master of arm-smmu-v3.c).
     */
    boolean isBehindIommu() {
        if (device.iommuGroup().isPresent()) {
            return group().isPresent();
        }
        List<IommuStream> streams = streams();
        boolean taken = streams.stream()
                .anyMatch(stream -> stream.iommu().isCompatible("arm,smmu-v3")
                        && groupOf(List.of(stream)).isPresent());
        return !streams.isEmpty() && !taken;
    }

    /** The group of an IOMMU that it is in, or will be in as another device with one of its streams is; else empty. */
    Optional<IommuGroup> group() {
        return device.iommuGroup().isPresent()
                ? device.iommuGroup().filter(group -> !group.noiommu())
                : groupOf(streams());
    }

    private Optional<IommuGroup> groupOf(List<IommuStream> streams) {
        return machine.devices().stream()
                .filter(other -> !other.path().equals(device.path()))
                .filter(other ->
                        other.iommuGroup().filter(group -> !group.noiommu()).isPresent())
                .filter(other -> !Collections.disjoint(new DeviceTraits(machine, other).streams(), streams))
                .findFirst()
                .flatMap(SysfsDevice::iommuGroup);
    }

    /** Of the device alone. A group is isolated if all its devices are. */
    boolean isolatesMsi() {
        return node().map(MsiIsolation::of).orElse(false);
    }

    Optional<DmaCoherence> coherence() {
        boolean otherwise = machine.options().state("ARCH_DMA_DEFAULT_COHERENT") == KernelOptions.State.BUILT_IN;
        return node().flatMap(node -> DmaCoherence.of(node, otherwise));
    }
}
