// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/**
 * An entry of the loader's script. Offsets and lengths are unsigned 32 bits.
 *
 * @see LoaderScript
 */
public sealed interface LoaderCommand {
    /** {@return its index in the script, from 0} */
    int entry();

    /**
     * Put a file into memory.
     *
     * @param entry its index in the script
     * @param file the file
     * @param alignment of its address, a power of two
     * @param zone HIGH or FSEG
     */
    record Allocate(int entry, String file, long alignment, Zone zone) implements LoaderCommand {
        @Override
        public String toString() {
            return "ALLOCATE " + file;
        }
    }

    /**
     * Make a pointer of an offset: add the address of the source to what is there.
     *
     * @param entry its index in the script
     * @param destination the file that has the pointer
     * @param source the file that it points into
     * @param offset of the pointer in the destination
     * @param size of the pointer: 1, 2, 4 or 8 bytes
     */
    record AddPointer(int entry, String destination, String source, long offset, int size) implements LoaderCommand {
        @Override
        public String toString() {
            return "ADD_POINTER in " + destination + " to " + source;
        }
    }

    /**
     * Make the sum of some bytes 0 with one of them.
     *
     * @param entry its index in the script
     * @param file the file
     * @param result where the byte is that the sum is taken from
     * @param start where the bytes begin
     * @param length how many there are
     */
    record AddChecksum(int entry, String file, long result, long start, long length) implements LoaderCommand {
        @Override
        public String toString() {
            return "ADD_CHECKSUM in " + file;
        }
    }

    /**
     * Tell a device an address: write a pointer into a file of the device.
     *
     * @param entry its index in the script
     * @param destination the file of the device
     * @param source the file that was put into memory
     * @param destinationOffset of the pointer in the destination
     * @param sourceOffset what it points to in the source
     * @param size of the pointer: 1, 2, 4 or 8 bytes
     */
    record WritePointer(
            int entry, String destination, String source, long destinationOffset, long sourceOffset, int size)
            implements LoaderCommand {
        @Override
        public String toString() {
            return "WRITE_POINTER in " + destination + " to " + source;
        }
    }

    /**
     * An entry that is skipped: padding, or a command of a later time.
     *
     * @param entry its index in the script
     * @param command its number, unsigned
     */
    record Skipped(int entry, int command) implements LoaderCommand {}
}
