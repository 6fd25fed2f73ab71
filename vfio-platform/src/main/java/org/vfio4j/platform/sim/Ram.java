// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.vfio4j.linux.Errno;

/**
 * The memory of the board at its physical addresses, in frames of a page. Frames that are taken one after another are
 * never adjacent, as on a machine that has run for long, so a driver that takes them for one run is noticed; and none is
 * used again, so that an address of memory that is gone leads to nothing. Only a huge page is one run.
 */
final class Ram {
    /** Frames of ordinary pages and huge pages are taken from every other block of this size. */
    static final long BLOCK = 2L << 20;

    private static final long BASE = 0x4000_0000L;
    /** 52 bits of address, the most that AArch64 and x86-64 have. */
    private static final long END = 1L << 52;
    /** Odd, so that all frames of a block get their turn. */
    private static final int STRIDE = 37;

    private final int pageSize;
    private final PhysicalMemory registers;
    private final Map<Long, ByteBuffer> pages = new HashMap<>();
    private long nextBlock = BASE;
    private long block;
    private int taken;

    Ram(int pageSize, PhysicalMemory registers) {
        this.pageSize = pageSize;
        this.registers = registers;
        this.taken = framesOfBlock();
    }

    private int framesOfBlock() {
        return (int) (BLOCK / pageSize);
    }

    /** Puts a page into a frame. Returns the number of the frame. */
    long place(ByteBuffer page) {
        if (taken == framesOfBlock()) {
            block = takeBlock();
            taken = 0;
        }
        long frame = block / pageSize + taken * STRIDE % framesOfBlock();
        taken++;
        pages.put(frame, page);
        return frame;
    }

    /** Puts a huge page into frames. Returns the number of the first. */
    long placeHuge(ByteBuffer hugePage) {
        long first = takeBlock() / pageSize;
        for (int i = 0; i < framesOfBlock(); i++) {
            pages.put(first + i, hugePage.slice(i * pageSize, pageSize));
        }
        return first;
    }

    void free(long frame) {
        pages.remove(frame);
    }

    /** The bytes from an address to the end of its page; null if no memory of the process is there. */
    ByteBuffer at(long address) {
        ByteBuffer page = pages.get(Long.divideUnsigned(address, pageSize));
        int offset = (int) (address & (pageSize - 1));
        return page == null ? null : page.slice(offset, pageSize - offset);
    }

    private long takeBlock() {
        long found = nextBlock;
        while (registers.overlaps(found, found + BLOCK - 1)) {
            found += BLOCK;
        }
        KernelError.require(found < END, Errno.ENOMEM);
        nextBlock = found + 2 * BLOCK;
        return found;
    }
}
