// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** {@link HostFiles} of the running machine, without native code. */
final class MachineFiles implements HostFiles {
    static final MachineFiles INSTANCE = new MachineFiles();

    private MachineFiles() {}

    @Override
    public byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int written = channel.write(ByteBuffer.wrap(bytes));
            if (written == 0 && bytes.length > 0) {
                // A FileChannel says 0 where write(2) says EAGAIN: a driver that defers its probe, for one.
                throw new IOException(Errno.EAGAIN.text());
            }
            if (written != bytes.length) {
                throw new IOException(file + ": " + written + " of " + bytes.length + " bytes were taken");
            }
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public Path readLink(Path link) throws IOException {
        return Files.readSymbolicLink(link);
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return path.toRealPath();
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public boolean isReadable(Path path) {
        return Files.isReadable(path);
    }

    @Override
    public boolean isWritable(Path path) {
        return Files.isWritable(path);
    }

    @Override
    public void create(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Path complete = writeBeside(file, bytes);
        try {
            // link(2) fails if there is something of the name; rename(2) would replace it.
            Files.createLink(file, complete);
        } finally {
            Files.delete(complete);
        }
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        Path complete = writeBeside(file, bytes);
        boolean moved = false;
        try {
            Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE);
            moved = true;
        } finally {
            if (!moved) {
                Files.delete(complete);
            }
        }
    }

    /** A file of another name with the content, on the disk before it gets the name that is looked for. */
    private static Path writeBeside(Path file, byte[] bytes) throws IOException {
        Path complete = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".new");
        boolean written = false;
        try (FileChannel channel = FileChannel.open(complete, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
            written = true;
            return complete;
        } finally {
            if (!written) {
                Files.delete(complete);
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.delete(file);
    }
}
