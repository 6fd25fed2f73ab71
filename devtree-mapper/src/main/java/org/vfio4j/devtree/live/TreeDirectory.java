// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory that shows a device tree as Linux does in {@code /sys/firmware/devicetree/base}: a directory for each
 * node, a file for each property. Paths are relative to it, with {@code /} between names; the empty path is the
 * directory itself.
 */
public interface TreeDirectory {
    /**
     * The names in a directory, in any order.
     *
     * @param path the directory
     * @return the names
     * @throws IOException if it cannot be listed
     */
    List<String> list(String path) throws IOException;

    /**
     * Whether a name is that of a directory.
     *
     * @param path the file or directory
     * @return true if it is a directory
     */
    boolean isDirectory(String path);

    /**
     * The content of a file, read to its end: the size that the file system tells may be 0.
     *
     * @param path the file
     * @return the content
     * @throws java.nio.file.AccessDeniedException if this user may not read it
     * @throws IOException if it cannot be read for another reason
     */
    byte[] read(String path) throws IOException;

    /**
     * A directory in a file system.
     *
     * @param directory such as {@code /sys/firmware/devicetree/base}; symbolic links to it are followed
     * @return the directory
     */
    static TreeDirectory of(Path directory) {
        return new FileTreeDirectory(directory);
    }
}
