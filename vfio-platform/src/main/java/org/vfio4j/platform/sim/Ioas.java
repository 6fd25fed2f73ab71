// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** An IO address space (drivers/iommu/iommufd/ioas.c): mappings that devices can be attached to. */
final class Ioas extends IommufdObject {
    private final IoPageTable pageTable;

    Ioas(int pageSize) {
        this.pageTable = new IoPageTable(pageSize);
    }

    IoPageTable pageTable() {
        return pageTable;
    }

    @Override
    void destroyed() {
        pageTable.unmap(IovaRange.ALL);
    }
}
