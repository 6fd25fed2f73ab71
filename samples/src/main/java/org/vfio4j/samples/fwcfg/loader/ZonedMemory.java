// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Allocates from pieces of memory, by zone. Which zones a piece serves says its address; the first piece with room is
 * taken, and the lowest address in it. Safe for use by several threads.
 */
public final class ZonedMemory {
    private static final long FSEG_START = 0xe0000;
    private static final long FSEG_END = 0x100000;
    private static final long FOUR_GIB = 1L << 32;

    private final List<TableMemory> pieces;
    private final boolean legacySegment;
    private final TreeMap<Long, MemoryBlock> allocated = new TreeMap<>();

    private ZonedMemory(List<TableMemory> pieces, boolean legacySegment) {
        this.pieces = List.copyOf(pieces);
        this.legacySegment = legacySegment;
        TreeMap<Long, TableMemory> sorted = new TreeMap<>();
        for (TableMemory piece : pieces) {
            if (piece.address() < 0 || piece.size() <= 0 || piece.address() + piece.size() < 0) {
                throw new IllegalArgumentException("expected addresses of 63 bits, got " + range(piece));
            }
            sorted.put(piece.address(), piece);
        }
        long end = 0;
        for (TableMemory piece : sorted.values()) {
            if (piece.address() < end || sorted.size() < pieces.size()) {
                throw new IllegalArgumentException(
                        "expected pieces that do not overlap, got " + range(piece) + " twice");
            }
            end = piece.address() + piece.size();
        }
    }

    /**
     * Memory of a PC: FSEG is what the pieces have of the legacy segment, and nothing else is allocated below 1 MiB.
     *
     * @param pieces the memory, which nobody else uses
     * @return the allocator
     * @throws IllegalArgumentException if pieces overlap
     */
    public static ZonedMemory withLegacySegment(List<TableMemory> pieces) {
        return new ZonedMemory(pieces, true);
    }

    /**
     * Memory of a machine without legacy segment, such as Arm's: a file for FSEG may be anywhere.
     *
     * @param pieces the memory, which nobody else uses
     * @return the allocator
     * @throws IllegalArgumentException if pieces overlap
     */
    public static ZonedMemory withoutLegacySegment(List<TableMemory> pieces) {
        return new ZonedMemory(pieces, false);
    }

    /** {@return whether FSEG is a place of its own} */
    public boolean hasLegacySegment() {
        return legacySegment;
    }

    /**
     * Allocates memory. Its content is not changed.
     *
     * @param zone where
     * @param size bytes, 1 or more
     * @param alignment a power of two
     * @return the block; empty if there is no room
     */
    public synchronized Optional<MemoryBlock> allocate(Zone zone, long size, long alignment) {
        if (size < 1 || Long.bitCount(alignment) != 1 || alignment < 0) {
            throw new IllegalArgumentException("expected 1 byte or more at a power of two, got 0x"
                    + Long.toHexString(size) + " at 0x" + Long.toHexString(alignment));
        }
        for (TableMemory piece : pieces) {
            long first = Math.max(piece.address(), first(zone));
            long end = Math.min(piece.address() + piece.size(), end(zone));
            long address = lowestGap(first, end, size, alignment);
            if (address >= 0 && piece.isMapped()) {
                MemoryBlock block = new MemoryBlock(piece, address, size);
                allocated.put(address, block);
                return Optional.of(block);
            }
        }
        return Optional.empty();
    }

    /**
     * Gives a block back.
     *
     * @param block the block
     * @throws IllegalArgumentException if it is not allocated
     */
    public synchronized void free(MemoryBlock block) {
        if (!allocated.remove(block.address(), block)) {
            throw new IllegalArgumentException(
                    "not allocated: " + block.size() + " bytes at 0x" + Long.toHexString(block.address()));
        }
    }

    /** {@return how many bytes are allocated} */
    public synchronized long allocatedBytes() {
        return allocated.values().stream().mapToLong(MemoryBlock::size).sum();
    }

    private long first(Zone zone) {
        if (!legacySegment) {
            return 0;
        }
        return zone == Zone.FSEG ? FSEG_START : FSEG_END;
    }

    private long end(Zone zone) {
        if (zone == Zone.FSEG && legacySegment) {
            return FSEG_END;
        }
        return zone == Zone.LOW ? FOUR_GIB : Long.MAX_VALUE;
    }

    /** The lowest address with room; -1 if there is none. No block is partly between the two ends, as pieces do not overlap. */
    private long lowestGap(long first, long end, long size, long alignment) {
        long address = alignUp(first, alignment);
        for (MemoryBlock block : allocated.values()) {
            if (block.end() <= address) {
                continue;
            }
            if (block.address() >= end || block.address() - size >= address) {
                break;
            }
            address = alignUp(block.end(), alignment);
        }
        return address >= first && end - size >= address ? address : -1;
    }

    private static long alignUp(long address, long alignment) {
        return (address + alignment - 1) & -alignment;
    }

    private static String range(TableMemory piece) {
        return "0x" + Long.toHexString(piece.size()) + " bytes at 0x" + Long.toHexString(piece.address());
    }
}
