// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.DeviceInfoLayout;
import org.vfio4j.vfio.abi.IrqInfoLayout;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.Structs;

/**
 * A VFIO device, opened with {@link Group#openDevice} or {@link IommuFd#openDevice}: its regions and IRQs by index, as the kernel numbers them.
 *
 * <p>All methods are safe for use by several threads; after {@code close()} they throw {@link IllegalStateException}.
 * Closing again does nothing.
 *
 * <p>Source: {@code linux/vfio.h}, {@code drivers/vfio/vfio_main.c}, {@code drivers/vfio/platform/}.
 */
public final class Device implements AutoCloseable {
    private final FileDescriptor descriptor;
    private final Consumer<Device> whenClosed;

    Device(FileDescriptor descriptor, Consumer<Device> whenClosed) {
        this.descriptor = descriptor;
        this.whenClosed = whenClosed;
    }

    /**
     * Takes over a descriptor of a device that somebody else opened, such as the process that started this one, and bound
     * to its iommufd if it was opened by its own file. It is closed with the device. Nothing is asked of the kernel yet.
     *
     * @param linux the kernel
     * @param fd the descriptor
     * @param name the name of the device, for messages
     * @return the device; nobody closes it before its container or iommufd but the caller
     * @throws IllegalArgumentException if the descriptor is negative
     */
    public static Device taking(LinuxSyscalls linux, int fd, String name) {
        return new Device(FileDescriptor.owning(linux, fd, name), closed -> {});
    }

    /** {@return the name that the device was opened with} */
    public String name() {
        return descriptor.name();
    }

    /**
     * Asks what the device is.
     *
     * @return its kind, and how many regions and IRQs it has
     * @throws VfioException if the kernel does not say
     * @throws KernelReplyException if the counts cannot be
     */
    public DeviceInfo info() throws VfioException, KernelReplyException {
        ByteBuffer info = Structs.withArgsz(DeviceInfoLayout.SIZE);
        VfioException.check(Step.GET_INFO, name(), descriptor.ioctl(VfioIoctl.VFIO_DEVICE_GET_INFO, info));
        int regions = info.getInt(DeviceInfoLayout.NUM_REGIONS);
        int irqs = info.getInt(DeviceInfoLayout.NUM_IRQS);
        if (regions < 0 || irqs < 0) {
            throw new KernelReplyException(
                    Step.GET_INFO,
                    name(),
                    Integer.toUnsignedString(regions) + " regions and " + Integer.toUnsignedString(irqs) + " IRQs");
        }
        return new DeviceInfo(info.getInt(DeviceInfoLayout.FLAGS), regions, irqs);
    }

    /**
     * Asks for a region.
     *
     * @param index which, from 0 to below {@link DeviceInfo#regionCount}
     * @return the region
     * @throws VfioException if the kernel does not say; EINVAL if there is no such region
     * @throws KernelReplyException if the capability chain cannot be
     */
    public RegionInfo region(int index) throws VfioException, KernelReplyException {
        return RegionInfoQuery.ask(descriptor, notNegative(index));
    }

    /**
     * Asks for an IRQ.
     *
     * @param index which, from 0 to below {@link DeviceInfo#irqCount}
     * @return the IRQ
     * @throws VfioException if the kernel does not say; EINVAL if there is no such IRQ
     */
    public IrqInfo irq(int index) throws VfioException {
        ByteBuffer info = Structs.withArgsz(IrqInfoLayout.SIZE).putInt(IrqInfoLayout.INDEX, notNegative(index));
        VfioException.check(
                Step.GET_IRQ_INFO,
                name() + " IRQ " + index,
                descriptor.ioctl(VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO, info));
        return new IrqInfo(index, info.getInt(IrqInfoLayout.FLAGS), info.getInt(IrqInfoLayout.COUNT));
    }

    /**
     * How an IRQ is signalled and masked, with VFIO_DEVICE_SET_IRQS.
     *
     * @param index which, from 0 to below {@link DeviceInfo#irqCount}
     * @return the control of it; nothing is asked of the kernel yet
     */
    public IrqControl irqControl(int index) {
        return new IrqControl(descriptor, notNegative(index));
    }

    /**
     * Asks where a region or IRQ is in the device tree, with the ioctl of the proposal "VFIO for Platform Devices". No
     * mainline kernel has it, so it is only sent by this method: call it on request, or with a module loaded that
     * answers it.
     *
     * @param type whether the index is of a region or an IRQ
     * @param index which
     * @return the node, the property and the index in it
     * @throws VfioException if the kernel does not say; ENOTTY if it does not know the ioctl
     * @throws KernelReplyException if the reply is not one of this ioctl
     */
    public PathInfo devtreeInfo(PathInfo.Type type, int index) throws VfioException, KernelReplyException {
        return PathInfoQuery.ask(descriptor, type, notNegative(index));
    }

    /**
     * Resets the device.
     *
     * @throws VfioException if it cannot be reset, see {@link DeviceInfo#canReset}
     */
    public void reset() throws VfioException {
        VfioException.check(Step.RESET, name(), descriptor.ioctl(VfioIoctl.VFIO_DEVICE_RESET, 0));
    }

    /**
     * Reads from a region with one pread(2). The kernel makes 32-bit accesses where offset and rest allow, else 16-bit
     * ones, else bytes; so 4, 2 or 1 bytes at a multiple of themselves are one access of the device.
     *
     * @param region the region
     * @param offset where in it
     * @param buffer direct; receives the bytes from its position to its limit, and keeps both
     * @return the number of bytes read, which can be less
     * @throws VfioException if the kernel refuses
     * @throws IndexOutOfBoundsException if the bytes are not all in the region
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public int readRegion(RegionInfo region, long offset, ByteBuffer buffer) throws VfioException {
        checkAccess(region, offset, buffer);
        int result = descriptor.pread(buffer, region.offset() + offset);
        return result >= 0 ? result : fail(Step.READ_REGION, region, offset, result);
    }

    /**
     * Writes to a region with one pwrite(2), with the accesses that {@link #readRegion} makes.
     *
     * @param region the region
     * @param offset where in it
     * @param buffer direct; holds the bytes from its position to its limit, and keeps both
     * @return the number of bytes written, which can be less
     * @throws VfioException if the kernel refuses
     * @throws IndexOutOfBoundsException if the bytes are not all in the region
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public int writeRegion(RegionInfo region, long offset, ByteBuffer buffer) throws VfioException {
        checkAccess(region, offset, buffer);
        int result = descriptor.pwrite(buffer, region.offset() + offset);
        return result >= 0 ? result : fail(Step.WRITE_REGION, region, offset, result);
    }

    /** {@return the descriptor, for calls that this class does not make; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    /** Closes the device; the kernel then resets it, if it can. Closing again does nothing. */
    @Override
    public void close() {
        try {
            descriptor.close();
        } finally {
            whenClosed.accept(this);
        }
    }

    private int fail(Step step, RegionInfo region, long offset, int result) throws VfioException {
        String subject = name() + " region " + region.index() + " offset 0x" + Long.toHexString(offset);
        throw VfioException.of(step, subject, -result);
    }

    private static void checkAccess(RegionInfo region, long offset, ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("the buffer must be direct");
        }
        Objects.checkFromIndexSize(offset, buffer.remaining(), region.size());
    }

    private static int notNegative(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("an index is 0 or more, not " + index);
        }
        return index;
    }
}
