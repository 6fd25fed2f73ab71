// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import java.util.List;
import org.vfio4j.platform.dma.DmaMemory;

/**
 * Memory that is contiguous for the device: what one descriptor is about.
 *
 * @param address of its first byte for the device
 * @param length bytes, 1 or more
 */
public record Segment(long address, int length) {
    /**
     * Checks the length.
     *
     * @param address of its first byte for the device
     * @param length bytes
     * @throws IllegalArgumentException if there are no bytes
     */
    public Segment {
        if (length <= 0) {
            throw new IllegalArgumentException("expected 1 byte or more, got " + length);
        }
    }

    /**
     * The segments of some memory, in order: one behind an IOMMU; without one, as many as it has physically contiguous
     * parts.
     *
     * @param memory the memory
     * @return its segments
     */
    public static List<Segment> of(DmaMemory memory) {
        return memory.segments().stream()
                .map(run -> new Segment(run.iova(), Math.toIntExact(run.length())))
                .toList();
    }
}
