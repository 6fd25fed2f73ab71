// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.vfio4j.devtree.fdt.FdtFormat.malformed;

import org.vfio4j.devtree.DeviceTreeException.Kind;

/**
 * The header of a blob after the checks of libfdt's {@code fdt_check_header}, and where the blocks are. All offsets are
 * from the beginning of the blob and inside of it.
 *
 * @param version the version of the blob
 * @param totalSize bytes of the whole blob
 * @param reservations where the memory reservation block begins
 * @param structure where the structure block begins
 * @param structureEnd the byte after its last one; the end of the blob before version 17, which has no size field
 * @param strings where the strings block begins
 * @param stringsEnd the byte after the last one of a property name; the end of the blob before version 17, as in libfdt
 * @param bootCpuId the physical id of the boot CPU
 */
record FdtHeader(
        int version,
        int totalSize,
        int reservations,
        int structure,
        int structureEnd,
        int strings,
        int stringsEnd,
        int bootCpuId) {
    private static final int MAGIC_AT = 0;
    private static final int TOTAL_SIZE_AT = 4;
    private static final int STRUCTURE_AT = 8;
    private static final int STRINGS_AT = 12;
    private static final int RESERVATIONS_AT = 16;
    private static final int VERSION_AT = 20;
    private static final int LAST_COMPATIBLE_AT = 24;
    private static final int BOOT_CPU_AT = 28;
    private static final int STRINGS_SIZE_AT = 32;
    private static final int STRUCTURE_SIZE_AT = 36;

    /** Bytes that every version has, up to the version numbers. */
    private static final int COMMON_SIZE = 28;

    /**
     * Reads the total size, so that a reader of a file knows how much to read.
     *
     * @param head the first bytes of the blob
     * @param available how many bytes there are in all
     * @return {@code totalsize}, no more than is available and than is read
     */
    static int totalSize(byte[] head, long available) {
        if (head.length < 4) {
            throw malformed(
                    Kind.TRUNCATED, head.length, "expected a device tree blob, found " + head.length + " bytes");
        }
        int magic = FdtFormat.u32(head, MAGIC_AT);
        if (magic != FdtFormat.MAGIC) {
            throw malformed(
                    Kind.BAD_MAGIC,
                    MAGIC_AT,
                    "not a device tree blob: expected magic 0xd00dfeed, found " + String.format("0x%08x", magic));
        }
        if (head.length < COMMON_SIZE) {
            throw malformed(
                    Kind.TRUNCATED, head.length, "expected a header of at least 28 bytes, found " + head.length);
        }
        int headerSize = headerSize(version(head));
        long totalSize = unsigned(head, TOTAL_SIZE_AT);
        if (head.length < headerSize || totalSize < headerSize) {
            throw malformed(
                    Kind.TRUNCATED,
                    TOTAL_SIZE_AT,
                    "a header of this version has " + headerSize + " bytes, the blob has "
                            + Math.min(head.length, totalSize));
        }
        if (totalSize > available) {
            throw malformed(
                    Kind.TRUNCATED,
                    TOTAL_SIZE_AT,
                    "the header says " + totalSize + " bytes, " + available + " are there");
        }
        if (totalSize > FdtReader.MAX_SIZE) {
            throw malformed(
                    Kind.TOO_LARGE,
                    TOTAL_SIZE_AT,
                    "the header says " + totalSize + " bytes, more than the " + FdtReader.MAX_SIZE + " read");
        }
        return (int) totalSize;
    }

    /**
     * Checks and reads the header.
     *
     * @param blob the blob, and possibly bytes after it
     * @return the header
     */
    static FdtHeader read(byte[] blob) {
        int totalSize = totalSize(blob, blob.length);
        int version = version(blob);
        Blocks blocks = new Blocks(blob, headerSize(version), totalSize);
        int reservations = blocks.begin("memory reservation", RESERVATIONS_AT, FdtFormat.RESERVATION_ALIGNMENT);
        int structure = blocks.begin("structure", STRUCTURE_AT, FdtFormat.TOKEN_SIZE);
        int structureEnd = totalSize;
        if (version >= 17) {
            structureEnd = blocks.end("structure", structure, STRUCTURE_SIZE_AT);
        }
        int strings = blocks.begin("strings", STRINGS_AT, 1);
        int stringsEnd = totalSize;
        if (version >= 3) {
            int sized = blocks.end("strings", strings, STRINGS_SIZE_AT);
            stringsEnd = version >= 17 ? sized : totalSize;
        }
        return new FdtHeader(
                version,
                totalSize,
                reservations,
                structure,
                structureEnd,
                strings,
                stringsEnd,
                FdtFormat.u32(blob, BOOT_CPU_AT));
    }

    private static int version(byte[] blob) {
        long version = unsigned(blob, VERSION_AT);
        long lastCompatible = unsigned(blob, LAST_COMPATIBLE_AT);
        if (version < FdtFormat.FIRST_VERSION) {
            throw malformed(Kind.BAD_VERSION, VERSION_AT, "expected version 2 or later, found " + version);
        }
        if (lastCompatible > FdtFormat.LAST_VERSION) {
            throw malformed(
                    Kind.BAD_VERSION,
                    LAST_COMPATIBLE_AT,
                    "expected a blob that a reader of version 17 can read, found last_comp_version " + lastCompatible);
        }
        if (version < lastCompatible) {
            throw malformed(
                    Kind.BAD_VERSION,
                    VERSION_AT,
                    "version " + version + " is older than its last_comp_version " + lastCompatible);
        }
        // What is newer than 17 only matters as "has all fields of 17".
        return (int) Math.min(version, FdtFormat.LAST_VERSION);
    }

    private static int headerSize(int version) {
        if (version >= 17) {
            return FdtFormat.HEADER_SIZE;
        }
        return version >= 3 ? STRUCTURE_SIZE_AT : STRINGS_SIZE_AT;
    }

    private static long unsigned(byte[] blob, int at) {
        return FdtFormat.u32(blob, at) & 0xffff_ffffL;
    }

    /** The bounds that a block has to stay in: after the header, before the end of the blob. */
    private record Blocks(byte[] blob, int from, int to) {
        int begin(String block, int field, int alignment) {
            long offset = unsigned(blob, field);
            if (offset % alignment != 0) {
                throw malformed(
                        Kind.ALIGNMENT,
                        field,
                        "the " + block + " block begins at " + offset + ", not a multiple of " + alignment);
            }
            if (offset < from || offset > to) {
                throw malformed(
                        Kind.TRUNCATED,
                        field,
                        "the " + block + " block begins at " + offset + ", outside of " + from + " to " + to);
            }
            return (int) offset;
        }

        int end(String block, int begin, int field) {
            long size = unsigned(blob, field);
            if (size > to - begin) {
                throw malformed(
                        Kind.TRUNCATED,
                        field,
                        "the " + block + " block has " + size + " bytes, " + (to - begin) + " are left in the blob");
            }
            return begin + (int) size;
        }
    }
}
