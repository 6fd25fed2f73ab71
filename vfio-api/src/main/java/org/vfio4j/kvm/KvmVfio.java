// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.VfioException;

/**
 * Tells KVM which VFIO groups and devices a VM uses: {@link KvmDeviceType#VFIO}, one for each VM. KVM then treats DMA that
 * goes past the caches right, and drivers that have to know their guest learn of it; so a group is added before its devices
 * are opened, and a device of {@code /dev/vfio/devices} before it is bound to an iommufd.
 *
 * <p>KVM holds what was added open, also after its descriptor is closed: a group cannot be opened again until it is removed
 * or this is closed. To remove it takes a descriptor of the same open, so remove before closing.
 *
 * <p>Source: {@code Documentation/virt/kvm/devices/vfio.rst}, {@code virt/kvm/vfio.c}.
 */
public final class KvmVfio implements AutoCloseable {
    private final KvmDevice device;

    /**
     * Takes over a device.
     *
     * @param device of {@link KvmDeviceType#VFIO}; closed with this
     * @throws IllegalArgumentException if it is of another type
     */
    public KvmVfio(KvmDevice device) {
        this.device = device.require(KvmDeviceType.VFIO);
    }

    /** {@return the device, for attributes that this class does not set} */
    public KvmDevice device() {
        return device;
    }

    /**
     * Adds a group.
     *
     * @param group the group
     * @throws VfioException if the kernel refuses; EEXIST if it was added
     */
    public void add(Group group) throws VfioException {
        set(VfioAttributes.FILE_ADD, group.descriptor());
    }

    /**
     * Adds a device of {@code /dev/vfio/devices}, since Linux 6.6.
     *
     * @param opened the device
     * @throws VfioException if the kernel refuses; EINVAL before Linux 6.6, EEXIST if it was added
     */
    public void add(Device opened) throws VfioException {
        set(VfioAttributes.FILE_ADD, opened.descriptor());
    }

    /**
     * Removes a group.
     *
     * @param group the group, still open
     * @throws VfioException if the kernel refuses; ENOENT if it was not added
     */
    public void remove(Group group) throws VfioException {
        set(VfioAttributes.FILE_DEL, group.descriptor());
    }

    /**
     * Removes a device.
     *
     * @param opened the device, still open
     * @throws VfioException if the kernel refuses; ENOENT if it was not added
     */
    public void remove(Device opened) throws VfioException {
        set(VfioAttributes.FILE_DEL, opened.descriptor());
    }

    private void set(KvmAttribute attribute, FileDescriptor file) throws VfioException {
        try (FileDescriptor.Lease lease = file.lease()) {
            device.attributes().set(attribute, lease.number());
        }
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return device.isClosed();
    }

    /** Removes all that was added, and the device from the VM. Closing again does nothing. */
    @Override
    public void close() {
        device.close();
    }
}
