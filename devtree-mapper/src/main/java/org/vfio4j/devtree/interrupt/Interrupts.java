// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.PhandleEntry;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.interrupt.InterruptFailure.Reason;

/** Resolves the interrupts of a node. */
public final class Interrupts {
    private final Node node;
    private final Property reg;
    private final Property interrupts;
    private final List<PhandleEntry> extended;
    private final List<String> names;
    private InterruptTree.Parent parent;

    private Interrupts(Node node, Property interrupts) {
        this.node = node;
        this.interrupts = interrupts;
        this.reg = node.property("reg").orElse(null);
        this.extended = PhandleEntry.listOf(node, "interrupts-extended", "#interrupt-cells");
        this.names = node.strings("interrupt-names");
    }

    /**
     * The node's own interrupts, up to the first that does not resolve. Entry i is that of {@code interrupts-extended},
     * or, if that one has no readable entry i, that of {@code interrupts} (Linux {@code of_irq_parse_one}; the
     * specification says that {@code interrupts-extended} replaces the other). Does not throw, whatever the properties
     * hold.
     *
     * @param node the node
     * @return the interrupts; empty without {@code interrupts} and {@code interrupts-extended}
     */
    public static InterruptList of(Node node) {
        Property interrupts = node.property("interrupts").orElse(null);
        if (interrupts == null && !node.hasProperty("interrupts-extended")) {
            return new InterruptList(List.of(), Optional.empty());
        }
        return new Interrupts(node, interrupts).resolve();
    }

    /** An entry before any map, or why there is none; both null at the end of the list. */
    private record Entry(String property, Node parent, List<Integer> specifier, InterruptFailure failure) {
        static final Entry END = new Entry(null, null, null, null);

        static Entry failed(Reason reason, Node at, String detail) {
            return new Entry(null, null, null, new InterruptFailure(0, reason, at.path(), detail));
        }
    }

    private InterruptList resolve() {
        List<Interrupt> resolved = new ArrayList<>(2);
        while (true) {
            int index = resolved.size();
            Entry entry = entry(index);
            if (entry == Entry.END) {
                return new InterruptList(resolved, Optional.empty());
            }
            if (entry.failure() != null) {
                return stopped(resolved, entry.failure());
            }
            InterruptRoute.Arrival arrival = InterruptRoute.follow(reg, entry.parent(), entry.specifier());
            if (arrival.failure() != null) {
                return stopped(resolved, arrival.failure());
            }
            resolved.add(new Interrupt(
                    index,
                    index < names.size() ? Optional.of(names.get(index)) : Optional.empty(),
                    entry.property(),
                    entry.parent(),
                    entry.specifier(),
                    arrival.controller(),
                    arrival.specifier(),
                    InterruptTrigger.of(arrival.controller(), arrival.specifier())));
        }
    }

    private static InterruptList stopped(List<Interrupt> resolved, InterruptFailure failure) {
        return new InterruptList(
                resolved,
                Optional.of(new InterruptFailure(resolved.size(), failure.reason(), failure.at(), failure.detail())));
    }

    private Entry entry(int index) {
        PhandleEntry first = extended.isEmpty() ? null : extended.get(Math.min(index, extended.size() - 1));
        if (index < extended.size() && first instanceof PhandleEntry.Reference reference) {
            return new Entry("interrupts-extended", reference.target(), reference.specifier(), null);
        }
        Entry fallback = interrupts == null ? Entry.END : fromInterrupts(index);
        if (fallback != Entry.END) {
            return fallback;
        }
        // Neither has the entry. Say what is wrong with interrupts-extended, if it does not simply end.
        if (first instanceof PhandleEntry.Malformed malformed) {
            return Entry.failed(reasonOf(malformed.problem()), node, "interrupts-extended: " + malformed.detail());
        }
        if (index < extended.size()) {
            return Entry.failed(Reason.HOLE, node, "interrupts-extended has phandle 0 for entry " + index);
        }
        return Entry.END;
    }

    private static Reason reasonOf(PhandleEntry.Problem problem) {
        return switch (problem) {
            case BAD_PHANDLE -> Reason.BAD_PHANDLE;
            case NO_CELL_COUNT -> Reason.BAD_CELL_COUNT;
            case TRUNCATED -> Reason.TRUNCATED;
        };
    }

    private Entry fromInterrupts(int index) {
        if (parent == null) {
            parent = new InterruptTree().parentOf(node);
        }
        if (parent.failure() != null) {
            return new Entry(null, null, null, parent.failure());
        }
        long cells = InterruptTree.cellOf(parent.node(), "#interrupt-cells");
        if (cells <= 0 || cells > InterruptTree.MAX_CELLS) {
            // With 0 Linux finds an interrupt at every index and never stops counting.
            return Entry.failed(
                    Reason.BAD_CELL_COUNT,
                    parent.node(),
                    cells < 0
                            ? "#interrupt-cells is empty"
                            : "#interrupt-cells is " + cells + "; 1 to " + InterruptTree.MAX_CELLS + " are possible");
        }
        long start = index * cells;
        long left = interrupts.cellCount() - start;
        if (left < cells) {
            return left <= 0
                    ? Entry.END
                    : Entry.failed(
                            Reason.TRUNCATED,
                            node,
                            "interrupts: entry " + index + " has " + left + " of " + cells + " cells");
        }
        Integer[] specifier = new Integer[(int) cells];
        for (int i = 0; i < specifier.length; i++) {
            specifier[i] = interrupts.cell((int) start + i);
        }
        return new Entry("interrupts", parent.node(), List.of(specifier), null);
    }
}
