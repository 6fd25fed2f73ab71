// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

/**
 * Where the three parts of a split virtqueue are: descriptor table, available ring (driver area) and used ring (device
 * area), one after the other as the legacy interface wants it (section 2.7.2). It is at most one page long, so that its
 * physical memory is contiguous without an IOMMU too.
 *
 * @param size number of descriptors, a power of two
 */
record RingLayout(int size) {
    /** The largest queue that fits into a page. */
    static final int LARGEST = 128;
    /** Of a whole queue, for its allocation. Both the size and the alignment. */
    static final int PAGE = 4096;
    /** What the used ring is a multiple of: a cache line, so that device and driver do not write to the same one. */
    static final int USED_ALIGNMENT = 64;

    /** {@code struct virtq_desc}: addr u64, len u32, flags u16, next u16. Section 2.7.5. */
    private static final int DESCRIPTOR = 16;

    private static final int DESCRIPTOR_LENGTH = 8;
    private static final int DESCRIPTOR_FLAGS = 12;
    private static final int DESCRIPTOR_NEXT = 14;
    /** {@code flags} and {@code idx}, u16 each, at the start of both rings. Sections 2.7.6 and 2.7.8. */
    private static final int INDEX = 2;

    private static final int RING = 4;
    private static final int AVAILABLE_ENTRY = 2;
    /** {@code struct virtq_used_elem}: id u32, len u32. */
    private static final int USED_ENTRY = 8;

    private static final int USED_LENGTH = 4;

    RingLayout {
        if (size < 1 || size > LARGEST || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("expected a power of two up to " + LARGEST + ", got " + size);
        }
    }

    /** The largest queue that the device, which says its maximum unsigned, and a page have room for. */
    static RingLayout upTo(int deviceMaximum) {
        long most = Math.min(Integer.toUnsignedLong(deviceMaximum), LARGEST);
        return new RingLayout((int) Long.highestOneBit(most));
    }

    int descriptorAddress(int index) {
        return index * DESCRIPTOR;
    }

    int descriptorLength(int index) {
        return index * DESCRIPTOR + DESCRIPTOR_LENGTH;
    }

    int descriptorFlags(int index) {
        return index * DESCRIPTOR + DESCRIPTOR_FLAGS;
    }

    int descriptorNext(int index) {
        return index * DESCRIPTOR + DESCRIPTOR_NEXT;
    }

    int available() {
        return size * DESCRIPTOR;
    }

    int availableFlags() {
        return available();
    }

    int availableIndex() {
        return available() + INDEX;
    }

    /** The entry for an index that counts on without bound. */
    int availableEntry(int index) {
        return available() + RING + (index & (size - 1)) * AVAILABLE_ENTRY;
    }

    int used() {
        // The entries are followed by used_event (u16), which is only used with VIRTIO_F_EVENT_IDX.
        int end = available() + RING + size * AVAILABLE_ENTRY + Short.BYTES;
        return (end + USED_ALIGNMENT - 1) & -USED_ALIGNMENT;
    }

    int usedFlags() {
        return used();
    }

    int usedIndex() {
        return used() + INDEX;
    }

    /** The id of the entry for an index that counts on without bound. */
    int usedId(int index) {
        return used() + RING + (index & (size - 1)) * USED_ENTRY;
    }

    int usedLength(int index) {
        return usedId(index) + USED_LENGTH;
    }
}
