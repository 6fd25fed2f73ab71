// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/**
 * What the loader allows.
 *
 * @param maximumAlignment the largest alignment of a file, a power of two
 * @param emptyFiles whether a file without bytes may be allocated: it gets no memory then, and nothing can point into it
 */
public record LoaderOptions(long maximumAlignment, boolean emptyFiles) {
    /** Alignments up to 4096, as in EDK2, and no empty files. */
    public static final LoaderOptions STRICT = new LoaderOptions(4096, false);

    /** Checks the alignment. */
    public LoaderOptions {
        if (maximumAlignment < 1 || Long.bitCount(maximumAlignment) != 1) {
            throw new IllegalArgumentException("expected a power of two, got " + maximumAlignment);
        }
    }
}
