// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.vfio4j.linux.Errno;

/**
 * Memory of the process that one MAP named (struct iopt_pages). It is neither looked at nor locked before an IOMMU needs
 * it, and each page is locked once, however many areas show it.
 */
final class IoPages {
    private final IommufdMemory memory;
    private final PinAccount account;
    private final long address;
    private final boolean writable;
    /** The areas that an IOMMU has. */
    private final List<Pinned> pinned = new ArrayList<>();

    /** What an area shows. */
    private record Pinned(IovaRange range, List<ByteBuffer> bytes) {}

    IoPages(IommufdMemory memory, PinAccount account, long address, long length, boolean writable) {
        KernelError.requireValid(length != 0 && Long.compareUnsigned(length, -1L - memory.pageSize()) <= 0);
        KernelError.require(Long.compareUnsigned(address + length, address) >= 0, Errno.EOVERFLOW);
        this.memory = memory;
        this.account = account;
        this.address = address & -memory.pageSize();
        this.writable = writable;
    }

    /** The address of a byte; byte 0 is the first of a page. */
    long addressOf(long byteOffset) {
        return address + byteOffset;
    }

    /** Where an address is in these pages. */
    long offsetOf(long userAddress) {
        return userAddress - address;
    }

    boolean isWritable() {
        return writable;
    }

    /** Locks what an area shows; EFAULT if it is not ordinary memory, ENOMEM if the limit does not allow it. */
    void pin(IovaRange bytes) {
        long start = addressOf(bytes.first());
        long length = bytes.last() - bytes.first() + 1;
        VirtualMemory virtual = memory.memory();
        // Registers are refused, which type1 takes.
        KernelError.require(
                virtual.isAccessible(start, length, writable) && virtual.ordinaryBytes(start, length) == length,
                Errno.EFAULT);
        long before = pinnedPages();
        pinned.add(new Pinned(bytes, virtual.pin(start, length)));
        try {
            memory.process().pin(account, pinnedPages() - before);
        } catch (KernelError refused) {
            pinned.remove(pinned.size() - 1);
            throw refused;
        }
    }

    void unpin(IovaRange bytes) {
        long before = pinnedPages();
        pinned.remove(indexOf(bytes));
        memory.process().unpin(account, before - pinnedPages());
    }

    /** The bytes that an area shows which an IOMMU has. */
    List<ByteBuffer> bytes(IovaRange range) {
        return pinned.get(indexOf(range)).bytes();
    }

    private int indexOf(IovaRange range) {
        return IntStream.range(0, pinned.size())
                .filter(i -> pinned.get(i).range().equals(range))
                .findFirst()
                .orElseThrow();
    }

    private IovaRange pagesOf(IovaRange bytes) {
        return new IovaRange(
                Long.divideUnsigned(bytes.first(), memory.pageSize()),
                Long.divideUnsigned(bytes.last(), memory.pageSize()));
    }

    private long pinnedPages() {
        return IovaRange.ALL
                .within(pinned.stream().map(area -> pagesOf(area.range())).toList())
                .stream()
                .mapToLong(range -> range.last() - range.first() + 1)
                .sum();
    }
}
