// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.Interrupts;

/** Prints one JSON object per node and line, as {@code doc/json.md} describes it. */
final class ResolveJson implements ResolvePrinter {
    private final Writer out;
    private final StringBuilder line = new StringBuilder(4096);
    private String file;

    ResolveJson(Writer out) {
        this.out = out;
    }

    @Override
    public void file(String name) {
        file = name;
    }

    @Override
    public void node(Node node) throws IOException {
        line.setLength(0);
        JsonAppendableWriter json = JsonWriter.on(line);
        json.object().value("dtb", file).value("path", node.path()).array("regs");
        for (RegEntry entry : Addresses.reg(node)) {
            reg(json, entry);
        }
        json.end().array("irqs");
        for (Interrupt interrupt : Interrupts.of(node).resolved()) {
            irq(json, interrupt);
        }
        json.end().end().done();
        out.append(line).append('\n');
    }

    private static void reg(JsonAppendableWriter json, RegEntry entry) {
        json.object().value("index", entry.index());
        String size = Hex.of(entry.size());
        if (entry.translation() instanceof Translation.Translated to) {
            json.value("phys", Hex.of(to.address())).value("size", size);
            json.value("type", to.space() == AddressSpace.IO ? "io" : "mem").nul("reason");
        } else if (entry.translation() instanceof Translation.Untranslatable not) {
            json.nul("phys").value("size", size).nul("type").value("reason", Words.of(not));
        }
        json.end();
    }

    private static void irq(JsonAppendableWriter json, Interrupt interrupt) {
        json.object().value("index", interrupt.index());
        json.value("controller", interrupt.controller().path()).array("specifier");
        for (int cell : interrupt.specifier()) {
            json.value(cell & 0xffff_ffffL);
        }
        json.end().end();
    }
}
