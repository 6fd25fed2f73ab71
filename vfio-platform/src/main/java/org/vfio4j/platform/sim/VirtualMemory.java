// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * The address space of the process: what mmap(2) made, and the direct buffers whose address was asked for. Addresses are
 * made up, as there is no native code here.
 */
final class VirtualMemory {
    /** The end of user space: 47 bits, as on x86-64. */
    static final long USER_END = 1L << 47;

    private static final long MMAP_BASE = 0x7000_0000_0000L;
    /** Below this address nothing may be mapped: vm.mmap_min_addr. */
    private static final long MINIMUM_ADDRESS = 0x1_0000;

    private final int pageSize;
    private final MemoryResources resources;
    private final TreeMap<Long, VirtualMapping> mappings = new TreeMap<>();
    private final BufferAddresses buffers;
    private long nextAddress = MMAP_BASE;

    VirtualMemory(MemoryResources resources) {
        this.resources = resources;
        this.pageSize = resources.pageSize();
        this.buffers = new BufferAddresses(pageSize);
    }

    /** mmap(2); {@code file} is null for anonymous memory. */
    long mmap(long address, long length, int protection, int flags, OpenFile file, long offset) {
        KernelError.requireValid(length != 0);
        long rounded = resources.roundUp(length, flags);
        KernelError.require(Long.compareUnsigned(rounded - 1, USER_END) < 0, Errno.ENOMEM);
        KernelError.require(Long.compareUnsigned(offset + rounded, offset) >= 0 || file == null, Errno.EOVERFLOW);
        boolean fixed = (flags & LinuxSyscalls.MAP_FIXED) != 0;
        long alignment = MemoryResources.isHuge(flags) ? Ram.BLOCK : pageSize;
        if (fixed) {
            KernelError.requireValid((address & (alignment - 1)) == 0);
            KernelError.require(Long.compareUnsigned(address, USER_END - rounded) <= 0, Errno.ENOMEM);
            KernelError.require(Long.compareUnsigned(address, MINIMUM_ADDRESS) >= 0, Errno.EPERM);
        }
        int type = flags & (LinuxSyscalls.MAP_SHARED | LinuxSyscalls.MAP_PRIVATE);
        KernelError.requireValid(type != 0);
        if (file != null) {
            ByteBuffer bytes = file.mmap(rounded, protection, type != LinuxSyscalls.MAP_PRIVATE, offset);
            long start = place(address, rounded, alignment, fixed);
            file.hold();
            mappings.put(start, VirtualMapping.ofFile(start, rounded, protection, file, bytes));
            return start;
        }
        if (fixed) {
            requireCuttable(address, rounded);
        }
        AnonymousPages pages = resources.allocate(rounded, flags);
        long start = place(address, rounded, alignment, fixed);
        mappings.put(start, VirtualMapping.anonymous(start, rounded, protection, pages));
        return start;
    }

    private long place(long address, long length, long alignment, boolean fixed) {
        if (fixed) {
            unmap(address, length);
            return address;
        }
        return takeAddress(length, alignment);
    }

    // Addresses are not used again, so that a stale one is noticed; a page stays free between mappings.
    private long takeAddress(long length, long alignment) {
        long start = (nextAddress + alignment - 1) & -alignment;
        KernelError.require(length < USER_END - start, Errno.ENOMEM);
        nextAddress = start + length + pageSize;
        return start;
    }

    /** munmap(2). */
    void munmap(long address, long length) {
        KernelError.requireValid((address & (pageSize - 1)) == 0 && length != 0);
        long rounded = (length + pageSize - 1) & -pageSize;
        KernelError.requireValid(Long.compareUnsigned(address, USER_END) < 0
                && Long.compareUnsigned(rounded - 1, USER_END - address) < 0);
        unmap(address, rounded);
    }

    /** hugetlb_vm_op_split: EINVAL. */
    private void requireCuttable(long address, long length) {
        long end = address + length;
        for (VirtualMapping mapping : overlapping(address, end)) {
            KernelError.requireValid(mapping.start() >= address || mapping.mayCut(address));
            KernelError.requireValid(mapping.end() <= end || mapping.mayCut(end));
        }
    }

