// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.DeviceBindIommufdLayout;
import org.vfio4j.vfio.abi.IoasAllocLayout;
import org.vfio4j.vfio.abi.IommuOptionLayout;
import org.vfio4j.vfio.abi.IommufdFlags;
import org.vfio4j.vfio.abi.IommufdIoctl;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.OpenChildren;
import org.vfio4j.vfio.internal.Structs;

/**
 * An open {@code /dev/iommu}: IO address spaces, and the devices that are bound to it. The order is open, {@link
 * #openDevice}, {@link #allocateIoas}, {@link Ioas#attach}, {@link Ioas#map}. It does what a container and its groups do,
 * for devices that have a file of their own; there is none for noiommu.
 *
 * <p>Closing it first closes the devices that were opened from it, and then destroys its IO address spaces. Closing again
 * does nothing. All methods are safe for use by several threads; after {@code close()} they throw {@link
 * IllegalStateException}.
 *
 * <p>Source: {@code linux/iommufd.h}, {@code drivers/iommu/iommufd/}, {@code drivers/vfio/device_cdev.c}. Linux 6.6.
 */
public final class IommuFd implements AutoCloseable {
    /** The device node. */
    public static final String PATH = "/dev/iommu";

    private final FileDescriptor descriptor;
    private final OpenChildren<Device> devices = new OpenChildren<>(Device::close);

    private IommuFd(FileDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens a new iommufd.
     *
     * @param linux the kernel
     * @return the iommufd, without objects
     * @throws VfioException if it cannot be opened
     */
    public static IommuFd open(LinuxSyscalls linux) throws VfioException {
        int fd = VfioException.check(
                Step.OPEN_IOMMUFD, PATH, linux.open(PATH, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC));
        return new IommuFd(FileDescriptor.owning(linux, fd, PATH));
    }

    /**
     * Takes over a descriptor of an iommufd that somebody else opened, such as the process that started this one. It is
     * closed with the iommufd. Nothing is asked of the kernel yet.
     *
     * @param linux the kernel
     * @param fd the descriptor
     * @return the iommufd, with what was made of it
     * @throws IllegalArgumentException if the descriptor is negative
     */
    public static IommuFd taking(LinuxSyscalls linux, int fd) {
        return new IommuFd(FileDescriptor.owning(linux, fd, PATH));
    }

    /**
     * Opens a device by its own file and binds it. Its registers and interrupts can be used at once; for DMA it is
     * attached to an IO address space. Its group cannot be opened meanwhile, nor the device a second time.
     *
     * @param path the device file, {@code /dev/vfio/devices/vfioN}, with the name in the directory {@code vfio-dev} of
     *     the device in sysfs
     * @return the device, which this closes when it is closed
     * @throws VfioException if the kernel refuses
     */
    public Device openDevice(String path) throws VfioException {
        LinuxSyscalls linux = descriptor.linux();
        int fd = VfioException.check(
                Step.OPEN_DEVICE, path, linux.open(path, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC));
        Device device = new Device(FileDescriptor.owning(linux, fd, path), devices::remove);
        boolean usable = false;
        try {
            bind(device);
            usable = devices.add(device);
            if (!usable) {
                throw new IllegalStateException(PATH + " is closed");
            }
            return device;
        } finally {
            if (!usable) {
                device.close();
            }
        }
    }

    private void bind(Device device) throws VfioException {
        ByteBuffer bind = Structs.withArgsz(DeviceBindIommufdLayout.MINIMUM_SIZE);
        int result = descriptor.use(fd -> {
            bind.putInt(DeviceBindIommufdLayout.IOMMUFD, fd);
            return device.descriptor().ioctl(VfioIoctl.VFIO_DEVICE_BIND_IOMMUFD, bind);
        });
        VfioException.check(Step.BIND_IOMMUFD, device.name(), result);
    }

    /**
     * Makes an IO address space without mappings. It is destroyed with the iommufd, or by {@link Ioas#destroy}.
     *
     * @return the IO address space
     * @throws VfioException if the kernel refuses
     */
    public Ioas allocateIoas() throws VfioException {
        ByteBuffer alloc = Structs.withArgsz(IoasAllocLayout.SIZE);
        VfioException.check(Step.IOAS_ALLOC, PATH, descriptor.ioctl(IommufdIoctl.IOMMU_IOAS_ALLOC, alloc));
        return new Ioas(descriptor, alloc.getInt(IoasAllocLayout.OUT_IOAS_ID));
    }

    /**
     * An IO address space that was made before, of an iommufd that was taken over. The kernel is not asked whether it is
     * there.
     *
     * @param id its id, 1 or more
     * @return the IO address space
     */
    public Ioas ioas(int id) {
        return new Ioas(descriptor, id);
    }

    /**
     * Chooses what locked memory is counted for, against RLIMIT_MEMLOCK: all processes of the user, as without a call, or
     * this process. It can be chosen as long as nothing was made and no device is bound.
     *
     * @param process true for this process
     * @throws VfioException if the kernel refuses; EPERM without CAP_SYS_RESOURCE, EBUSY if there are objects
     */
    public void countLockedMemoryForProcess(boolean process) throws VfioException {
        ByteBuffer option = Structs.withArgsz(IommuOptionLayout.SIZE)
                .putInt(IommuOptionLayout.OPTION_ID, IommufdFlags.IOMMU_OPTION_RLIMIT_MODE)
                .putShort(IommuOptionLayout.OP, (short) IommufdFlags.IOMMU_OPTION_OP_SET)
                .putLong(IommuOptionLayout.VAL64, process ? 1 : 0);
        VfioException.check(Step.IOMMU_OPTION, PATH, descriptor.ioctl(IommufdIoctl.IOMMU_OPTION, option));
    }

    /** {@return the descriptor, for calls that this class does not make; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    /** Closes the devices that were opened from it, and then the iommufd. Closing again does nothing. */
    @Override
    public void close() {
        try {
            devices.close();
        } finally {
            descriptor.close();
        }
    }
}
