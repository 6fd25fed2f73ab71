// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.DmaMapLayout;
import org.vfio4j.vfio.abi.DmaUnmapLayout;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.OpenChildren;
import org.vfio4j.vfio.internal.ReusedStruct;

/**
 * A VFIO container: the IO address space that its groups share. The order is open, attach groups, {@link #setIommu},
 * open devices. With a backend of type1, {@link #map} and {@link #unmap} make memory reachable for the devices. Addresses
 * and lengths are unsigned 64-bit numbers of bytes.
 *
 * <p>Closing a container first closes the groups that are attached to it, and these their devices. Closing again does
 * nothing. All methods are safe for use by several threads; after {@code close()} they throw {@link
 * IllegalStateException}. Mapping and unmapping allocate no memory in the long run.
 *
 * <p>Source: {@code linux/vfio.h}, {@code drivers/vfio/container.c}, {@code drivers/vfio/vfio_iommu_type1.c}.
 */
public final class Container implements AutoCloseable {
    /** The device node of the containers. */
    public static final String PATH = "/dev/vfio/vfio";

    private final FileDescriptor descriptor;
    private final OpenChildren<Group> groups = new OpenChildren<>(Group::close);
    private final ReusedStruct maps = ReusedStruct.withArgsz(DmaMapLayout.SIZE);
    private final ReusedStruct unmaps = ReusedStruct.withArgsz(DmaUnmapLayout.SIZE);

