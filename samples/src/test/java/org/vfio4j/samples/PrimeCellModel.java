// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples;

import org.vfio4j.platform.sim.DeviceModel;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.platform.sim.SimulatedInterrupt;

/** What the models of these tests share: 32-bit registers of one region, and one level-triggered line. */
public abstract class PrimeCellModel implements DeviceModel {
    private final SimulatedInterrupt line;

    protected PrimeCellModel(DevicePort port) {
        line = port.interrupt(0);
    }

    /** A read of a register; called with the lock of this object. */
    protected abstract int read(int offset);

    /** A write of a register; called with the lock of this object. */
    protected abstract void write(int offset, int value);

    /** Whether the device drives its line; called with the lock of this object. */
    protected abstract boolean isAsserting();

    @Override
    public final long read(int region, long offset, int width) {
        requireWhole(offset, width);
        int value;
        synchronized (this) {
            value = read((int) offset);
        }
        drive();
        return value;
    }

    @Override
    public final void write(int region, long offset, int width, long value) {
        requireWhole(offset, width);
        synchronized (this) {
            write((int) offset, (int) value);
        }
        drive();
    }

    /**
     * Brings the line to the state of the device. To be called without the lock of this object, as the board has a lock of
     * its own; so another thread may change the state meanwhile, and the last one to look must be right.
     */
    protected final void drive() {
        boolean asserted;
        do {
            asserted = isAssertingNow();
            if (asserted) {
                line.raise();
            } else {
                line.lower();
            }
        } while (isAssertingNow() != asserted);
    }

    private synchronized boolean isAssertingNow() {
        return isAsserting();
    }

    private static void requireWhole(long offset, int width) {
        if (width != 4) {
            throw new AssertionError("an access of " + width + " bytes at 0x" + Long.toHexString(offset));
        }
    }
}
