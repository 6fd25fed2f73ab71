// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/**
 * What a device of a {@link SimulatedBoard} does behind its registers, in place of plain memory; see {@link
 * SimulatedBoardBuilder#model}.
 *
 * <p>The methods are called one at a time, by the thread that uses the device, under the board's lock: they must not wait
 * for another thread that uses the board. A model may have threads of its own, which use its {@link DevicePort}.
 */
public interface DeviceModel {
    /**
     * One read of a register.
     *
     * @param region which region of the device, from 0: its index on mainline's VFIO drivers
     * @param offset bytes from the start of the region; a multiple of the width
     * @param width 1, 2 or 4 bytes
     * @return the value as an unsigned little-endian number, of which the bits above the width are dropped
     */
    long read(int region, long offset, int width);

    /**
     * One write of a register.
     *
     * @param region which region of the device, from 0: its index on mainline's VFIO drivers
     * @param offset bytes from the start of the region; a multiple of the width
     * @param width 1, 2 or 4 bytes
     * @param value an unsigned little-endian number
     */
    void write(int region, long offset, int width, long value);

    /**
     * The device's reset function, which VFIO calls on VFIO_DEVICE_RESET, before the first and after the last user has
     * it, if there is one: see {@link SimulatedBoardBuilder#resetFunction}.
     */
    default void reset() {}
}
