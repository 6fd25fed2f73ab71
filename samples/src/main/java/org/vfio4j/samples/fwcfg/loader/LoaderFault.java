// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/** Why a script of the loader was not run. */
public enum LoaderFault {
    /** There is no {@code etc/table-loader}. */
    NO_SCRIPT,
    /** The script is no whole number of entries of 128 bytes. */
    SCRIPT_SIZE,
    /** The last byte of a name is not NUL. */
    NAME,
    /** An alignment is no power of two, or is more than is allowed. */
    ALIGNMENT,
    /** A zone is neither 1 (HIGH) nor 2 (FSEG). */
    ZONE,
    /** A pointer is to have another size than 1, 2, 4 or 8 bytes. */
    POINTER_SIZE,
    /** A file is not in the directory, or was not allocated before it is used. */
    UNKNOWN_FILE,
    /** A file is allocated twice. */
    DUPLICATE_FILE,
    /** A file without bytes is allocated. */
    EMPTY_FILE,
    /** A pointer, a checksum or what is summed up is not all inside its file. */
    RANGE,
    /** A pointer is to point behind the end of the file that it points into. */
    SOURCE_OFFSET,
    /** An address does not fit the size of the pointer. */
    NOT_REPRESENTABLE,
    /** There is no room in the zone. */
    NO_MEMORY,
    /** A file could not be read. */
    READ,
    /** The device did not take a pointer: the file is read-only, or the pointer was not there when it was read back. */
    NOT_TAKEN,
    /** The journal has no room for another pointer. */
    JOURNAL_FULL
}
