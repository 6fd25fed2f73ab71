// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

/** Why an access is not made. Apart from the accesses themselves, which have to stay small to be compiled well. */
final class Refusal {
    private Refusal() {}

    static RuntimeException of(Region region, long offset, int width, boolean write, boolean possible) {
        String what = RegisterAccessException.describe(region.name(), offset, width, write);
        if (region.isClosed()) {
            return closed(region);
        }
        if (!possible) {
            return new UnsupportedOperationException(
                    what + ": the kernel does not let the region be " + (write ? "written" : "read"));
        }
        if (offset < 0 || offset > region.size() - width) {
            return new IndexOutOfBoundsException(
                    what + ": the region has 0x" + Long.toHexString(region.size()) + " bytes");
        }
        return new IllegalArgumentException(what + ": expected an offset that is a multiple of " + width);
    }

    static IllegalStateException closed(Region region) {
        return new IllegalStateException(region.name() + " is closed");
    }
}
