// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.vfio4j.linux.Errno;

/** The file descriptors of the process. 0, 1 and 2 are taken. */
final class FileTable {
    private static final int FIRST = 3;
    /** The usual soft limit of RLIMIT_NOFILE. */
    private static final int LIMIT = 1024;

    private final TreeMap<Integer, OpenFile> files = new TreeMap<>();

    /** The lowest free descriptor; it stays free until {@link #install}. */
    int lowestFree() {
        int fd = FIRST;
        for (int used : files.keySet()) {
            if (used != fd) {
                break;
            }
            fd++;
        }
        KernelError.require(fd < LIMIT, Errno.EMFILE);
        return fd;
    }

    int install(OpenFile file) {
        int fd = lowestFree();
        files.put(fd, file);
        return fd;
    }

    Optional<OpenFile> find(int fd) {
        return Optional.ofNullable(files.get(fd));
    }

    OpenFile get(int fd) {
        return find(fd).orElseThrow(() -> new KernelError(Errno.EBADF));
    }

    void close(int fd) {
        OpenFile file = files.remove(fd);
        KernelError.require(file != null, Errno.EBADF);
        file.letGo();
    }

    Map<Integer, String> descriptions() {
        Map<Integer, String> descriptions = new TreeMap<>();
        files.forEach((fd, file) -> descriptions.put(fd, file.description()));
        return descriptions;
    }
}
