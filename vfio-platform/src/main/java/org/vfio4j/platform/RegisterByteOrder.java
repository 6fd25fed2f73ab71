// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.nio.ByteOrder;
import org.vfio4j.devtree.Node;

/** The byte order of a device's registers. */
final class RegisterByteOrder {
    private RegisterByteOrder() {}

    /**
     * Big-endian if the node says {@code big-endian}, or {@code native-endian} on such a CPU, else little-endian ({@code
     * of_device_is_big_endian} of {@code drivers/of/base.c}). The properties of other nodes do not count.
     */
    static ByteOrder of(Node node) {
        if (node.hasProperty("big-endian")) {
            return ByteOrder.BIG_ENDIAN;
        }
        return node.hasProperty("native-endian") ? ByteOrder.nativeOrder() : ByteOrder.LITTLE_ENDIAN;
    }
}
