// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.util.concurrent.atomic.AtomicReference;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.GroupStatusLayout;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.OpenChildren;
import org.vfio4j.vfio.internal.Structs;

/**
 * A VFIO group: the devices that an IOMMU cannot tell apart, which a program has all or none of. A group is open once
 * at a time on the whole machine. A noiommu group is of one device without an IOMMU.
 *
 * <p>Closing a group first closes the devices that were opened from it. Closing again does nothing. All methods are safe
 * for use by several threads; after {@code close()} they throw {@link IllegalStateException}.
 *
 * <p>Source: {@code linux/vfio.h}, {@code drivers/vfio/group.c}.
 */
public final class Group implements AutoCloseable {
    private static final String DIRECTORY = "/dev/vfio/";
    private static final String NOIOMMU = DIRECTORY + "noiommu-";

    private final FileDescriptor descriptor;
    private final OpenChildren<Device> devices = new OpenChildren<>(Device::close);
    private final AtomicReference<Container> container = new AtomicReference<>();

    private Group(FileDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * The device node of a group.
     *
     * @param number the group's number, as the link {@code iommu_group} of a device in sysfs ends
     * @param noiommu whether it is a noiommu group
     * @return {@code /dev/vfio/N} or {@code /dev/vfio/noiommu-N}
     */
    public static String pathOf(int number, boolean noiommu) {
        return (noiommu ? NOIOMMU : DIRECTORY) + number;
    }

    /**
     * Opens a group.
     *
     * @param linux the kernel
     * @param path its device node, see {@link #pathOf}
     * @return the group, attached to no container
     * @throws VfioException if it cannot be opened
     */
    public static Group open(LinuxSyscalls linux, String path) throws VfioException {
        int fd = VfioException.check(
                Step.OPEN_GROUP, path, linux.open(path, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC));
        return new Group(FileDescriptor.owning(linux, fd, path));
    }

    /** {@return the device node that was opened} */
    public String path() {
        return descriptor.name();
    }

    /**
     * Asks for the state of the group.
     *
     * @return the state
     * @throws VfioException if the kernel does not say
     */
    public GroupStatus status() throws VfioException {
        var status = Structs.withArgsz(GroupStatusLayout.SIZE);
        VfioException.check(Step.GET_STATUS, path(), descriptor.ioctl(VfioIoctl.VFIO_GROUP_GET_STATUS, status));
        return new GroupStatus(status.getInt(GroupStatusLayout.FLAGS));
    }

    /**
     * Attaches the group to a container, which then closes it when it is closed.
     *
     * @param to the container
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if the group is attached already
     */
    public void attach(Container to) throws VfioException {
        if (!container.compareAndSet(null, to)) {
            throw new IllegalStateException(path() + " is attached to a container already; detach it first");
        }
        boolean attached = false;
        try {
            if (!to.adopt(this)) {
                throw new IllegalStateException(Container.PATH + " is closed");
            }
            int result =
                    to.descriptor().use(fd -> descriptor.ioctl(VfioIoctl.VFIO_GROUP_SET_CONTAINER, Structs.ofInt(fd)));
            if (result == -Errno.EPERM.number()) {
                throw VfioException.of(Step.SET_CONTAINER, path(), Errno.EPERM, whyNotPermitted());
            }
            VfioException.check(Step.SET_CONTAINER, path(), result);
            attached = true;
        } finally {
            if (!attached) {
                leaveContainer();
            }
        }
    }

    /**
     * Detaches the group from its container. Its devices must be closed.
     *
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if the group is not attached
     */
    public void detach() throws VfioException {
        if (container.get() == null) {
            throw new IllegalStateException(path() + " is not attached to a container");
        }
        VfioException.check(Step.UNSET_CONTAINER, path(), descriptor.ioctl(VfioIoctl.VFIO_GROUP_UNSET_CONTAINER, 0));
        leaveContainer();
    }

    /**
     * Opens a device of the group. The group must be attached to a container whose backend is chosen.
     *
     * @param name the name of the device in sysfs, such as {@code fff51000.ethernet}
     * @return the device, which the group closes when it is closed
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if the name is empty or has a NUL in it
     */
    public Device openDevice(String name) throws VfioException {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a device's name is not empty and has no NUL: \"" + name + '"');
        }
        int fd = VfioException.check(
                Step.GET_DEVICE_FD, name, descriptor.ioctl(VfioIoctl.VFIO_GROUP_GET_DEVICE_FD, Structs.ofString(name)));
        Device device = new Device(FileDescriptor.owning(descriptor.linux(), fd, name), devices::remove);
        if (!devices.add(device)) {
            device.close();
            throw new IllegalStateException(path() + " is closed");
        }
        return device;
    }

    /** {@return the descriptor, for calls that this class does not make; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    /**
     * Closes the devices that were opened from the group, and then the group, which takes it out of its container.
     * Closing again does nothing.
     */
    @Override
    public void close() {
        try {
            devices.close();
        } finally {
            try {
                descriptor.close();
            } finally {
                leaveContainer();
            }
        }
    }

    /** Which of the reasons for EPERM it is; a status that cannot be had leaves them all. */
    private Explanation whyNotPermitted() {
        if (path().startsWith(NOIOMMU)) {
            return GroupExplanations.NOIOMMU_NEEDS_RAWIO;
        }
        var status = Structs.withArgsz(GroupStatusLayout.SIZE);
        if (descriptor.ioctl(VfioIoctl.VFIO_GROUP_GET_STATUS, status) < 0) {
            return Explanations.of(Step.SET_CONTAINER, Errno.EPERM);
        }
        boolean viable = new GroupStatus(status.getInt(GroupStatusLayout.FLAGS)).isViable();
        return viable ? GroupExplanations.MIXED : GroupExplanations.notViable(path());
    }

    private void leaveContainer() {
        Container left = container.getAndSet(null);
        if (left != null) {
            left.release(this);
        }
    }
}
