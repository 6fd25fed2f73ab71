// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory of the default file system. */
record FileTreeDirectory(Path directory) implements TreeDirectory {
    @Override
    public List<String> list(String path) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(at(path))) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        }
        return names;
    }

    @Override
    public boolean isDirectory(String path) {
        // Links inside of the tree are none of Linux's, and could lead round in circles.
        return path.isEmpty() ? Files.isDirectory(directory) : Files.isDirectory(at(path), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public byte[] read(String path) throws IOException {
        try (InputStream in = Files.newInputStream(at(path))) {
            return in.readAllBytes();
        }
    }

    private Path at(String path) {
        return path.isEmpty() ? directory : directory.resolve(path);
    }
}
