// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vfio4j.linux.CloseAll;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;

/** The regions of a device that are open, one object for each region and way to it. */
final class OpenRegions {
    private final Map<Key, Region> regions = new HashMap<>();
    private final String device;
    private boolean closed;

    OpenRegions(String device) {
        this.device = device;
    }

    private record Key(int index, Access access) {}

    /** Opens a region, which may fail. */
    interface Opener {
        Region open() throws IOException;
    }

    /** The region that is open; without one, or if it was closed, what the opener opens. */
    synchronized Region get(int index, Access access, Opener opener) throws IOException {
        if (closed) {
            throw new IllegalStateException(device + " is closed");
        }
        Key key = new Key(index, access);
        Region region = regions.get(key);
        if (region == null || region.isClosed()) {
            region = opener.open();
            regions.put(key, region);
        }
        return region;
    }

    /** Closes every one of them, and lets no more be opened. */
    synchronized void close() {
        closed = true;
        List<Region> all = List.copyOf(regions.values());
        regions.clear();
        CloseAll.of(all, Region::close);
    }
}
