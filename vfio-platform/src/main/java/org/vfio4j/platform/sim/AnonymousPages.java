// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The pages of an anonymous mapping and the frames that they are in. Linux gives a page its frame when it is touched. A
 * simulated kernel does not see that, and takes a page that is not all zeros for touched.
 */
final class AnonymousPages {
    private final MemoryResources resources;
    private final ByteBuffer bytes;
    private final boolean huge;
    private final boolean locked;
    private final boolean shared;
    /** The frame of each page, or of each huge page; 0 for none. */
    private final long[] frames;

    /** The ordinary pages that the kernel touched; a huge one gets its frames at once, as they are counted. */
    private final BitSet touched = new BitSet();

    /** How many bytes the process still has addresses for. */
    private long mappedBytes;

    /** Memory for {@code bytes}, whose pages are reserved or locked. */
    AnonymousPages(MemoryResources resources, ByteBuffer bytes, boolean huge, boolean locked, boolean shared) {
        this.resources = resources;
        this.bytes = bytes;
        this.huge = huge;
        this.locked = locked;
        this.shared = shared;
        this.mappedBytes = bytes.capacity();
        this.frames = new long[(int) (bytes.capacity() / granule())];
    }

    ByteBuffer bytes() {
        return bytes;
    }

    boolean isShared() {
        return shared;
    }

    /** What addresses and lengths of parts must be multiples of. */
    long granule() {
        return huge ? Ram.BLOCK : resources.pageSize();
    }

    void populate() {
        touch(0, bytes.capacity());
    }

    /** The kernel touches pages: it populates a mapping, or locks them for DMA. */
    void touch(long from, long to) {
        for (int i = (int) (from / granule()); i * granule() < to; i++) {
            touched.set(i);
            if (huge) {
                place(i);
            }
        }
    }

    private void place(int index) {
        if (frames[index] == 0) {
            ByteBuffer page = page(index);
            frames[index] =
                    huge ? resources.ram().placeHuge(page) : resources.ram().place(page);
            if (huge) {
                resources.hugePages().use();
            }
        }
    }

    private ByteBuffer page(int index) {
        return bytes.slice((int) (index * granule()), (int) granule());
    }

    /** The number of the frame that a byte is in; 0 if its page was not touched. */
    long frameOf(long offset) {
        int index = (int) (offset / granule());
        if (touched.get(index) || isTouched(page(index))) {
            place(index);
        }
        return frames[index] == 0 ? 0 : frames[index] + offset % granule() / resources.pageSize();
    }

    private static boolean isTouched(ByteBuffer page) {
        for (int i = 0; i < page.capacity(); i += Long.BYTES) {
            if (page.getLong(i) != 0) {
                return true;
            }
        }
        return false;
    }

    /** The process has no addresses for some of the pages any more. Shared ones stay until the last of them has none. */
    void unmapped(long from, long to) {
        mappedBytes -= to - from;
        if (locked) {
            resources.process().unlock(to - from);
        }
        if (!shared) {
            free(from, to);
        } else if (mappedBytes == 0) {
            free(0, bytes.capacity());
        }
    }

    private void free(long from, long to) {
        for (int i = (int) (from / granule()); i < to / granule(); i++) {
            if (frames[i] != 0) {
                remove(frames[i]);
                frames[i] = 0;
                touched.clear(i);
            } else if (huge) {
                resources.hugePages().unreserve(1);
            }
        }
    }

    private void remove(long firstFrame) {
        for (int i = 0; i < granule() / resources.pageSize(); i++) {
            resources.ram().free(firstFrame + i);
        }
        if (huge) {
            resources.hugePages().giveBack();
        }
    }
}
