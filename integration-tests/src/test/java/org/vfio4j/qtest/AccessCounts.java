// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

/**
 * How often registers were accessed.
 *
 * @param reads of any width
 * @param shortWrites of 16 bits
 * @param wordWrites of 32 bits
 */
record AccessCounts(long reads, long shortWrites, long wordWrites) {
    static final AccessCounts NONE = new AccessCounts(0, 0, 0);

    AccessCounts afterRead() {
        return new AccessCounts(reads + 1, shortWrites, wordWrites);
    }

    AccessCounts afterWrite(int width) {
        return new AccessCounts(reads, shortWrites + (width == 2 ? 1 : 0), wordWrites + (width == 4 ? 1 : 0));
    }

    AccessCounts since(AccessCounts before) {
        return new AccessCounts(reads - before.reads, shortWrites - before.shortWrites, wordWrites - before.wordWrites);
    }
}
