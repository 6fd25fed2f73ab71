// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.List;
import java.util.function.Function;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * The value of a property as source text. A value has no type of its own, so this is a guess at the clearest of the
 * texts that all mean the same bytes: strings where it reads as text, cells where its length is a multiple of four,
 * bytes otherwise.
 */
public final class PropertyText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private PropertyText() {}

    /**
     * The text of a value, with references by path: {@code <&{/soc/pic@40000} 0x2>, <0x1>} or {@code "okay"}.
     *
     * @param node the node that has the property
     * @param property the property
     * @return the text between {@code =} and {@code ;}; empty for an empty value
     */
    public static String of(Node node, Property property) {
        StringBuilder text = new StringBuilder();
        append(text, node, property, target -> "&{" + target.path() + "}");
        return text.toString();
    }

    /**
     * Appends a value.
     *
     * @param text where to
     * @param node the node that has the property
     * @param property the property
     * @param references the text of a reference to a node; null to leave it a number
     */
    static void append(StringBuilder text, Node node, Property property, Function<Node, String> references) {
        if (property.length() == 0) {
            return;
        }
        boolean numeric = PhandleReferences.isNumeric(property.name());
        List<PhandleReference> found = numeric ? List.of() : PhandleReferences.in(node, property);
        if (!numeric && found.isEmpty() && TextGuess.isText(property)) {
            strings(text, property);
        } else if (property.length() % 4 == 0) {
            cells(text, property, found, rowLength(node, property), references);
        } else {
            bytes(text, property);
        }
    }

    /** Cells of one entry, for the properties whose entries have one length; 0 for all others. */
    private static int rowLength(Node node, Property property) {
        String name = property.name();
        boolean ranges = name.equals("ranges") || name.equals("dma-ranges");
        Node parent = node.parent().orElse(null);
        if (parent == null || !ranges && !name.equals("reg")) {
            return 0;
        }
        int row = cellCount(parent, "#address-cells", 2)
                + (ranges
                        ? cellCount(node, "#address-cells", 2) + cellCount(node, "#size-cells", 1)
                        : cellCount(parent, "#size-cells", 1));
        return row > 0 && property.cellCount() % row == 0 ? row : 0;
    }

    private static int cellCount(Node node, String name, int otherwise) {
        Property property = node.property(name).orElse(null);
        return property == null ? otherwise : property.length() == 4 ? property.cell(0) & 0xff : 0;
    }

    private static void cells(
            StringBuilder text,
            Property property,
            List<PhandleReference> found,
            int row,
            Function<Node, String> names) {
        text.append('<');
        int next = 0;
        for (int i = 0; i < property.cellCount(); i++) {
            PhandleReference reference = next < found.size() ? found.get(next) : null;
            if (i > 0) {
                boolean begins = row > 0 ? i % row == 0 : reference != null && reference.row() == i;
                text.append(begins ? ">, <" : " ");
            }
            String name = null;
            if (reference != null && reference.cell() == i) {
                name = names.apply(reference.target());
                next++;
            }
            if (name == null) {
                hex(text.append("0x"), property.cell(i));
            } else {
                text.append(name);
            }
        }
        text.append('>');
    }

    private static void hex(StringBuilder text, int value) {
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(value)) / 4);
        for (int shift = digits * 4 - 4; shift >= 0; shift -= 4) {
            text.append(HEX[value >>> shift & 0xf]);
        }
    }

    private static void bytes(StringBuilder text, Property property) {
        text.append('[');
        for (int i = 0; i < property.length(); i++) {
            int b = property.byteAt(i);
            text.append(i == 0 ? "" : " ").append(HEX[b >>> 4]).append(HEX[b & 0xf]);
        }
        text.append(']');
    }

    private static void strings(StringBuilder text, Property property) {
        text.append('"');
        int last = property.length() - 1;
        for (int i = 0; i < last; i++) {
            int b = property.byteAt(i);
            if (b == 0) {
                text.append("\", \"");
            } else {
                Escapes.append(text, b);
            }
        }
        text.append('"');
    }
}
