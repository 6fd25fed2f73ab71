// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/**
 * The third argument of ioctl(2): a number, and the memory there if the number is an address.
 *
 * @param value the number
 * @param memory what can be reached at it
 */
record IoctlArgument(long value, UserBuffer memory) {
    /** Some address: which one does not matter, as no ioctl that takes a number has one so large. */
    private static final long ADDRESS = 0x6fff_ffff_0000L;

    static IoctlArgument of(UserBuffer memory) {
        return new IoctlArgument(ADDRESS, memory);
    }
}
