// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl061;

import java.util.Objects;

/** A line of a {@link Pl061}. */
public final class Line {
    /** What is called for an interrupt of a line. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Serves what is connected with the line.
         *
         * @throws Exception if it cannot be served. It goes to the uncaught-exception handler of the thread, and there are
         *     no interrupts of any line from then on
         */
        void handle() throws Exception;
    }

    private record Watch(Trigger trigger, Handler handler) {}

    private final Pl061 gpio;
    private final int number;
    private volatile Watch watch;

    Line(Pl061 gpio, int number) {
        this.gpio = gpio;
        this.number = number;
    }

    int bit() {
        return 1 << number;
    }

    /** {@return which line it is, 0 to 7} */
    public int number() {
        return number;
    }

    /** {@return whether it is high now: as the controller drives it, or what comes in} */
    public boolean isHigh() {
        return gpio.isHigh(bit());
    }

    /** {@return whether the controller drives it} */
    public boolean isOutput() {
        return gpio.isOutput(bit());
    }

    /** Makes it an input. */
    public void input() {
        gpio.setOutput(bit(), false);
    }

    /**
     * Makes it an output, or changes what it is driven to.
     *
     * @param high whether it is driven high
     */
    public void output(boolean high) {
        // Before, where the controller keeps it: then the line never has another level. After, where it does not.
        gpio.drive(bit(), high);
        gpio.setOutput(bit(), true);
        gpio.drive(bit(), high);
    }

    /**
     * Has a handler called for interrupts of the line, instead of the one that it has. One thread calls the handlers of
     * all lines. An edge that comes while the handler runs calls it again; several of them are one. For a level it is
     * called again and again, for as long as the line has the level or until {@link #noInterrupts}.
     *
     * @param trigger what makes an interrupt
     * @param handler the handler
     */
    public void onInterrupt(Trigger trigger, Handler handler) {
        Watch next = new Watch(Objects.requireNonNull(trigger), Objects.requireNonNull(handler));
        gpio.disarm(bit());
        watch = next;
        gpio.arm(bit(), trigger);
    }

    /** Ends the interrupts of the line. A call of the handler in another thread may be under way. */
    public void noInterrupts() {
        watch = null;
        gpio.disarm(bit());
    }

    /**
     * An edge is cleared before the handler, so that the next one is not lost; a level after it, when the handler may have
     * ended its cause: controllers that remember the level would interrupt once too often else.
     */
    void serve() throws Exception {
        Watch served = watch;
        if (served == null) {
            return;
        }
        if (!served.trigger().level) {
            gpio.clear(bit());
        }
        served.handler().handle();
        if (served.trigger().level) {
            gpio.clear(bit());
        }
    }
}
