// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;

/**
 * Reads device tree source text (Devicetree Specification 0.4, chapter 6, and what {@code dtc} adds to it):
 * expressions, {@code /bits/}, references by label and by path, extension of nodes, {@code /delete-node/}, {@code
 * /delete-property/}, {@code /omit-if-no-ref/}. The line {@code /dts-v1/;} may be left out.
 *
 * <p>It is the language after the C preprocessor; line markers ({@code # 1 "file"}) are skipped. Files are not
 * included ({@code /include/}, {@code /incbin/}) and overlays ({@code /plugin/}) are not read: both are errors that say
 * so.
 *
 * <p>As with {@code dtc}, a node that is referred to and has no {@code phandle} gets the lowest free one, as its last
 * property.
 *
 * <pre>{@code
 * DeviceTree tree = DtsReader.read("/ { uart@1000 { reg = <0x1000 0x100>; }; };");
 * }</pre>
 */
public final class DtsReader {
    private DtsReader() {}

    /**
     * Reads a tree.
     *
     * @param source the text
     * @return the tree
     * @throws DeviceTreeException with {@code BAD_SOURCE} and line and column, or with {@code TOO_DEEP}
     */
    public static DeviceTree read(String source) {
        return parse(source, false).build();
    }

    /**
     * Reads a tree from a UTF-8 file.
     *
     * @param file the file
     * @return the tree
     * @throws IOException if the file cannot be read
     * @throws DeviceTreeException with {@code BAD_SOURCE} and line and column, or with {@code TOO_DEEP}
     */
    public static DeviceTree read(Path file) throws IOException {
        return read(Files.readString(file));
    }

    /**
     * Reads a tree and notes its labels in {@code /__symbols__}, as {@code dtc -@} does, so that {@link
     * DeviceTree#byLabel} finds them. Every labelled node gets a phandle.
     *
     * @param source the text
     * @return the tree
     * @throws DeviceTreeException with {@code BAD_SOURCE} and line and column, or with {@code TOO_DEEP}
     */
    public static DeviceTree readWithSymbols(String source) {
        SourceTree tree = parse(source, true);
        tree.addSymbols();
        return tree.build();
    }

    private static SourceTree parse(String source, boolean withSymbols) {
        SourceTree tree = new SourceTree();
        new SourceParser(new SourceScanner(source), tree).parse();
        tree.resolve(withSymbols);
        return tree;
    }
}
