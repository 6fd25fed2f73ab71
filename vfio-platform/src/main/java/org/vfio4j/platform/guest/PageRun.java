// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whole pages of a region, one behind the other.
 *
 * @param offset bytes from the start of the region
 * @param length bytes
 */
record PageRun(long offset, long length) {
    /** The pages of a region that no overlay has a byte of. */
    static List<PageRun> between(List<Overlay> overlays, long size, long pageSize) {
        List<PageRun> runs = new ArrayList<>();
        long from = 0;
        for (Overlay overlay : overlays.stream()
                .sorted(Comparator.comparingLong(Overlay::offset))
                .toList()) {
            addRun(runs, from, overlay.offset() & -pageSize);
            from = Math.max(from, (overlay.end() + pageSize - 1) & -pageSize);
        }
        addRun(runs, from, size);
        return runs;
    }

    private static void addRun(List<PageRun> runs, long from, long to) {
        if (from < to) {
            runs.add(new PageRun(from, to - from));
        }
    }
}
