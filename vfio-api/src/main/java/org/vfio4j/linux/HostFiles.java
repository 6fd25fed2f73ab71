// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files under {@code /sys}, {@code /proc} and {@code /dev}, and the kernel's own under {@code /boot} and {@code
 * /lib/modules}, that the framework reads and writes, and those under {@code /run} that it keeps. On a real machine this
 * is plain java.nio, see {@link #ofMachine()}; a simulated kernel answers from memory. Paths are absolute.
 *
 * <p>A call that fails throws what java.nio throws: {@link java.nio.file.NoSuchFileException}, {@link
 * java.nio.file.AccessDeniedException}, {@link java.nio.file.NotDirectoryException}, {@link
 * java.nio.file.NotLinkException}, or a plain {@link IOException} with the kernel's text. {@link Errno#of(IOException)}
 * says which error number that was.
 */
public interface HostFiles {
    /** {@return the files of this machine} */
    static HostFiles ofMachine() {
        return MachineFiles.INSTANCE;
    }

    /**
     * Reads a whole file, to its end and not to the size that it claims (files of sysfs claim 4096 or 0).
     *
     * @param file the file
     * @return its bytes
     * @throws IOException if it cannot be read
     */
    byte[] read(Path file) throws IOException;

    /**
     * Writes to a file in one write(2), as sysfs attributes need it. The file is not created.
     *
     * @param file the file
     * @param bytes what to write
     * @throws IOException if it cannot be written
     */
    void write(Path file, byte[] bytes) throws IOException;

    /**
     * Lists a directory.
     *
     * @param directory the directory
     * @return the names in it, without {@code .} and {@code ..}, sorted
     * @throws IOException if it cannot be listed
     */
    List<String> list(Path directory) throws IOException;

    /**
     * Reads a symbolic link.
     *
     * @param link the link
     * @return its target, as it stands in the link (most of sysfs's are relative)
     * @throws IOException if it is none
     */
    Path readLink(Path link) throws IOException;

    /**
     * Resolves all symbolic links of a path.
     *
     * @param path the path
     * @return the absolute path without links
     * @throws IOException if it does not exist
     */
    Path realPath(Path path) throws IOException;

    /**
     * Whether a path leads to something, links followed.
     *
     * @param path the path
     * @return true if it does
     */
    boolean exists(Path path);

    /**
     * Whether a path leads to a directory, links followed.
     *
     * @param path the path
     * @return true if it does
     */
    boolean isDirectory(Path path);

    /**
     * Whether this process may open a file to read it (access(2): the real user, and with it modes, access lists and
     * capabilities).
     *
     * @param path the file, links followed
     * @return true if it may; false also if there is no such file
     */
    boolean isReadable(Path path);

    /**
     * Whether this process may open a file to write it, as {@link #isReadable} for reading.
     *
     * @param path the file, links followed
     * @return true if it may; false also if there is no such file
     */
    boolean isWritable(Path path);

    /**
     * Creates a file, and the directories above it that are missing. Nobody ever sees a part of its content, also after a
     * crash: it is there with all of it or not at all.
     *
     * @param file the file
     * @param bytes its content
     * @throws java.nio.file.FileAlreadyExistsException if there is something of this name
     * @throws IOException if it cannot be created
     */
    void create(Path file, byte[] bytes) throws IOException;

    /**
     * Replaces a file, or creates it in a directory that is there. Whoever reads it, also after a crash, sees all of the
     * old content or all of the new.
     *
     * @param file the file
     * @param bytes its new content
     * @throws IOException if it cannot be replaced; then it is as it was
     */
    void replace(Path file, byte[] bytes) throws IOException;

    /**
     * Deletes a file.
     *
     * @param file the file
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws IOException if it cannot be deleted
     */
    void delete(Path file) throws IOException;
}
