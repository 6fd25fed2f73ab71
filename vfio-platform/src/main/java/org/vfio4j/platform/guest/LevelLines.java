// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.io.IOException;
import java.util.List;
import org.vfio4j.vfio.VfioException;

/**
 * The level lines of a device that the program carries, see {@link LevelLine}. Several can be high at the same time. An
 * access may change any of them, as only the device knows which register is of which line.
 *
 * <p>Safe for use by several threads: those of the vCPUs tell of accesses, one other thread of events and silence. The lock
 * is held for system calls that do not wait, and never while a vCPU runs or memory slots change.
 */
final class LevelLines {
    private final LevelLine[] lines;
    private final TrapWhilePending mapped;
    private long accesses;
    /** Only for the thread that tells of events. */
    private boolean trapped;

    LevelLines(List<LevelLine> lines, TrapWhilePending mapped) {
        this.lines = lines.toArray(LevelLine[]::new);
        this.mapped = mapped;
        this.trapped = mapped == TrapWhilePending.NOTHING_MAPPED;
    }

    /** The guest's access was made, and the guest does not know yet. Allocates nothing. */
    synchronized void accessed() throws VfioException {
        accesses++;
        for (LevelLine line : lines) {
            line.accessed(accesses);
        }
    }

    /** The eventfd of a line is signalled. */
    void signalled(int line) throws IOException {
        if (!trapped) {
            mapped.trap();
            trapped = true;
            addUnknownAccess();
        }
        signalledTrapped(line);
    }

    /** While the regions were mapped, the guest may have served what the event tells of. */
    private synchronized void addUnknownAccess() {
        accesses++;
    }

    private synchronized void signalledTrapped(int line) throws VfioException {
        lines[line].signalled(accesses);
    }

    /** Whether the regions of the device are taken away from the guest. */
    boolean isTrapping() {
        return trapped && mapped != TrapWhilePending.NOTHING_MAPPED;
    }

    /** There was no event for a time. */
    void quiet() throws IOException {
        if (isTrapping() && !isAnyRaised()) {
            // No line goes high meanwhile, as this is the thread that would do it.
            mapped.map();
            trapped = false;
        }
    }

    private synchronized boolean isAnyRaised() {
        for (LevelLine line : lines) {
            if (line.isRaised()) {
                return true;
            }
        }
        return false;
    }

    /** Nothing goes high afterwards unless another event is told of. */
    synchronized void lowerAll() throws VfioException {
        for (LevelLine line : lines) {
            line.lower();
        }
    }
}
