// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.vfio4j.linux.Errno;

/** A VFIO group (drivers/vfio/group.c): an IOMMU group with at least one device on a VFIO driver. */
final class VfioGroup {
    private final String name;
    private final int minor;
    private final boolean noiommu;
    private final List<VfioDevice> devices = new ArrayList<>();
    private IommuGroup iommuGroup;
    private GroupFile openedFile;
    private Container container;
    private int containerUsers;
    private IommufdFile iommufd;
    private int boundDevices;

    VfioGroup(IommuGroup iommuGroup, int minor) {
        this.minor = minor;
        this.iommuGroup = iommuGroup;
        this.noiommu = iommuGroup.isNoiommu();
        this.name = (noiommu ? "noiommu-" : "") + iommuGroup.id();
    }

    /** The name of the file in /dev/vfio. */
    String name() {
        return name;
    }

    /** The minor number of the character device. */
    int minor() {
        return minor;
    }

    boolean isNoiommu() {
        return noiommu;
    }

    /** Null once the last device is gone. */
    IommuGroup iommuGroup() {
        return iommuGroup;
    }

    void add(VfioDevice device) {
        devices.add(device);
        device.setGroup(this);
    }

    void remove(VfioDevice device) {
        devices.remove(device);
    }

    List<VfioDevice> devices() {
        return List.copyOf(devices);
    }

    boolean hasDevices() {
        return !devices.isEmpty();
    }

    /** The device of a name; ENODEV if it is not in this group. */
    VfioDevice device(String deviceName) {
        return devices.stream()
                .filter(device -> device.name().equals(deviceName))
                .findFirst()
                .orElseThrow(() -> new KernelError(Errno.ENODEV));
    }

    /** The last device is gone: whoever still has the group open can do nothing with it. */
    void revoke() {
        if (container != null) {
            detach();
        }
        iommuGroup = null;
    }

    GroupFile open(FileTable files, CallingProcess process) {
        KernelError.require(iommuGroup != null, Errno.ENODEV);
        if (noiommu) {
            process.require(Capability.CAP_SYS_RAWIO);
        }
        KernelError.require(boundDevices == 0, Errno.EBUSY);
        KernelError.require(openedFile == null, Errno.EBUSY);
        openedFile = new GroupFile(this, files);
        return openedFile;
    }

    void released() {
        if (container != null) {
            detach();
        }
        dropIommufd();
        openedFile = null;
    }

    /** A device is being opened by itself: the group cannot be opened as long as it is. */
    void block() {
        KernelError.require(openedFile == null, Errno.EBUSY);
        boundDevices++;
    }

    void unblock() {
        boundDevices--;
    }

    /** Whether it has a container, or an iommufd as one. */
    boolean hasContainer() {
        return container != null || iommufd != null;
    }

    /** The iommufd that is the group's container; null if it is none. */
    IommufdFile iommufd() {
        return iommufd;
    }

    /** The group has no container, and is not revoked. */
    void attach(IommufdFile target) {
        if (noiommu) {
            target.context().setNoiommu();
        } else {
            target.context().needCompatIoas();
        }
        target.hold();
        iommufd = target;
    }

    private void dropIommufd() {
        if (iommufd != null) {
            iommufd.letGo();
            iommufd = null;
        }
    }

    /** The group has no container, and is not revoked. */
    void attach(Container target) {
        target.attach(this);
        container = target;
        containerUsers = 1;
    }

    void unsetContainer() {
        KernelError.requireValid(hasContainer());
        if (container != null) {
            KernelError.require(containerUsers == 1, Errno.EBUSY);
            detach();
        }
        // An iommufd can go also while devices are open: they keep it.
        dropIommufd();
    }

    /** What its devices find at an address; null for nothing. */
    DmaTarget translate(long address) {
        if (container != null) {
            return container.translate(address);
        }
        return devices.stream()
                .map(VfioDevice::binding)
                .filter(Objects::nonNull)
                .findFirst()
                .map(binding -> binding.translate(address))
                .orElse(null);
    }

    private void detach() {
        container.detach(this);
        container = null;
        containerUsers = 0;
    }

    /** A first device of the group is being opened: it keeps group and container in use. */
    void useContainer(CallingProcess process) {
        KernelError.requireValid(container != null);
        KernelError.requireValid(container.hasBackend());
        if (noiommu) {
            process.require(Capability.CAP_SYS_RAWIO);
        }
        openedFile.hold();
        containerUsers++;
    }

    void unuseContainer() {
        containerUsers--;
        openedFile.letGo();
    }
}
