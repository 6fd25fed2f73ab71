// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;

/** The page table of an SMMU that shows an IOAS to devices (struct iommufd_hwpt_paging). */
final class HwPageTable extends IommufdObject {
    /** What an SMMU of 48 bits cannot address. */
    private static final List<IovaRange> UNREACHABLE = IovaRange.ALL.without(List.of(new IovaRange(0, (1L << 48) - 1)));

    private final Ioas ioas;
    private boolean filled;
    private boolean automatic;

    HwPageTable(Ioas ioas) {
        this.ioas = ioas;
        ioas.use();
    }

    Ioas ioas() {
        return ioas;
    }

    /** Whether the kernel made it for an attachment, to take it away with the last. */
    boolean isAutomatic() {
        return automatic;
    }

    void setAutomatic() {
        automatic = true;
    }

    /** The mappings of the IOAS get into it, and those to come. */
    void fill() {
        ioas.pageTable().addDomain(this, UNREACHABLE);
        ioas.add(this);
        filled = true;
    }

    @Override
    void destroyed() {
        if (filled) {
            ioas.remove(this);
            ioas.pageTable().removeDomain(this);
        }
        ioas.unuse();
    }
}
