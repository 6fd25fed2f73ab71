// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.nio.ByteOrder;

/** Another way to look at a region. It is closed with the region, and closes it. */
abstract sealed class RegionView extends Region permits CheckedRegion, OverlayRegion, SwappedRegion {
    final Region below;

    RegionView(Region below, ByteOrder byteOrder) {
        super(below.name(), below.size(), byteOrder, below.access(), true, true);
        this.below = below;
    }

    @Override
    public final boolean isClosed() {
        return below.isClosed();
    }

    @Override
    public final void close() {
        below.close();
    }
}
