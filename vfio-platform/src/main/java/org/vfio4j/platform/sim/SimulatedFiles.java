// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vfio4j.linux.HostFiles;

/** The files of the simulated machine; errors are those that java.nio makes of the kernel's. */
final class SimulatedFiles implements HostFiles {
    /** MAXSYMLINKS of the kernel. */
    private static final int MAXIMUM_LINKS = 40;

    private final Kernel kernel;
    private final SysEntry.Directory root;

    SimulatedFiles(Kernel kernel) {
        this.kernel = kernel;
        this.root = RootDirectory.of(kernel);
    }

    /** A path without links, and what is there. */
    private record Found(Path path, SysEntry entry) {}

    /** What is done under the kernel's lock. */
    private interface Body<T> {
        T run() throws IOException;
    }

    private <T> T locked(Body<T> body) throws IOException {
        kernel.lock().lock();
        try {
            return body.run();
        } finally {
            kernel.lock().unlock();
        }
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return locked(() -> {
            SysEntry.Attribute attribute = attribute(file);
            if (attribute.show() == null || !mayOpen(attribute, 4)) {
                throw new AccessDeniedException(file.toString());
            }
            return attribute.show().get();
        });
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        locked(() -> {
            SysEntry.Attribute attribute = attribute(file);
            if (attribute.store() == null || !mayOpen(attribute, 2)) {
                throw new AccessDeniedException(file.toString());
            }
            try {
                attribute.store().accept(bytes);
            } catch (KernelError error) {
                throw new IOException(error.errno().text());
            }
            return null;
        });
    }

    private boolean mayOpen(SysEntry entry, int wanted) {
        return kernel.process().credentials().mayOpen(entry.mode(), wanted);
    }

    private SysEntry.Attribute attribute(Path file) throws IOException {
        SysEntry found = find(file, true).entry();
        if (found instanceof SysEntry.Attribute attribute) {
            return attribute;
        }
        // A device is opened by the system calls, and cannot be read as a file.
        throw found instanceof SysEntry.Device
                ? new AccessDeniedException(file.toString())
                : new FileSystemException(file.toString(), null, "Is a directory");
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return locked(() -> {
            if (find(directory, true).entry() instanceof SysEntry.Directory found) {
                return found.entries().get().keySet().stream().sorted().toList();
            }
            throw new NotDirectoryException(directory.toString());
        });
    }

    @Override
    public Path readLink(Path link) throws IOException {
        return locked(() -> {
            if (find(link, false).entry() instanceof SysEntry.Link found) {
                return Path.of(found.target());
            }
            throw new NotLinkException(link.toString());
        });
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return locked(() -> find(path, true).path());
    }

    @Override
    public boolean exists(Path path) {
        try {
            return locked(() -> find(path, true) != null);
        } catch (IOException absent) {
            return false;
        }
    }

    @Override
    public boolean isDirectory(Path path) {
        try {
            return locked(() -> find(path, true).entry() instanceof SysEntry.Directory);
        } catch (IOException absent) {
            return false;
        }
    }

    @Override
    public boolean isReadable(Path path) {
        return isOpenable(path, 4);
    }

    @Override
    public boolean isWritable(Path path) {
        return isOpenable(path, 2);
    }

    private boolean isOpenable(Path path, int wanted) {
        try {
            return locked(() -> mayOpen(find(path, true).entry(), wanted));
        } catch (IOException absent) {
            return false;
        }
    }

    @Override
    public void create(Path file, byte[] bytes) throws IOException {
        locked(() -> {
            kernel.run().create(file, bytes);
            return null;
        });
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        locked(() -> {
            kernel.run().replace(file, bytes);
            return null;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        locked(() -> {
            kernel.run().delete(file);
            return null;
        });
    }

    private Found find(Path path, boolean followLast) throws IOException {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("expected an absolute path, got " + path);
        }
        return walk(new Found(Path.of("/"), root), path, followLast, 0, path);
    }

    // ".." goes up from where links led to, as the kernel has it, so the path is walked and not normalized.
    private Found walk(Found from, Path way, boolean followLast, int links, Path asked) throws IOException {
        Found at = from;
        for (int i = 0; i < way.getNameCount(); i++) {
            String name = way.getName(i).toString();
            if (name.equals("..")) {
                Path up = at.path().getParent();
                at = up == null ? at : walk(new Found(Path.of("/"), root), up, true, links, asked);
                continue;
            }
            Found next = name.equals(".") || name.isEmpty() ? at : child(at, name, asked);
            boolean last = i == way.getNameCount() - 1;
            if (next.entry() instanceof SysEntry.Link link && (followLast || !last)) {
                if (links == MAXIMUM_LINKS) {
                    throw new FileSystemLoopException(asked.toString());
                }
                Path target = Path.of(link.target());
                Found start = target.isAbsolute() ? new Found(Path.of("/"), root) : at;
                next = walk(start, target, true, links + 1, asked);
            }
            at = next;
        }
        return at;
    }

    private static Found child(Found at, String name, Path asked) throws IOException {
        if (!(at.entry() instanceof SysEntry.Directory directory)) {
            throw new FileSystemException(asked.toString(), null, "Not a directory");
        }
        Map<String, SysEntry> entries = directory.entries().get();
        SysEntry entry = entries.get(name);
        if (entry == null) {
            throw new NoSuchFileException(asked.toString());
        }
        return new Found(at.path().resolve(name), entry);
    }
}
