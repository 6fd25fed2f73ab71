// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;

/** Which processes have files open, by {@code /proc/PID/fd}: root sees all processes, another user only their own. */
public record OpenFiles(HostFiles files) {
    private static final Path PROC = Path.of("/proc");

    /** Errors for a process that ended meanwhile, or may not be looked at. */
    private static final Set<Errno> NOT_TOLD = Set.of(Errno.ENOENT, Errno.ESRCH, Errno.EPERM);

    /**
     * Finds processes, of those that this one may look at.
     *
     * @param wanted the files
     * @return the numbers of the processes that have at least one of them open
     * @throws IOException if {@code /proc} cannot be read
     */
    public List<Long> holders(Set<Path> wanted) throws IOException {
        List<Long> holders = new ArrayList<>();
        for (String name : files.list(PROC)) {
            if (name.chars().allMatch(Character::isDigit) && hasOpen(PROC.resolve(name), wanted)) {
                holders.add(Long.parseLong(name));
            }
        }
        return holders;
    }

    private boolean hasOpen(Path process, Set<Path> wanted) throws IOException {
        Path descriptors = process.resolve("fd");
        for (String fd : ifTold(() -> files.list(descriptors)).orElse(List.of())) {
            Optional<Path> target = ifTold(() -> files.readLink(descriptors.resolve(fd)));
            if (target.isPresent() && wanted.contains(target.get())) {
                return true;
            }
        }
        return false;
    }

    private interface Look<T> {
        T look() throws IOException;
    }

    private static <T> Optional<T> ifTold(Look<T> look) throws IOException {
        try {
            return Optional.of(look.look());
        } catch (AccessDeniedException another) {
            return Optional.empty();
        } catch (IOException failure) {
            if (NOT_TOLD.contains(Errno.of(failure))) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
