// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a type1 container says of its mappings, with {@code VFIO_IOMMU_GET_INFO}.
 *
 * @param pageSizes the page sizes of the IOMMU in bytes, a bit each; the lowest is what addresses and sizes of mappings
 *     must be multiples of
 * @param ranges where a mapping can be, by rising address, what is reserved left out; all addresses if the kernel does
 *     not say, as before Linux 5.4
 * @param availableMappings how many mappings can still be made; empty before Linux 5.10
 */
public record Type1Info(long pageSizes, List<IovaRange> ranges, OptionalLong availableMappings) {
    /**
     * Makes the answer.
     *
     * @param pageSizes see above
     * @param ranges see above
     * @param availableMappings see above
     */
    public Type1Info {
        ranges = List.copyOf(ranges);
    }

    /** {@return where a mapping can be, as an IO address space of an iommufd says it} */
    public IovaRanges iovaRanges() {
        return new IovaRanges(ranges, Long.lowestOneBit(pageSizes));
    }
}
