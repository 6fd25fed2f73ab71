// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.guest.tree.GuestNote;
import org.vfio4j.platform.guest.tree.GuestPlatformBus;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.PlacedIrq;
import org.vfio4j.platform.guest.tree.PlacedRegion;

/** Prints where devices are in a guest as one JSON object of the schema {@code vfio4j.guest-tree/1}. */
final class GuestTreeJson {
    private final JsonAppendableWriter json;

    private GuestTreeJson(JsonAppendableWriter json) {
        this.json = json;
    }

    /**
     * Prints it.
     *
     * @param report what was done
     * @param terminal where
     * @throws IOException if it cannot be written
     */
    static void print(GuestReport report, Terminal terminal) throws IOException {
        StringBuilder text = new StringBuilder();
        new GuestTreeJson(JsonWriter.indent("  ").on(text)).report(report);
        terminal.out().append(text).append('\n');
    }

    private void report(GuestReport report) {
        GuestPlatformBus bus = report.placement().bus();
        json.object().value("schema", "vfio4j.guest-tree/1");
        json.value("file", report.file().toString()).value("form", Words.of(report.form()));
        json.object("bus").value("base", Hex.of(bus.base())).value("size", Hex.of(bus.size()));
        json.value("pageSize", bus.pageSize());
        json.value("firstSpi", bus.firstSpi()).value("spis", bus.spiCount()).end();
        json.array("devices");
        for (int i = 0; i < report.inspections().size(); i++) {
            device(
                    report,
                    report.inspections().get(i),
                    report.placement().devices().get(i));
        }
        json.end().array("notes");
        report.tree().notes().forEach(this::note);
        json.end().end().done();
    }

    private void device(GuestReport report, Inspection inspection, PlacedDevice place) {
        json.object().value("name", inspection.name()).value("node", inspection.node());
        json.value("guestNode", report.tree().paths().get(place.name()));
        json.value("label", report.tree().labels().get(place.name()));
        json.array("regions");
        for (PlacedRegion region : place.regions()) {
            json.object().value("index", region.index());
            json.value("guestAddress", Hex.of(region.guestAddress()));
            json.value("size", Hex.of(region.size())).end();
        }
        json.end().array("irqs");
        for (PlacedIrq irq : place.irqs()) {
            json.object().value("index", irq.index()).value("spi", irq.spi());
            json.value("intId", irq.intId());
            json.value("trigger", irq.isLevel() ? "level-high" : "edge-rising").end();
        }
        json.end().end();
    }

    private void note(GuestNote note) {
        json.object().value("kind", Words.of(note.kind())).value("node", note.node());
        json.value("property", note.property().isEmpty() ? null : note.property());
        json.value("why", note.why()).value("remedy", note.remedy()).end();
    }
}
