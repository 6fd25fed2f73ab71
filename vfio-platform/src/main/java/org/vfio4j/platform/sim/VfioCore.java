// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.host.DmaCoherence;

/** The devices that VFIO's drivers are bound to, and their groups (drivers/vfio/vfio_main.c and group.c). */
final class VfioCore {
    private final KernelConfig config;
    private final ModuleParameters parameters;
    private final IommuGroups iommuGroups;
    private final Condition changed;
    private final VfioDeviceFactory factory;
    private final List<VfioGroup> groups = new ArrayList<>();
    private final Set<Integer> indices = new HashSet<>();

    VfioCore(
            KernelConfig config,
            ModuleParameters parameters,
            IommuGroups iommuGroups,
            Condition changed,
            VfioDeviceFactory factory) {
        this.config = config;
        this.parameters = parameters;
        this.iommuGroups = iommuGroups;
        this.changed = changed;
        this.factory = factory;
    }

    List<VfioGroup> groups() {
        return List.copyOf(groups);
    }

    List<VfioDevice> devices() {
        return groups.stream().flatMap(group -> group.devices().stream()).toList();
    }

    /** The probe of vfio-platform, vfio-amba and vfio-devtree. */
    void register(BoardDevice device, MappingPolicy policy) {
        VfioDevice vfioDevice = factory.create(device, policy);
        KernelError.require(vfioDevice.hasReset() || !vfioDevice.isResetRequired(), Errno.ENOENT);
        VfioGroup group = findOrMakeGroup(device);
        if (!group.isNoiommu() && !isCoherent(device)) {
            removeIfEmpty(group);
            throw new KernelError(Errno.EINVAL);
        }
        int index = 0;
        while (!indices.add(index)) {
            index++;
        }
        vfioDevice.setIndex(index);
        group.add(vfioDevice);
    }

    private boolean isCoherent(BoardDevice device) {
        return switch (DmaCoherence.of(device.node(), config.cacheCoherent())
                .orElseThrow()
                .verdict()) {
            case COHERENT -> true;
            case NOT_MARKED, NEVER -> false;
            case UNKNOWN -> config.cacheCoherent();
        };
    }

    private VfioGroup findOrMakeGroup(BoardDevice device) {
        IommuGroup iommuGroup = device.iommuGroup();
        if (iommuGroup == null) {
            KernelError.requireValid(parameters.noiommuMode);
            iommuGroup = iommuGroups.allocate(true);
            iommuGroup.add(device);
        }
        for (VfioGroup group : groups) {
            if (group.iommuGroup() == iommuGroup) {
                return group;
            }
        }
        VfioGroup group = new VfioGroup(iommuGroup, freeMinor());
        groups.add(group);
        return group;
    }

    private int freeMinor() {
        Set<Integer> taken = groups.stream().map(VfioGroup::minor).collect(Collectors.toSet());
        return IntStream.iterate(0, minor -> minor + 1)
                .filter(minor -> !taken.contains(minor))
                .findFirst()
                .orElseThrow();
    }

    /** The remove of the drivers: no new user can come, and the present ones are waited for. */
    void unregister(BoardDevice device) {
        VfioGroup group = groups.stream()
                .filter(candidate -> candidate.iommuGroup() == device.iommuGroup())
                .findFirst()
                .orElseThrow();
        VfioDevice vfioDevice = group.device(device.name());
        group.remove(vfioDevice);
        while (vfioDevice.isOpen()) {
            changed.awaitUninterruptibly();
        }
        indices.remove(vfioDevice.index());
        if (group.isNoiommu()) {
            group.iommuGroup().remove(device);
        }
        removeIfEmpty(group);
    }

    private void removeIfEmpty(VfioGroup group) {
        if (!group.hasDevices()) {
            groups.remove(group);
            if (group.isNoiommu()) {
                iommuGroups.free(group.iommuGroup());
            }
            group.revoke();
        }
    }
}
