// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.address.Translation.Untranslatable;

/** Translations as short text, numbers in hexadecimal, so that a test reads like the table that it checks. */
final class Shown {
    private Shown() {}

    /** Each {@code reg} entry: "80001000+100", or the reason and the place. */
    static List<String> reg(DeviceTree tree, String path) {
        return Addresses.reg(node(tree, path)).stream()
                .map(entry -> shown(entry.translation(), entry.size()))
                .toList();
    }

    /** Each {@code ranges} entry: the child's address, an arrow, and as for {@code reg}. */
    static List<String> ranges(DeviceTree tree, String path) {
        return shown(Addresses.ranges(node(tree, path)));
    }

    static List<String> dmaRanges(DeviceTree tree, String path) {
        return shown(Addresses.dmaRanges(node(tree, path)));
    }

    static List<String> dmaWindows(DeviceTree tree, String path) {
        return shown(Addresses.dmaWindows(node(tree, path)));
    }

    static String translation(Translation translation) {
        if (translation instanceof Untranslatable untranslatable) {
            return untranslatable.reason() + " " + untranslatable.at();
        }
        return Long.toHexString(((Translated) translation).address());
    }

    static Node node(DeviceTree tree, String path) {
        return tree.find(path).orElseThrow(() -> new AssertionError("no node " + path));
    }

    private static List<String> shown(List<RangesEntry> entries) {
        return entries.stream()
                .map(e -> Long.toHexString(e.childAddress()) + " -> " + shown(e.translation(), e.size()))
                .toList();
    }

    private static String shown(Translation translation, long size) {
        if (translation instanceof Translated translated) {
            String io = translated.space() == AddressSpace.IO ? " io" : "";
            return Long.toHexString(translated.address()) + "+" + Long.toHexString(size) + io;
        }
        return translation(translation);
    }
}
