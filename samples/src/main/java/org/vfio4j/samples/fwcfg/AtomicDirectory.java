// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory that is replaced as a whole. It is a symbolic link to one of the directories in a hidden one beside it: for
 * {@code tree} that is {@code .tree.exports}. A rename, which is atomic, makes the link go elsewhere; no call replaces a
 * directory that is not empty on every file system of Linux.
 *
 * <p>The former directory stays until the next replacement, for who is in it.
 */
final class AtomicDirectory {
    private static final String LOCK = "lock";
    private static final String NEW_LINK = "link";

    /** Fills a directory. */
    interface Content {
        void write(Path directory) throws IOException;
    }

    private final Path link;
    private final Path store;

    private AtomicDirectory(Path link) {
        this.link = link;
        this.store = link.resolveSibling("." + link.getFileName() + ".exports");
    }

    /**
     * Fills a new directory and lets the link go to it.
     *
     * @throws FileAlreadyExistsException if there is something that was not made here
     * @throws FileSystemException if somebody else does the same at the same time
     */
    static void replace(Path path, Content content) throws IOException {
        Path name = path.getFileName();
        if (name == null || name.toString().isEmpty() || name.toString().matches("\\.{1,2}")) {
            throw new FileAlreadyExistsException(path.toString(), null, "expected the name of a directory to be made");
        }
        new AtomicDirectory(path.toAbsolutePath()).replace(content);
    }

    private void replace(Content content) throws IOException {
        // Before anything is made.
        current();
        if (!Files.isDirectory(store, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(store);
        }
        try (FileChannel channel =
                FileChannel.open(store.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock(channel);
            replaceLocked(content);
        }
    }

    /** Until the channel is closed. */
    private void lock(FileChannel channel) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // By another thread, as below by another process.
        }
        if (lock == null) {
            throw new FileSystemException(
                    link.toString(), null, "another export to it is being made; wait for its end");
        }
    }

    private void replaceLocked(Content content) throws IOException {
        Optional<Path> former = current();
        for (Path old : directories()) {
            if (former.isEmpty() || !former.get().equals(old)) {
                delete(old);
            }
        }
        Path fresh = Files.createTempDirectory(
                store, "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        boolean done = false;
        try {
            content.write(fresh);
            Path next = store.resolve(NEW_LINK);
            Files.deleteIfExists(next);
            Files.createSymbolicLink(next, link.getParent().relativize(fresh));
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
            done = true;
        } finally {
            if (!done) {
                delete(fresh);
            }
        }
    }

    /** Where the link goes; empty if there is none. */
    private Optional<Path> current() throws IOException {
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (Files.isSymbolicLink(link)) {
            Path target = link.resolveSibling(Files.readSymbolicLink(link));
            if (store.equals(target.getParent())) {
                return Optional.of(target);
            }
        }
        throw new FileAlreadyExistsException(
                link.toString(), null, "is there and is no earlier export; remove it, or name something else");
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> children = Files.list(store)) {
            return children.filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
