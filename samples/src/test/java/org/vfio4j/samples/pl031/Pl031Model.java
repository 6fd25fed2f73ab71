// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl031;

import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.samples.PrimeCellModel;

/** A PL031 after ARM DDI 0224, chapter 3, whose seconds pass when the test says so. */
final class Pl031Model extends PrimeCellModel {
    private int counter;
    private int match;
    private boolean unmasked;
    private boolean matched;
    private boolean started;

    Pl031Model(DevicePort port) {
        super(port);
    }

    /** A second passes. */
    void tick() {
        synchronized (this) {
            if (started) {
                counter++;
                matched |= counter == match;
            }
        }
        drive();
    }

    synchronized boolean isMatched() {
        return matched;
    }

    @Override
    protected boolean isAsserting() {
        return matched && unmasked;
    }

    @Override
    protected int read(int offset) {
        return switch (offset) {
            case 0x00 -> counter;
            case 0x04 -> match;
            case 0x0c -> started ? 1 : 0;
            case 0x10 -> unmasked ? 1 : 0;
            case 0x14 -> matched ? 1 : 0;
            case 0x18 -> isAsserting() ? 1 : 0;
            default -> throw new AssertionError("read of 0x" + Integer.toHexString(offset));
        };
    }

    @Override
    protected void write(int offset, int value) {
        switch (offset) {
            case 0x04 -> match = value;
            case 0x08 -> counter = value;
            case 0x0c -> started = (value & 1) != 0;
            case 0x10 -> unmasked = (value & 1) != 0;
            case 0x1c -> matched &= (value & 1) == 0;
            default -> throw new AssertionError("write of 0x" + Integer.toHexString(offset));
        }
    }
}
