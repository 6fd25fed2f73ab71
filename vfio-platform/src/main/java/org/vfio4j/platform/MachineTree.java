// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.live.TreeDirectory;
import org.vfio4j.linux.HostFiles;

/** The device tree of the running kernel, read through the machine's files. */
record MachineTree(HostFiles files) implements TreeDirectory {
    static final Path DIRECTORY = Path.of("/sys/firmware/devicetree/base");
    private static final Path BLOB = Path.of("/sys/firmware/fdt");

    /** Reads the tree, in the order of the blob if this user may read it: the file is for root only (0400). */
    static LiveTree read(HostFiles files) throws IOException {
        MachineTree directory = new MachineTree(files);
        byte[] blob;
        try {
            blob = files.read(BLOB);
        } catch (IOException e) {
            LiveTree sorted = LiveTree.read(directory);
            return new LiveTree(sorted.tree(), sorted.orderSource(), "cannot read " + BLOB, sorted.unreadable());
        }
        return LiveTree.read(directory, blob);
    }

    @Override
    public List<String> list(String path) throws IOException {
        return files.list(DIRECTORY.resolve(path));
    }

    @Override
    public boolean isDirectory(String path) {
        return files.isDirectory(DIRECTORY.resolve(path));
    }

    @Override
    public byte[] read(String path) throws IOException {
        return files.read(DIRECTORY.resolve(path));
    }
}
