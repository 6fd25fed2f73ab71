// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import java.util.List;

/** What a region's info says beyond its fields. Regions of platform devices have none. */
public sealed interface RegionCapability {
    /** {@return the version of the capability} */
    int version();

    /**
     * Only these areas of the region can be mapped.
     *
     * @param version the version of the capability
     * @param areas the areas, in the kernel's order
     */
    record SparseMmap(int version, List<Area> areas) implements RegionCapability {
        /**
         * Copies the list.
         *
         * @param version the version of the capability
         * @param areas the areas
         */
        public SparseMmap {
            areas = List.copyOf(areas);
        }
    }

    /**
     * A part of a region that can be mapped.
     *
     * @param offset where in the region
     * @param size bytes
     */
    record Area(long offset, long size) {}

    /**
     * What a device specific region is.
     *
     * @param version the version of the capability
     * @param type the type, global or a vendor's
     * @param subtype the subtype in it
     */
    record RegionType(int version, int type, int subtype) implements RegionCapability {}

    /**
     * A capability that the framework does not know.
     *
     * @param id which
     * @param version the version of the capability
     * @param content a read-only buffer over what follows its header, to the next capability or the end of the reply
     */
    record Unknown(int id, int version, ByteBuffer content) implements RegionCapability {}
}
