// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.nio.ByteOrder;
import java.util.Objects;
import java.util.OptionalLong;
import org.vfio4j.vfio.DmaAccess;

/**
 * What memory is wanted. Begin with {@link #of} and change what must be different:
 *
 * <pre>{@code
 * DmaBuffer ring = device.dma().allocate(DmaRequest.of(4096).addressBits(32).access(DmaAccess.READ));
 * }</pre>
 *
 * @param size bytes, 1 or more; what is allocated and mapped is rounded up to whole pages
 * @param access what the device may do; Java may always read and write
 * @param hugePages whether it is to be in huge pages of 2 MiB, and mapped at a multiple of 2 MiB
 * @param contiguous whether it must be one run of addresses for the device. Behind an IOMMU it always is. Without one it is
 *     within one page, and more than that is put into huge pages for it
 * @param alignment what the IOVA must be a multiple of, a power of two; less than a page is no use
 * @param addressBits how many bits of address the device has, 1 to 64: the IOVAs are below 2 to the power of this
 * @param iova where it must be mapped; empty for anywhere
 * @param order how numbers in it are laid out
 */
public record DmaRequest(
        long size,
        DmaAccess access,
        boolean hugePages,
        boolean contiguous,
        long alignment,
        int addressBits,
        OptionalLong iova,
        ByteOrder order) {
    /** A buffer can be seen as one ByteBuffer, with the room to be rounded up to huge pages. */
    private static final long MAXIMUM_SIZE = (2L << 30) - (2L << 20);

    /**
     * Makes the request.
     *
     * @param size see above
     * @param access see above
     * @param hugePages see above
     * @param contiguous see above
     * @param alignment see above
     * @param addressBits see above
     * @param iova see above
     * @param order see above
     * @throws IllegalArgumentException if a value is out of its range; a size has to be at most 2 GiB less 2 MiB
     */
    public DmaRequest {
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(iova, "iova");
        Objects.requireNonNull(order, "order");
        if (size <= 0 || size > MAXIMUM_SIZE) {
            throw new IllegalArgumentException("expected a size from 1 to " + MAXIMUM_SIZE + " bytes, got " + size);
        }
        if (alignment <= 0 || Long.bitCount(alignment) != 1) {
            throw new IllegalArgumentException("expected a power of two as the alignment, got " + alignment);
        }
        if (addressBits < 1 || addressBits > Long.SIZE) {
            throw new IllegalArgumentException("expected 1 to 64 bits of address, got " + addressBits);
        }
    }

    /**
     * Ordinary pages, mapped anywhere for reading and writing by the device, with little-endian numbers.
     *
     * @param size bytes, 1 or more
     * @return the request
     */
    public static DmaRequest of(long size) {
        return new DmaRequest(
                size, DmaAccess.READ_WRITE, false, false, 1, Long.SIZE, OptionalLong.empty(), ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The same with another access.
     *
     * @param value what the device may do
     * @return the request
     */
    public DmaRequest access(DmaAccess value) {
        return new DmaRequest(size, value, hugePages, contiguous, alignment, addressBits, iova, order);
    }

    /** {@return the same in huge pages of 2 MiB} */
    public DmaRequest inHugePages() {
        return new DmaRequest(size, access, true, contiguous, alignment, addressBits, iova, order);
    }

    /** {@return the same as one run of addresses for the device} */
    public DmaRequest contiguously() {
        return new DmaRequest(size, access, hugePages, true, alignment, addressBits, iova, order);
    }

    /**
     * The same with another alignment.
     *
     * @param value what the IOVA must be a multiple of, a power of two
     * @return the request
     */
    public DmaRequest alignment(long value) {
        return new DmaRequest(size, access, hugePages, contiguous, value, addressBits, iova, order);
    }

    /**
     * The same for a device with fewer bits of address.
     *
     * @param value 1 to 64
     * @return the request
     */
    public DmaRequest addressBits(int value) {
        return new DmaRequest(size, access, hugePages, contiguous, alignment, value, iova, order);
    }

    /**
     * The same at a given address.
     *
     * @param value the IOVA
     * @return the request
     */
    public DmaRequest at(long value) {
        return new DmaRequest(
                size, access, hugePages, contiguous, alignment, addressBits, OptionalLong.of(value), order);
    }

    /**
     * The same with another byte order.
     *
     * @param value how numbers in it are laid out
     * @return the request
     */
    public DmaRequest order(ByteOrder value) {
        return new DmaRequest(size, access, hugePages, contiguous, alignment, addressBits, iova, value);
    }

    /** The last IOVA that the device can form. */
    long lastAddress() {
        return -1L >>> (Long.SIZE - addressBits);
    }

    long sizeInMultiplesOf(long granule) {
        return (size + granule - 1) & -granule;
    }
}
