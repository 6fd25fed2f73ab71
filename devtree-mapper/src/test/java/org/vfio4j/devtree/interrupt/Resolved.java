// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import java.util.List;
import java.util.stream.Collectors;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;

/** Interrupts as short text, numbers in decimal, so that a test reads like the table that it checks. */
final class Resolved {
    private Resolved() {}

    /** Each interrupt: "/gic 0 68 4". */
    static List<String> irqs(DeviceTree tree, String path) {
        return of(tree, path).resolved().stream().map(Resolved::shown).toList();
    }

    /** What ended the list: "HOLE /dev", or "end". */
    static String end(DeviceTree tree, String path) {
        return of(tree, path)
                .stoppedBy()
                .map(failure -> failure.reason() + " " + failure.at())
                .orElse("end");
    }

    static InterruptList of(DeviceTree tree, String path) {
        Node node = tree.find(path).orElseThrow(() -> new AssertionError("no node " + path));
        return Interrupts.of(node);
    }

    private static String shown(Interrupt interrupt) {
        return interrupt.controller().path() + " "
                + interrupt.specifier().stream().map(Integer::toUnsignedString).collect(Collectors.joining(" "));
    }
}
