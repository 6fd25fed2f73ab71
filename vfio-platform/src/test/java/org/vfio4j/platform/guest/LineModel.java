// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A device with level lines, Linux's handler of its IRQs, a guest's interrupt controller and its vCPUs, one step at a time.
 * Between any two steps of one of them the others may make any of theirs; also in the middle of what is tested.
 */
final class LineModel {
    /** A line with everything that is on it. */
    final class Line implements HostLine, GuestWire {
        /** Bits that the device wants served; the line is high while there are any. */
        int causes;

        private boolean masked;
        private int handlers;
        private long events;
        boolean high;
        boolean active;
        int taken;

        private boolean asserted() {
            return causes != 0;
        }

        /** vfio_automasked_irq_handler of drivers/vfio/platform/vfio_platform_irq.c: masks, and signals later. */
        private boolean fire() {
            if (!asserted() || masked) {
                return false;
            }
            masked = true;
            handlers++;
            return true;
        }

        private boolean signal() {
            if (handlers == 0) {
                return false;
            }
            handlers--;
            events++;
            return true;
        }

        @Override
        public long take() {
            othersWithoutLock();
            long count = events;
            events = 0;
            othersWithoutLock();
            return count;
        }

        @Override
        public void unmask() {
            othersWithoutLock();
            masked = false;
            othersWithoutLock();
        }

        @Override
        public void set(boolean level) {
            othersWithoutLock();
            high = level;
            othersWithoutLock();
        }
    }

    /** A CPU of the guest, whose accesses have two steps: what they do, and that they are told. */
    private final class Cpu {
        private final boolean takesInterrupts;
        private Line serving;
        private boolean exited;
        private boolean mayEnd;

        private Cpu(boolean takesInterrupts) {
            this.takesInterrupts = takesInterrupts;
        }

        private void step() throws Exception {
            if (exited) {
                if (!locked) {
                    tested.accessed();
                    exited = false;
                }
            } else if (serving != null) {
                serve();
            } else if (takesInterrupts && random.nextInt(4) != 0) {
                takeOne();
            } else if (random.nextInt(8) < pollingRate) {
                access(lines.get(random.nextInt(lines.size())), random.nextInt(3) == 0);
            }
        }

        private void takeOne() {
            for (Line line : lines) {
                if (line.high && !line.active) {
                    line.active = true;
                    line.taken++;
                    serving = line;
                    mayEnd = false;
                    if (!line.asserted() && cpus.stream().noneMatch(cpu -> cpu != this && cpu.exited)) {
                        doubled++;
                    }
                    return;
                }
            }
        }

        private void serve() {
            if (mayEnd && random.nextInt(3) == 0) {
                serving.active = false;
                serving = null;
            } else {
                access(serving, random.nextInt(3) != 0);
                mayEnd = true;
            }
        }

        /** A read of the status, or a write that clears some of it. */
        private void access(Line line, boolean clears) {
            if (clears) {
                line.causes &= random.nextBoolean() ? 0 : random.nextInt(8);
            }
            exited = !mapped;
        }
    }

    private final Random random;
    private final List<Line> lines = new ArrayList<>();
    private final List<Cpu> cpus = new ArrayList<>();
    private final int pollingRate;
    private LevelLines tested;
    private boolean locked;
    private boolean mapped;
    private boolean asserting = true;
    private int depth;
    int doubled;
    int asserted;
    int traps;

    LineModel(long seed, int lineCount, int cpuCount, boolean mappable) {
        random = new Random(seed);
        pollingRate = random.nextInt(8);
        for (int i = 0; i < lineCount; i++) {
            lines.add(new Line());
        }
        for (int i = 0; i < cpuCount; i++) {
            cpus.add(new Cpu(i == 0 || random.nextBoolean()));
        }
        mapped = mappable;
        TrapWhilePending slots = new TrapWhilePending() {
            @Override
            public void trap() {
                others();
                mapped = false;
                traps++;
                others();
            }

            @Override
            public void map() {
                others();
                mapped = true;
                others();
            }
        };
        tested = new LevelLines(
                lines.stream().map(line -> new LevelLine(line, line)).toList(),
                mappable ? slots : TrapWhilePending.NOTHING_MAPPED);
    }

    /** What everybody does who needs no lock, while what is tested has it. */
    private void othersWithoutLock() {
        boolean before = locked;
        locked = true;
        others();
        locked = before;
    }

    /** What everybody does in the middle of what is tested. */
    private void others() {
        if (depth > 2) {
            return;
        }
        depth++;
        for (int i = random.nextInt(4); i > 0; i--) {
            step(false);
        }
        depth--;
    }

    private void step(boolean thread) {
        Line line = lines.get(random.nextInt(lines.size()));
        try {
            switch (random.nextInt(thread ? 6 : 4)) {
                case 0 -> {
                    if (asserting && random.nextInt(4) == 0) {
                        asserted += line.asserted() ? 0 : 1;
                        line.causes |= 1 << random.nextInt(3);
                    }
                }
                case 1 -> line.fire();
                case 2 -> line.signal();
                case 3 -> cpus.get(random.nextInt(cpus.size())).step();
                case 4 -> look(line);
                default -> {
                    if (random.nextInt(8) == 0) {
                        tested.quiet();
                    }
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The thread that waits for the eventfds. */
    private void look(Line line) throws Exception {
        if (line.events != 0) {
            tested.signalled(lines.indexOf(line));
        }
    }

    /** Runs for a number of steps, and then until the device has nothing any more. */
    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step(true);
        }
        asserting = false;
        for (int i = 0; i < 20_000 && !isServed(); i++) {
            step(true);
        }
    }

    /** Whether nothing is asserted, nothing is under way, and the guest waits for nothing. */
    boolean isServed() {
        return lines.stream().noneMatch(line -> line.asserted() || line.high || line.active || line.events != 0);
    }

    int taken() {
        return lines.stream().mapToInt(line -> line.taken).sum();
    }

    @Override
    public String toString() {
        return asserted + " asserted, " + taken() + " taken, " + doubled + " doubled, " + traps + " traps, "
                + (isServed() ? "all served" : "not served");
    }
}
