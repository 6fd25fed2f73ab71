// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** /run: files that programs keep until the next boot. Only root writes there. */
final class RunDirectory {
    private static final Path ROOT = Path.of("/run");

    private final CallingProcess process;
    private final Set<Path> directories = new HashSet<>(Set.of(ROOT));
    private final Map<Path, byte[]> files = new TreeMap<>();

    RunDirectory(CallingProcess process) {
        this.process = process;
    }

    SysEntry.Directory entry() {
        return new SysEntry.Directory(() -> entries(ROOT));
    }

    private Map<String, SysEntry> entries(Path directory) {
        Map<String, SysEntry> entries = new TreeMap<>();
        directories.stream()
                .filter(child -> directory.equals(child.getParent()))
                .forEach(child -> entries.put(name(child), new SysEntry.Directory(() -> entries(child))));
        files.forEach((file, bytes) -> {
            if (directory.equals(file.getParent())) {
                entries.put(name(file), SysEntry.Attribute.readOnly(bytes::clone));
            }
        });
        return entries;
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    void create(Path file, byte[] bytes) throws IOException {
        requireWritable(file);
        for (Path above = file.getParent(); !above.equals(ROOT); above = above.getParent()) {
            directories.add(above);
        }
        if (files.containsKey(file) || directories.contains(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        files.put(file, bytes.clone());
    }

    void replace(Path file, byte[] bytes) throws IOException {
        requireWritable(file);
        if (!directories.contains(file.getParent())) {
            throw new NoSuchFileException(file.toString());
        }
        files.put(file, bytes.clone());
    }

    void delete(Path file) throws IOException {
        requireWritable(file);
        if (files.remove(file) == null) {
            throw new NoSuchFileException(file.toString());
        }
    }

    /** The other file systems that are simulated have files of the kernel only. */
    private void requireWritable(Path file) throws AccessDeniedException {
        if (!file.startsWith(ROOT)
                || file.equals(ROOT)
                || !process.credentials().mayOpen(0755, 2)) {
            throw new AccessDeniedException(file.toString());
        }
    }
}
