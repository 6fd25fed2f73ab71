// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * A run of the simulated address space: a mapping of mmap(2).
 *
 * @param start address of the first byte
 * @param length bytes, a multiple of the page size
 * @param protection PROT_ bits
 * @param file the file behind it, which it holds; null if it is anonymous
 * @param pages the pages of anonymous memory, of which this may be a part; null for a file
 * @param pagesStart the address of the first of the pages
 * @param bytes what is there
 */
record VirtualMapping(
        long start,
        long length,
        int protection,
        OpenFile file,
        AnonymousPages pages,
        long pagesStart,
        ByteBuffer bytes) {
    static VirtualMapping ofFile(long start, long length, int protection, OpenFile file, ByteBuffer bytes) {
        return new VirtualMapping(start, length, protection, file, null, 0, bytes);
    }

    static VirtualMapping anonymous(long start, long length, int protection, AnonymousPages pages) {
        return new VirtualMapping(start, length, protection, null, pages, start, pages.bytes());
    }

    long offsetInPages(long address) {
        return address - pagesStart;
    }

    /** Whether it may end or begin at an address inside: huge pages stay whole. */
    boolean mayCut(long address) {
        return pages == null || offsetInPages(address) % pages.granule() == 0;
    }

    long end() {
        return start + length;
    }

    boolean isWritable() {
        return (protection & LinuxSyscalls.PROT_WRITE) != 0;
    }

    boolean isReadable() {
        return protection != 0;
    }

    /** Some of the bytes, as the protection lets them be used. */
    ByteBuffer view(long address, long count) {
        ByteBuffer view = bytes.slice((int) (address - start), (int) count);
        return isWritable() ? view : view.asReadOnlyBuffer();
    }

    /** The part of this run from one address to another. */
    VirtualMapping part(long from, long to) {
        return new VirtualMapping(
                from, to - from, protection, file, pages, pagesStart, bytes.slice((int) (from - start), (int)
                        (to - from)));
    }
}
