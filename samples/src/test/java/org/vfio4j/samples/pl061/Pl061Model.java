// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl061;

import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.samples.PrimeCellModel;

/** A PL061 after ARM DDI 0190, chapters 2.3 and 3. Test code drives the inputs and sees the outputs. */
final class Pl061Model extends PrimeCellModel {
    private int inputs;
    private int outputs;
    private int direction;
    private int sense;
    private int bothEdges;
    private int event;
    private int unmasked;
    private int edges;

    Pl061Model(DevicePort port) {
        super(port);
    }

    /** Somebody outside drives a line. */
    void input(int line, boolean high) {
        synchronized (this) {
            int before = inputs;
            inputs = high ? inputs | 1 << line : inputs & ~(1 << line);
            int changed = (before ^ inputs) & ~direction;
            edges |= changed & ~sense & (bothEdges | ~(inputs ^ event));
        }
        drive();
    }

    /** What somebody outside sees of a line that is driven. */
    synchronized boolean isDriven(int line, boolean high) {
        return (direction >> line & 1) != 0 && (outputs >> line & 1) == (high ? 1 : 0);
    }

    synchronized int unmasked() {
        return unmasked;
    }

    private int lines() {
        return inputs & ~direction | outputs & direction;
    }

    /** A level is there as long as the line has it; an edge until it is cleared. */
    private int status() {
        return (edges & ~sense | ~(lines() ^ event) & sense) & 0xff;
    }

    @Override
    protected boolean isAsserting() {
        return (status() & unmasked) != 0;
    }

    @Override
    protected int read(int offset) {
        if (offset < 0x400) {
            return lines() & offset >> 2;
        }
        return switch (offset) {
            case 0x400 -> direction;
            case 0x404 -> sense;
            case 0x408 -> bothEdges;
            case 0x40c -> event;
            case 0x410 -> unmasked;
            case 0x414 -> status();
            case 0x418 -> status() & unmasked;
            default -> throw new AssertionError("read of 0x" + Integer.toHexString(offset));
        };
    }

    @Override
    protected void write(int offset, int value) {
        if (offset < 0x400) {
            // As the real one: what is written to an input is not kept.
            int mask = offset >> 2 & direction;
            outputs = outputs & ~mask | value & mask;
            return;
        }
        switch (offset) {
            case 0x400 -> direction = value;
            case 0x404 -> {
                // Reprogramming can look like an edge, which is why a driver clears it afterwards.
                edges |= sense ^ value;
                sense = value;
            }
            case 0x408 -> bothEdges = value;
            case 0x40c -> event = value;
            case 0x410 -> unmasked = value;
            case 0x41c -> edges &= ~value;
            default -> throw new AssertionError("write of 0x" + Integer.toHexString(offset));
        }
    }
}
