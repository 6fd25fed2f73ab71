// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;

/** An IO address space (drivers/iommu/iommufd/ioas.c): mappings that devices can be attached to. */
final class Ioas extends IommufdObject {
    private final IoPageTable pageTable;
    private final List<HwPageTable> hwPageTables = new ArrayList<>();

    Ioas(int pageSize) {
        this.pageTable = new IoPageTable(pageSize);
    }

    IoPageTable pageTable() {
        return pageTable;
    }

    void add(HwPageTable table) {
        hwPageTables.add(table);
    }

    void remove(HwPageTable table) {
        hwPageTables.remove(table);
    }

    /** Those that an attachment may share. */
    List<HwPageTable> automaticTables() {
        return hwPageTables.stream().filter(HwPageTable::isAutomatic).toList();
    }

    @Override
    void destroyed() {
        pageTable.unmap(IovaRange.ALL);
    }
}
