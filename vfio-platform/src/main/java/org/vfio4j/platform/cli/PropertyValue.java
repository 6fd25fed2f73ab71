// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Property;

/** A property's bytes for a person: strings if they look like some, else cells, else bytes. */
final class PropertyValue {
    private PropertyValue() {}

    /**
     * Formats a value as source does, without what names a reference.
     *
     * @param value the bytes
     * @return such as {@code "okay"}, {@code <0x0 0x1000>} or {@code [01 02 03]}; empty for no bytes
     */
    static String text(byte[] value) {
        if (value.length == 0) {
            return "";
        }
        Property property = DeviceTree.builder()
                .beginNode("")
                .property("value", value)
                .endNode()
                .build()
                .root()
                .properties()
                .get(0);
        if (property.looksLikeStrings()) {
            return property.strings().stream().map(s -> '"' + s + '"').collect(Collectors.joining(", "));
        }
        if (value.length % 4 == 0) {
            return Hex.of(IntStream.of(property.cells()).boxed().toList());
        }
        return "[" + HexFormat.ofDelimiter(" ").formatHex(value) + "]";
    }
}
