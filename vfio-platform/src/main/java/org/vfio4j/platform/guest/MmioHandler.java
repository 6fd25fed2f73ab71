// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

/**
 * Answers for a range of guest addresses on an {@link MmioBus}.
 *
 * <p>A value is the bytes of the access as they are on the bus and in {@code kvm_run}: byte {@code i} of the access, which
 * is at {@code offset + i}, is bits {@code 8 * i} to {@code 8 * i + 7} of the value, whatever the byte order of guest and
 * device.
 *
 * <p>A guest makes accesses of any width at any offset: x86 guests unaligned ones, and the bus hands on a part of an
 * access that is only partly in the range. {@link AlignedHandler} makes of them what a device understands.
 *
 * <p>The methods are called by the threads of the vCPUs, at the same time. What they throw comes out of the bus and ends
 * the run loop of a vCPU, so nothing that a guest can do may make them throw.
 */
public interface MmioHandler {
    /**
     * A read.
     *
     * @param offset bytes from the start of the range; {@code offset + width} is not beyond its end
     * @param width 1 to 8 bytes
     * @return the bytes; those above the width do not count
     */
    long read(long offset, int width);

    /**
     * A write.
     *
     * @param offset bytes from the start of the range; {@code offset + width} is not beyond its end
     * @param width 1 to 8 bytes
     * @param value the bytes; those above the width are 0
     */
    void write(long offset, int width, long value);
}