    private Container(FileDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens a new container.
     *
     * @param linux the kernel
     * @return the container, without groups and backend
     * @throws VfioException if it cannot be opened
     * @throws KernelReplyException if the kernel speaks another version of the API than 0
     */
    public static Container open(LinuxSyscalls linux) throws VfioException, KernelReplyException {
        int fd = VfioException.check(
                Step.OPEN_CONTAINER, PATH, linux.open(PATH, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC));
        return taking(linux, fd);
    }

    /**
     * Takes over a descriptor of a container that somebody else opened, such as the process that started this one. It is
     * closed with the container, and also if this fails.
     *
     * @param linux the kernel
     * @param fd the descriptor
     * @return the container, in whatever state it is
     * @throws VfioException if it is not of a container
     * @throws KernelReplyException if the kernel speaks another version of the API than 0
     * @throws IllegalArgumentException if the descriptor is negative
     */
    public static Container taking(LinuxSyscalls linux, int fd) throws VfioException, KernelReplyException {
        FileDescriptor descriptor = FileDescriptor.owning(linux, fd, PATH);
        boolean usable = false;
        try {
            int version = VfioException.check(
                    Step.GET_API_VERSION, PATH, descriptor.ioctl(VfioIoctl.VFIO_GET_API_VERSION, 0));
            if (version != VfioFlags.VFIO_API_VERSION) {
                throw new KernelReplyException(
                        Step.GET_API_VERSION, PATH, "version " + version + " of the API; only version 0 is known");
            }
            usable = true;
            return new Container(descriptor);
        } finally {
            if (!usable) {
                descriptor.close();
            }
        }
    }

    /**
     * Asks for an extension. Without a backend any backend of the kernel may answer, with one only that.
     *
     * @param extension which
     * @return whether it is there
     * @throws VfioException if the kernel does not say
     */
    public boolean hasExtension(Extension extension) throws VfioException {
        int result = descriptor.ioctl(VfioIoctl.VFIO_CHECK_EXTENSION, extension.number());
        return VfioException.check(Step.CHECK_EXTENSION, extension.toString(), result) > 0;
    }

    /**
     * Chooses the IOMMU backend. A group must be attached; afterwards the backend stays until the last group is detached.
     *
     * @param type which
     * @throws VfioException if the kernel refuses
     */
    public void setIommu(IommuType type) throws VfioException {
        int result = descriptor.ioctl(VfioIoctl.VFIO_SET_IOMMU, type.number());
        if (result == -Errno.EPERM.number()) {
            throw VfioException.of(
                    Step.SET_IOMMU,
                    type.toString(),
                    Errno.EPERM,
                    type == IommuType.NOIOMMU
                            ? GroupExplanations.NOIOMMU_NEEDS_RAWIO
                            : GroupExplanations.NO_MSI_ISOLATION);
        }
        VfioException.check(Step.SET_IOMMU, type.toString(), result);
    }

    /**
     * Asks what mappings can be.
     *
     * @return the page sizes, where a mapping can be, and how many more there can be
     * @throws VfioException if the kernel does not say; ENOTTY without an IOMMU
     * @throws KernelReplyException if the answer cannot be
     */
    public Type1Info type1Info() throws VfioException, KernelReplyException {
        return Type1InfoQuery.ask(descriptor);
    }

    /**
     * Maps memory at a given address. The memory is locked, which RLIMIT_MEMLOCK limits, and must stay allocated until it
     * is unmapped: the devices go on using its pages.
     *
     * @param iova the address for devices
     * @param address the address of the memory in this process
     * @param length bytes, not 0
     * @param access what devices may do
     * @throws VfioException if the kernel refuses
     */
    public void map(long iova, long address, long length, DmaAccess access) throws VfioException {
        ByteBuffer map = maps.take()
                .putInt(DmaMapLayout.FLAGS, access.type1Flags())
                .putLong(DmaMapLayout.VADDR, address)
                .putLong(DmaMapLayout.IOVA, iova)
                .putLong(DmaMapLayout.SIZE_AT, length);
        int result = descriptor.ioctl(VfioIoctl.VFIO_IOMMU_MAP_DMA, map);
        maps.giveBack(map);
        check(Step.MAP_DMA, iova, length, result);
    }

    /**
     * Unmaps the mappings in a range, which must lie in it whole: version 2 of type1 says EINVAL for one that would be
     * cut, an iommufd in the container's place ENOENT.
     *
     * <p>Compare the answer with what was mapped. Version 1 says yes to a range that begins inside a mapping, and unmaps
     * nothing; the memory then stays the devices'.
     *
     * @param iova the first address
     * @param length bytes, not 0
     * @return how many bytes were unmapped, 0 if nothing was mapped there
     * @throws VfioException if the kernel refuses
     */
    public long unmap(long iova, long length) throws VfioException {
        return unmap(0, iova, length);
    }

    /**
     * Unmaps everything.
     *
     * @return how many bytes were unmapped, 0 if nothing was mapped
     * @throws VfioException if the kernel refuses; EINVAL without {@link Extension#UNMAP_ALL}
     */
    public long unmapAll() throws VfioException {
        return unmap(VfioFlags.VFIO_DMA_UNMAP_FLAG_ALL, 0, 0);
    }

    private long unmap(int flags, long iova, long length) throws VfioException {
        ByteBuffer unmap = unmaps.take()
                .putInt(DmaUnmapLayout.FLAGS, flags)
                .putLong(DmaUnmapLayout.IOVA, iova)
                .putLong(DmaUnmapLayout.SIZE_AT, length);
        int result = descriptor.ioctl(VfioIoctl.VFIO_IOMMU_UNMAP_DMA, unmap);
        long unmapped = unmap.getLong(DmaUnmapLayout.SIZE_AT);
        unmaps.giveBack(unmap);
        check(Step.UNMAP_DMA, iova, length, result);
        return unmapped;
    }

    private static void check(Step step, long iova, long length, int result) throws VfioException {
        if (result < 0) {
            throw VfioException.of(
                    step, "IOVA 0x" + Long.toHexString(iova) + " length 0x" + Long.toHexString(length), -result);
        }
    }

    /** {@return the descriptor, for calls that this class does not make; it must not be closed} */
    public FileDescriptor descriptor() {
        return descriptor;
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return descriptor.isClosed();
    }

    /** Closes the attached groups, their devices first, and then the container. Closing again does nothing. */
    @Override
    public void close() {
        try {
            groups.close();
        } finally {
            descriptor.close();
        }
    }

    boolean adopt(Group group) {
        return groups.add(group);
    }

    void release(Group group) {
        groups.remove(group);
    }
}
