// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.List;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.Unexposed;
import org.vfio4j.platform.InspectedIrq;
import org.vfio4j.platform.InspectedRegion;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.register.RegionAccess;

/** Prints an inspection for people: the device, its regions, its interrupts, and what it does not expose. */
final class InspectTable {
    private static final String INDENT = "  ";

    private final Inspection inspection;
    private final Terminal terminal;

    private InspectTable(Inspection inspection, Terminal terminal) {
        this.inspection = inspection;
        this.terminal = terminal;
    }

    /**
     * Prints it.
     *
     * @param inspection the inspection
     * @param terminal where
     * @throws IOException if it cannot be written
     */
    static void print(Inspection inspection, Terminal terminal) throws IOException {
        InspectTable table = new InspectTable(inspection, terminal);
        table.device();
        table.regions();
        table.irqs();
        table.unexposed();
        table.issues("Warnings", Style.YELLOW, inspection.warnings());
        table.issues("Device and device tree disagree, so there is no mapping", Style.RED, inspection.errors());
        for (String note : inspection.notes()) {
            terminal.out()
                    .append("\nNote: ")
                    .append(Style.PLAIN.of(note, terminal))
                    .append('\n');
        }
    }

    private void device() throws IOException {
        Table table = new Table("", "");
        table.row("Device", inspection.name());
        table.style(1, Style.BOLD);
        table.row("Node", inspection.node());
        inspection.device().ifPresent(d -> table.row("Driver", driver(d)));
        table.row("Mode", mode());
        table.row("Source", source());
        table.row("Policy", policy());
        table.row("Page size", Long.toString(inspection.pageSize()));
        table.print(terminal, "");
    }

    private static String driver(SysfsDevice device) {
        String group = device.iommuGroup().map(g -> "group " + g.devicePath()).orElse("no IOMMU group");
        return device.driver().orElse("none") + " on the " + Words.of(device.bus()) + " bus, " + group;
    }

    private String mode() {
        return switch (inspection.mode()) {
            case OPENED -> "opened through VFIO, and compared with the device tree";
            case LIVE -> "not opened: a prediction for the running kernel";
            case OFFLINE -> "offline: a prediction";
        };
    }

    private String source() {
        return switch (inspection.source()) {
            case DEVTREE_INFO -> "ioctl VFIO_DEVICE_GET_DEVTREE_INFO; the device tree agrees";
            case LIVE_TREE -> "device tree of the running kernel";
            case TREE_FILE -> "device tree file";
        };
    }

    private String policy() {
        return inspection.policy() == MappingPolicy.KERNEL
                ? "kernel: leading reg entries, own interrupts"
                : "proposal: ranges, then reg; interrupts of descendants, then own";
    }

    private void heading(String text, Style style) throws IOException {
        terminal.out().append('\n').append(style.of(text, terminal)).append('\n');
    }

    private void regions() throws IOException {
        heading("Regions", Style.BOLD);
        Remarks remarks = new Remarks("region");
        Table table = new Table(
                ">#", ">SIZE", "FLAGS", "ACCESS", ">PHYSICAL", ">BUS ADDRESS", ">IN PAGE", "PROPERTY", "NAME", "NODE");
        for (InspectedRegion region : inspection.regions()) {
            RegionAccess access = region.access();
            remarks.add(region.index(), Words.of(access.kind()) + " (" + access.reason() + ")");
            if (!access.neighbours().isEmpty()) {
                remarks.add(region.index(), "shares its page with " + access.neighbourNames());
            }
            RegionMapping mapping = region.mapping().orElse(null);
            table.row(
                    Integer.toString(region.index()),
                    Hex.of(region.size()),
                    Words.of(region.flags()),
                    Words.of(access.kind()),
                    mapping == null ? "?" : Hex.of(mapping.physicalAddress()),
                    mapping == null ? "?" : Hex.of(mapping.busAddress()),
                    mapping == null ? "?" : Hex.of(mapping.pageOffset(inspection.pageSize())),
                    mapping == null ? "?" : Words.of(mapping.source()) + "[" + mapping.sourceIndex() + "]",
                    mapping == null ? "" : mapping.name().orElse(""),
                    mapping == null ? "?" : mapping.node());
            table.style(3, access.kind() == RegionAccess.Kind.MAPPED ? Style.GREEN : Style.YELLOW);
        }
        print(table);
        remarks.print(terminal, INDENT);
    }

    private void irqs() throws IOException {
        heading("Interrupts", Style.BOLD);
        Table table = new Table(">#", "TRIGGER", "SPECIFIER", "CONTROLLER", "PROPERTY", "NAME", "NODE");
        Remarks remarks = new Remarks("interrupt");
        for (InspectedIrq irq : inspection.irqs()) {
            remarks.add(irq.index(), "flags " + Words.of(irq.flags()));
            IrqMapping mapping = irq.mapping().orElse(null);
            table.row(
                    Integer.toString(irq.index()),
                    mapping == null ? "?" : Words.of(mapping.trigger()),
                    mapping == null ? "?" : Hex.of(mapping.specifier()),
                    mapping == null ? "?" : mapping.controller(),
                    mapping == null ? "?" : mapping.property() + "[" + mapping.sourceIndex() + "]",
                    mapping == null ? "" : mapping.name().orElse(""),
                    mapping == null ? "?" : mapping.node());
        }
        print(table);
        remarks.print(terminal, INDENT);
    }

    private void unexposed() throws IOException {
        if (inspection.unexposed().isEmpty()) {
            return;
        }
        heading("Not exposed", Style.BOLD);
        Reasons reasons = new Reasons();
        Table table = new Table("", "PROPERTY", ">PHYSICAL", ">SIZE", "NODE", "WHY");
        for (Unexposed entry : inspection.unexposed()) {
            table.row(
                    Words.of(entry.kind()),
                    entry.property() + "[" + entry.sourceIndex() + "]",
                    entry.physicalAddress().isPresent()
                            ? Hex.of(entry.physicalAddress().getAsLong())
                            : "",
                    entry.size().isPresent() ? Hex.of(entry.size().getAsLong()) : "",
                    entry.node(),
                    reasons.reference(entry.reason()));
        }
        print(table);
        reasons.print(terminal, INDENT);
    }

    private void print(Table table) throws IOException {
        if (table.isEmpty()) {
            terminal.out().write(INDENT + "none\n");
        }
        table.print(terminal, INDENT);
    }

    private void issues(String title, Style style, List<MappingIssue> issues) throws IOException {
        if (issues.isEmpty()) {
            return;
        }
        heading(title, style);
        for (MappingIssue issue : issues) {
            String line = INDENT + Words.of(issue.kind()) + ": " + issue.detail();
            terminal.out().append(Style.PLAIN.of(line, terminal)).append('\n');
        }
    }
}
