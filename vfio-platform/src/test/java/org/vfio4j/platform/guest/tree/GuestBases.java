// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import org.vfio4j.devtree.dts.DtsReader;

/** Trees of guests for tests. */
final class GuestBases {
    private GuestBases() {}

    static GuestBase of(String source) throws GuestTreeException {
        return GuestBase.of(DtsReader.read("/dts-v1/;\n" + source));
    }
}
