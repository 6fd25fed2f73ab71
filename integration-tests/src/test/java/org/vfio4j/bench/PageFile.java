// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;

/** A file in memory of one page, without a name: what a benchmark calls where no device is needed. */
final class PageFile {
    private PageFile() {}

    static FileDescriptor open(LinuxSyscalls linux) throws IOException {
        return FileDescriptor.owning(linux, openNumber(linux), "page");
    }

    /** The descriptor itself, for who owns it then. */
    static int openNumber(LinuxSyscalls linux) throws IOException {
        Path page = Files.createTempFile(Path.of("/dev/shm"), "bench", "");
        Files.write(page, new byte[linux.pageSize()]);
        int file = linux.open(page.toString(), LinuxSyscalls.O_RDWR);
        Files.delete(page);
        return file;
    }
}
