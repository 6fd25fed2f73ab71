// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.linux.Errno;

/** The pool of huge pages of 2 MiB (struct hstate, mm/hugetlb.c): a mapping reserves what it may touch. */
final class HugePages {
    private long wanted;
    private long reserved;
    private long used;

    /** What nr_hugepages was set to. */
    long wanted() {
        return wanted;
    }

    /** Those in use are not taken away: they are more than wanted until they are given back. */
    void setWanted(long count) {
        wanted = count;
    }

    long total() {
        return Math.max(wanted, used + reserved);
    }

    long free() {
        return total() - used;
    }

    long reserved() {
        return reserved;
    }

    void reserve(long count) {
        KernelError.require(count <= free() - reserved, Errno.ENOMEM);
        reserved += count;
    }

    void unreserve(long count) {
        reserved -= count;
    }

    /** A reserved page is touched. */
    void use() {
        reserved--;
        used++;
    }

    void giveBack() {
        used--;
    }
}
