// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.List;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.platform.InspectedRegion;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.guest.tree.GuestNote;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.PlacedIrq;
import org.vfio4j.platform.guest.tree.PlacedRegion;

/** Prints for people where devices are in a guest, and what the guest lacks. */
final class GuestTreePrinter {
    private static final String INDENT = "  ";

    private final GuestReport report;
    private final Terminal terminal;

    private GuestTreePrinter(GuestReport report, Terminal terminal) {
        this.report = report;
        this.terminal = terminal;
    }

    /**
     * Prints it.
     *
     * @param report what was done
     * @param terminal where
     * @throws IOException if it cannot be written
     */
    static void print(GuestReport report, Terminal terminal) throws IOException {
        GuestTreePrinter printer = new GuestTreePrinter(report, terminal);
        for (int i = 0; i < report.inspections().size(); i++) {
            terminal.out().append(i == 0 ? "" : "\n");
            printer.device(
                    report.inspections().get(i), report.placement().devices().get(i));
        }
        printer.notes(GuestNote.Kind.PROVIDE, "The guest lacks", Style.YELLOW);
        printer.notes(GuestNote.Kind.CHECK, "Numbers that may be references", Style.YELLOW);
        printer.notes(GuestNote.Kind.UNEXPOSED, "Not exposed by VFIO", Style.BOLD);
        printer.notes(GuestNote.Kind.HOST, "Stays with the host, nothing to do", Style.BOLD);
        terminal.out()
                .append("\nWrote " + Words.printable(report.file().toString()) + ": " + printer.what() + ", "
                        + report.size() + " bytes\n");
    }

    private String what() {
        return switch (report.form()) {
            case BLOB -> "the guest's tree";
            case SOURCE -> "the guest's tree as source";
            case OVERLAY -> "an overlay for the guest's tree";
        };
    }

    private void device(Inspection inspection, PlacedDevice place) throws IOException {
        Table head = new Table("", "");
        head.row("Device", inspection.name());
        head.style(1, Style.BOLD);
        head.row("Node", inspection.node());
        head.row("In the guest", report.tree().paths().get(place.name()));
        head.row("Label", report.tree().labels().get(place.name()));
        head.print(terminal, "");
        regions(inspection, place);
        irqs(inspection, place);
        for (String note : inspection.notes()) {
            terminal.out().append(INDENT + "Note: " + Words.printable(note) + "\n");
        }
    }

    private void regions(Inspection inspection, PlacedDevice place) throws IOException {
        Table table = new Table(">REGION", ">GUEST", ">SIZE", "ACCESS", ">HOST", "PROPERTY");
        for (InspectedRegion region : inspection.regions()) {
            PlacedRegion placed = place.region(region.index());
            RegionMapping mapping = region.mapping().orElseThrow();
            table.row(
                    Integer.toString(region.index()),
                    Hex.of(placed.guestAddress()),
                    Hex.of(placed.size()),
                    Words.of(region.access().kind()),
                    Hex.of(mapping.physicalAddress()),
                    Words.of(mapping.source()) + "[" + mapping.sourceIndex() + "]");
        }
        table.print(terminal, INDENT);
    }

    private void irqs(Inspection inspection, PlacedDevice place) throws IOException {
        Table table = new Table(">IRQ", ">SPI", ">INTID", "TRIGGER", "PROPERTY", "NODE");
        inspection.irqs().forEach(irq -> {
            PlacedIrq placed = place.irq(irq.index());
            IrqMapping mapping = irq.mapping().orElseThrow();
            table.row(
                    Integer.toString(irq.index()),
                    Integer.toString(placed.spi()),
                    Integer.toString(placed.intId()),
                    placed.isLevel() ? "level-high" : "edge-rising",
                    mapping.property() + "[" + mapping.sourceIndex() + "]",
                    mapping.node());
        });
        table.print(terminal, INDENT);
    }

    private void notes(GuestNote.Kind kind, String title, Style style) throws IOException {
        List<GuestNote> notes =
                report.tree().notes().stream().filter(n -> n.kind() == kind).toList();
        if (notes.isEmpty()) {
            return;
        }
        terminal.out().append('\n').append(style.of(title, terminal)).append('\n');
        Reasons reasons = new Reasons();
        boolean hasRemedy = kind == GuestNote.Kind.PROVIDE || kind == GuestNote.Kind.CHECK;
        Table table = new Table("PROPERTY", "NODE", "WHY");
        for (GuestNote note : notes) {
            String text = hasRemedy ? note.why() + ". Remedy: " + note.remedy() : note.why();
            table.row(note.property().isEmpty() ? "-" : note.property(), note.node(), reasons.reference(text));
        }
        table.print(terminal, INDENT);
        reasons.print(terminal, INDENT);
    }
}
