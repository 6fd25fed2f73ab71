// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/** Whether a blob is of the board that a directory shows: a running Linux changes neither of these. */
final class BoardCheck {
    private static final List<String> ROOT_PROPERTIES = List.of("compatible", "model", "#address-cells", "#size-cells");

    private BoardCheck() {}

    /** What does not fit; empty if all does. */
    static String mismatch(TreeDirectory directory, DeviceTree blob) throws IOException {
        Set<String> names = new HashSet<>(directory.list(""));
        for (String name : ROOT_PROPERTIES) {
            Property inBlob = blob.root().property(name).orElse(null);
            boolean inDirectory = names.contains(name);
            boolean same =
                    inBlob == null ? !inDirectory : inDirectory && Arrays.equals(directory.read(name), inBlob.bytes());
            if (!same) {
                return "the blob is of another tree: its root has another " + name;
            }
        }
        List<String> missing = blob.root().children().stream()
                .map(Node::name)
                .filter(name -> !names.contains(name) && !names.contains(name + "#1"))
                .toList();
        // An overlay may take nodes away, but not most of a tree.
        return missing.size() * 2 > blob.root().children().size()
                ? "the blob is of another tree: " + missing.size() + " nodes of its root are not there, such as "
                        + missing.get(0)
                : "";
    }
}
