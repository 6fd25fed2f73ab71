// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import org.vfio4j.devtree.Node;

/** How {@code vfio resolve} prints. */
interface ResolvePrinter {
    /**
     * Begins a file.
     *
     * @param name the file, as the user named it
     */
    void file(String name);

    /**
     * Resolves and prints a node of the file.
     *
     * @param node the node
     * @throws IOException if it cannot be written
     */
    void node(Node node) throws IOException;
}
