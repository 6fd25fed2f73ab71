// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vfio4j.linux.HostFiles;

/** Files of the kernel that may not be there, or not for this user. */
public final class HostText {
    private HostText() {}

    /**
     * Reads a file.
     *
     * @param files the machine's files
     * @param file the file
     * @return its bytes; empty if it is not there or this user may not read it
     * @throws IOException if reading fails in another way
     */
    public static Optional<byte[]> bytes(HostFiles files, Path file) throws IOException {
        try {
            return Optional.of(files.read(file));
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException none) {
            return Optional.empty();
        }
    }

    /**
     * Reads a file of text.
     *
     * @param files the machine's files
     * @param file the file
     * @return its text without the last newline; empty if it is not there or this user may not read it
     * @throws IOException if reading fails in another way
     */
    public static Optional<String> of(HostFiles files, Path file) throws IOException {
        return bytes(files, file).map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip());
    }

    /**
     * Lists a directory.
     *
     * @param files the machine's files
     * @param directory the directory
     * @return the names in it; none if it is not there or this user may not list it
     * @throws IOException if listing fails in another way
     */
    public static List<String> list(HostFiles files, Path directory) throws IOException {
        try {
            return files.list(directory);
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException none) {
            return List.of();
        }
    }
}
