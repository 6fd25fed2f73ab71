// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.Unexposed;
import org.vfio4j.platform.InspectedIrq;
import org.vfio4j.platform.InspectedRegion;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.register.PageNeighbour;

/** Prints an inspection as one JSON object of the schema {@code vfio4j.inspect/1}, see {@code doc/json.md}. */
final class InspectJson {
    private final JsonAppendableWriter json;

    private InspectJson(JsonAppendableWriter json) {
        this.json = json;
    }

    /**
     * Prints it.
     *
     * @param inspection the inspection
     * @param terminal where
     * @throws IOException if it cannot be written
     */
    static void print(Inspection inspection, Terminal terminal) throws IOException {
        StringBuilder text = new StringBuilder();
        new InspectJson(JsonWriter.indent("  ").on(text)).inspection(inspection);
        terminal.out().append(text).append('\n');
    }

    private void inspection(Inspection i) {
        json.object().value("schema", "vfio4j.inspect/1");
        json.object("device").value("name", i.name()).value("bus", Words.of(i.bus()));
        json.value("node", i.node());
        json.value("sysfs", i.device().map(d -> d.path().toString()).orElse(null));
        json.value("driver", i.device().flatMap(SysfsDevice::driver).orElse(null));
        JsonValues.iommuGroup(json, i.device().flatMap(SysfsDevice::iommuGroup));
        JsonValues.eligibility(json, i.device().map(SysfsDevice::eligibility));
        json.end();
        json.value("mode", Words.of(i.mode())).value("policy", Words.of(i.policy()));
        json.value("source", Words.of(i.source())).value("order", Words.of(i.order()));
        json.value("pageSize", i.pageSize());
        json.value("byteOrder", i.byteOrder() == ByteOrder.BIG_ENDIAN ? "big-endian" : "little-endian");
        json.value("mapped", i.isMapped());
        json.array("regions");
        i.regions().forEach(r -> region(r, i.pageSize()));
        json.end().array("irqs");
        i.irqs().forEach(this::irq);
        json.end().array("unexposed");
        i.unexposed().forEach(this::unexposed);
        json.end();
        issues("warnings", i.warnings());
        issues("errors", i.errors());
        json.array("notes", i.notes());
        json.end().done();
    }

    private void region(InspectedRegion region, long pageSize) {
        json.object().value("index", region.index()).value("size", Hex.of(region.size()));
        words("flags", region.flags());
        JsonValues.hex(json, "offset", region.offset());
        json.value("access", Words.of(region.access().kind()));
        json.value("accessReason", region.access().reason());
        json.array("pageNeighbours");
        region.access().neighbours().forEach(this::neighbour);
        json.end();
        if (region.mapping().isPresent()) {
            mapping(region.mapping().get(), pageSize);
        } else {
            json.nul("mapping");
        }
        json.end();
    }

    private void neighbour(PageNeighbour neighbour) {
        json.object().value("name", neighbour.device()).value("node", neighbour.node());
        json.value("physicalAddress", Hex.of(neighbour.physicalAddress()));
        json.value("size", Hex.of(neighbour.size())).end();
    }

    private void mapping(RegionMapping mapping, long pageSize) {
        json.object("mapping").value("node", mapping.node());
        json.value("property", Words.of(mapping.source())).value("propertyIndex", mapping.sourceIndex());
        json.value("name", mapping.name().orElse(null));
        json.value("busAddress", Hex.of(mapping.busAddress()));
        json.value("physicalAddress", Hex.of(mapping.physicalAddress()));
        json.value("pageOffset", Hex.of(mapping.pageOffset(pageSize)));
        json.value("type", mapping.space() == AddressSpace.IO ? "io" : "mem").end();
    }

    private void irq(InspectedIrq irq) {
        json.object().value("index", irq.index()).value("count", irq.count());
        words("flags", irq.flags());
        if (irq.mapping().isPresent()) {
            mapping(irq.mapping().get());
        } else {
            json.nul("mapping");
        }
        json.end();
    }

    private void mapping(IrqMapping mapping) {
        json.object("mapping").value("node", mapping.node());
        json.value("property", mapping.property()).value("propertyIndex", mapping.sourceIndex());
        json.value("name", mapping.name().orElse(null));
        JsonValues.cells(json, "rawSpecifier", mapping.rawSpecifier());
        json.value("controller", mapping.controller());
        JsonValues.cells(json, "specifier", mapping.specifier());
        json.value("trigger", Words.of(mapping.trigger())).end();
    }

    private void unexposed(Unexposed entry) {
        json.object().value("kind", Words.of(entry.kind())).value("node", entry.node());
        json.value("property", entry.property()).value("propertyIndex", entry.sourceIndex());
        JsonValues.hex(json, "physicalAddress", entry.physicalAddress());
        JsonValues.hex(json, "size", entry.size());
        json.value("reason", entry.reason()).end();
    }

    private void issues(String key, List<MappingIssue> issues) {
        json.array(key);
        for (MappingIssue issue : issues) {
            json.object().value("kind", Words.of(issue.kind()));
            if (issue.index().isPresent()) {
                json.value("index", issue.index().getAsInt());
            } else {
                json.nul("index");
            }
            json.value("detail", issue.detail()).end();
        }
        json.end();
    }

    private void words(String key, Collection<? extends Enum<?>> constants) {
        json.array(key);
        constants.forEach(c -> json.value(Words.of(c)));
        json.end();
    }
}