    private void unmap(long address, long length) {
        long end = address + length;
        requireCuttable(address, length);
        for (VirtualMapping mapping : overlapping(address, end)) {
            mappings.remove(mapping.start());
            List<VirtualMapping> rest = new ArrayList<>();
            if (mapping.start() < address) {
                rest.add(mapping.part(mapping.start(), address));
            }
            if (mapping.end() > end) {
                rest.add(mapping.part(end, mapping.end()));
            }
            for (VirtualMapping part : rest) {
                mappings.put(part.start(), part);
                if (part.file() != null) {
                    part.file().hold();
                }
            }
            if (mapping.file() != null) {
                mapping.file().letGo();
            } else {
                mapping.pages()
                        .unmapped(
                                mapping.offsetInPages(Math.max(mapping.start(), address)),
                                mapping.offsetInPages(Math.min(mapping.end(), end)));
            }
        }
    }

    private List<VirtualMapping> overlapping(long address, long end) {
        VirtualMapping before = containing(address);
        long from = before == null ? address : before.start();
        return List.copyOf(mappings.subMap(from, end).values());
    }

    /** The mapping at an address; null if there is none. */
    VirtualMapping containing(long address) {
        Map.Entry<Long, VirtualMapping> entry = mappings.floorEntry(address);
        return entry != null && address < entry.getValue().end() ? entry.getValue() : null;
    }

    /** The bytes at a mapped address; they must be of one mapping. */
    ByteBuffer memory(long address, int length) {
        VirtualMapping mapping = containing(address);
        if (mapping == null || !mapping.isReadable() || length < 0 || length > mapping.end() - address) {
            throw new IllegalArgumentException("no mapping of the simulated process holds " + length
                    + " bytes at address 0x" + Long.toHexString(address));
        }
        ByteBuffer bytes = mapping.view(address, length).order(ByteOrder.nativeOrder());
        buffers.register(bytes, address);
        return bytes;
    }

    long addressOf(ByteBuffer buffer) {
        return buffers.addressOf(buffer);
    }

    /** What the kernel can reach at an address of the user. */
    UserBuffer at(long address) {
        VirtualMapping mapping = containing(address);
        if (mapping != null && mapping.isReadable()) {
            return UserBuffer.of(mapping.view(address, Math.min(mapping.end() - address, Integer.MAX_VALUE)));
        }
        return buffers.find(address).map(UserBuffer::of).orElse(UserBuffer.NOTHING);
    }

    /** Whether a whole range can be pinned for DMA. */
    boolean isAccessible(long address, long length, boolean write) {
        long at = address;
        while (at < address + length) {
            VirtualMapping mapping = containing(at);
            if (mapping == null) {
                long left = address + length - at;
                return buffers.find(at)
                        .filter(bytes -> bytes.remaining() >= left)
                        .isPresent();
            }
            if (!mapping.isReadable() || (write && !mapping.isWritable())) {
                return false;
            }
            at = mapping.end();
        }
        return true;
    }

    /** Touches an accessible range, and answers the bytes there, which whoever has them keeps when they are unmapped. */
    List<ByteBuffer> pin(long address, long length) {
        List<ByteBuffer> pinned = new ArrayList<>();
        long end = address + length;
        for (long at = address; at < end; ) {
            VirtualMapping mapping = containing(at);
            if (mapping == null) {
                ByteBuffer buffer = buffers.find(at).orElseThrow();
                pinned.add(buffer.slice(0, (int) (end - at)));
                return pinned;
            }
            long to = Math.min(end, mapping.end());
            if (mapping.pages() != null) {
                mapping.pages().touch(mapping.offsetInPages(at), mapping.offsetInPages(to));
            }
            pinned.add(mapping.view(at, to - at));
            at = to;
        }
        return pinned;
    }

    /** How much of an accessible range is memory, and not the registers of a device. */
    long ordinaryBytes(long address, long length) {
        long end = address + length;
        long registers = 0;
        for (VirtualMapping mapping : mappings.values()) {
            if (mapping.file() instanceof DeviceFile && mapping.start() < end && mapping.end() > address) {
                registers += Math.min(mapping.end(), end) - Math.max(mapping.start(), address);
            }
        }
        return length - registers;
    }

    List<VirtualMapping> mappings() {
        return List.copyOf(mappings.values());
    }
}
