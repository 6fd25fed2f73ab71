// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.InterruptList;
import org.vfio4j.devtree.interrupt.Interrupts;

/** Prints a small table per node, for people. */
final class ResolveTable implements ResolvePrinter {
    private final Terminal terminal;
    private String file;
    private boolean first = true;

    ResolveTable(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void file(String name) {
        file = name;
    }

    @Override
    public void node(Node node) throws IOException {
        if (!first) {
            terminal.out().write('\n');
        }
        first = false;
        terminal.out()
                .append(file)
                .append(' ')
                .append(Style.BOLD.of(node.path(), terminal))
                .append('\n');
        Table table = new Table("", "", ">", ">", "");
        for (RegEntry entry : Addresses.reg(node)) {
            reg(table, entry);
        }
        InterruptList interrupts = Interrupts.of(node);
        for (Interrupt interrupt : interrupts.resolved()) {
            String name = interrupt.name().orElse("");
            table.row(
                    "irq[" + interrupt.index() + "]",
                    name,
                    "",
                    "",
                    interrupt.controller().path() + " " + Hex.of(interrupt.specifier()));
        }
        interrupts.stoppedBy().ifPresent(stop -> table.row("irq[" + stop.index() + "]", "", "-", "", stop.detail()));
        table.print(terminal, "  ");
    }

    private static void reg(Table table, RegEntry entry) {
        String index = "reg[" + entry.index() + "]";
        String name = entry.name().orElse("");
        String size = Hex.of(entry.size());
        if (entry.translation() instanceof Translation.Translated to) {
            String kind = to.space() == AddressSpace.IO ? "I/O ports" : "memory";
            table.row(index, name, Hex.of(to.address()), size, kind);
        } else if (entry.translation() instanceof Translation.Untranslatable not) {
            table.row(index, name, "-", size, Words.of(not));
        }
    }
}
