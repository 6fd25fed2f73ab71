// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;

/**
 * Memory for a device without an IOMMU is not where the device needs it: scattered, at no multiple of the alignment, or
 * beyond its bits of address. The kernel chooses where memory is; without an IOMMU nothing translates.
 */
public final class PhysicalAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    PhysicalAddressException(String problem, String remedy) {
        super(problem + ". Remedy: " + remedy + ".");
    }
}
