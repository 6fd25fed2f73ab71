// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.live.TreeDirectory;

/** Reads a device tree as Linux shows it: a directory for each node. */
final class LiveTreeFile {
    /** The tree of the running kernel. */
    static final Path BASE = Path.of("/sys/firmware/devicetree/base");

    private static final Path BLOB = Path.of("/sys/firmware/fdt");

    private LiveTreeFile() {}

    /**
     * Whether a directory shows a device tree. Linux adds the property {@code name} to each node; {@code compatible} is
     * for copies without it.
     *
     * @param directory the directory
     * @return true if it does
     */
    static boolean isTree(Path directory) {
        return Files.isRegularFile(directory.resolve("name")) || Files.isRegularFile(directory.resolve("compatible"));
    }

    /**
     * Reads the tree; that of the running kernel in the order of its blob, if this user may read it.
     *
     * @param directory the directory
     * @return the tree
     * @throws IOException if it cannot be read
     */
    static LiveTree read(Path directory) throws IOException {
        TreeDirectory tree = TreeDirectory.of(directory);
        boolean isRunning = Files.exists(BASE) && Files.isSameFile(directory, BASE);
        return isRunning && Files.isReadable(BLOB)
                ? LiveTree.read(tree, Files.readAllBytes(BLOB))
                : LiveTree.read(tree);
    }
}
