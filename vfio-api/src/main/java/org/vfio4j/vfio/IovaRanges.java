// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.util.List;

/**
 * Where in an IO address space a mapping can be.
 *
 * @param ranges by rising address
 * @param alignment what addresses and lengths must be multiples of, a power of two; 1 before a device is attached
 */
public record IovaRanges(List<IovaRange> ranges, long alignment) {
    /**
     * Makes the answer.
     *
     * @param ranges see above
     * @param alignment see above
     */
    public IovaRanges {
        ranges = List.copyOf(ranges);
    }
}
