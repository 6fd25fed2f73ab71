// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * Where the pages of this process are in physical memory: {@code /proc/self/pagemap}, 64 bits for each page
 * (Documentation/admin-guide/mm/pagemap.rst).
 */
final class PageMap {
    private static final String PATH = "/proc/self/pagemap";
    private static final long PRESENT = 1L << 63;
    /** Bits 0-54: the number of the page frame. Zero for all pages without CAP_SYS_ADMIN, since Linux 4.2. */
    private static final long FRAME = (1L << 55) - 1;

    private PageMap() {}

    /** The physical addresses of pages that are there and stay; {@code name} is the device's, for messages. */
    static long[] read(LinuxSyscalls linux, String name, long address, long length)
            throws VfioException, KernelReplyException {
        String subject = "for memory of " + name;
        int pageSize = linux.pageSize();
        int count = Math.toIntExact(length / pageSize);
        ByteBuffer entries = ByteBuffer.allocateDirect(count * Long.BYTES).order(ByteOrder.nativeOrder());
        int fd = VfioException.check(
                Step.OPEN_PAGEMAP, subject, linux.open(PATH, LinuxSyscalls.O_RDONLY | LinuxSyscalls.O_CLOEXEC));
        try (FileDescriptor file = FileDescriptor.owning(linux, fd, PATH)) {
            int read = VfioException.check(
                    Step.READ_PAGEMAP, subject, file.pread(entries, address / pageSize * Long.BYTES));
            if (read != entries.capacity()) {
                throw new KernelReplyException(
                        Step.READ_PAGEMAP, subject, read + " bytes where " + entries.capacity() + " were asked for");
            }
        }
        long[] pages = new long[count];
        for (int i = 0; i < count; i++) {
            pages[i] = frame(entries.getLong(i * Long.BYTES), subject) * pageSize;
        }
        return pages;
    }

    private static long frame(long entry, String subject) throws VfioException {
        if ((entry & PRESENT) == 0) {
            // mmap(2) does not say that it could not populate.
            throw VfioException.of(Step.ALLOCATE_LOCKED_MEMORY, subject, Errno.ENOMEM.number());
        }
        if ((entry & FRAME) == 0) {
            throw VfioException.of(Step.READ_PAGEMAP, subject, Errno.EPERM.number());
        }
        return entry & FRAME;
    }
}
