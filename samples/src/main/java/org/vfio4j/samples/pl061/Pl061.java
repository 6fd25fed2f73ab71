// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl061;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.Register32;

/**
 * The ARM PrimeCell General Purpose Input/Output (PL061): eight lines, with one interrupt for all of them.
 *
 * <pre>{@code
 * try (Pl061 gpio = Pl061.of(device)) {
 *     gpio.line(3).onInterrupt(Trigger.RISING, () -> System.out.println("pressed"));
 *     gpio.line(0).output(true);
 * }
 * }</pre>
 *
 * <p>Registers: Technical Reference Manual, ARM DDI 0190, chapter 3. All methods are safe for use by several threads.
 */
public final class Pl061 implements AutoCloseable {
    /** How many lines there are. */
    public static final int LINES = 8;

    /** One register at 256 addresses: bits 9 to 2 of the address say which lines an access reads or writes. */
    private static final List<Register32> DATA = Register32.array(0x000, 4, 1 << LINES);

    private static final Register32 DIRECTION = Register32.at(0x400);
    private static final Register32 INTERRUPT_SENSE = Register32.at(0x404);
    private static final Register32 INTERRUPT_BOTH_EDGES = Register32.at(0x408);
    private static final Register32 INTERRUPT_EVENT = Register32.at(0x40c);
    private static final Register32 INTERRUPT_MASK = Register32.at(0x410);
    private static final Register32 MASKED_STATUS = Register32.at(0x418);
    private static final Register32 INTERRUPT_CLEAR = Register32.at(0x41c);
    private static final int ALL = (1 << LINES) - 1;

    private final Region registers;
    private final Interrupt interrupt;
    private final List<Line> lines =
            IntStream.range(0, LINES).mapToObj(number -> new Line(this, number)).toList();

    private Pl061(Region registers, Interrupt interrupt) {
        this.registers = registers;
        this.interrupt = interrupt;
    }

    /**
     * The controller of a device. No line makes interrupts; directions and levels stay as they are.
     *
     * @param device the device; closing it ends the use of the lines
     * @return the controller
     * @throws IOException if its registers or its interrupt cannot be opened
     */
    public static Pl061 of(PlatformDevice device) throws IOException {
        Region registers = device.region(0);
        INTERRUPT_MASK.write(registers, 0);
        INTERRUPT_CLEAR.write(registers, ALL);
        Pl061 gpio = new Pl061(registers, device.interrupt(0));
        gpio.interrupt.onInterrupt(count -> gpio.serve());
        return gpio;
    }

    /**
     * One of the lines.
     *
     * @param number 0 to 7
     * @return the line
     * @throws IndexOutOfBoundsException if there is none of this number
     */
    public Line line(int number) {
        return lines.get(Objects.checkIndex(number, LINES));
    }

    /** Calls the handlers of the lines whose interrupt is pending. The kernel has masked the controller's line meanwhile. */
    private void serve() throws Exception {
        int pending = MASKED_STATUS.read(registers);
        for (Line line : lines) {
            if ((pending & line.bit()) != 0) {
                line.serve();
            }
        }
    }

    boolean isHigh(int bit) {
        return DATA.get(bit).read(registers) != 0;
    }

    /** The address masks the other lines, so this needs no read before. Of a line that is an input it does nothing. */
    void drive(int bit, boolean high) {
        DATA.get(bit).write(registers, high ? bit : 0);
    }

    synchronized void setOutput(int bit, boolean output) {
        set(DIRECTION, bit, output);
    }

    boolean isOutput(int bit) {
        return (DIRECTION.read(registers) & bit) != 0;
    }

    /** Edges are detected also while they are masked, and reprogramming can look like one: so they are cleared before. */
    synchronized void arm(int bit, Trigger trigger) {
        set(INTERRUPT_MASK, bit, false);
        set(INTERRUPT_SENSE, bit, trigger.level);
        set(INTERRUPT_BOTH_EDGES, bit, trigger.bothEdges);
        set(INTERRUPT_EVENT, bit, trigger.risingOrHigh);
        clear(bit);
        set(INTERRUPT_MASK, bit, true);
    }

    synchronized void disarm(int bit) {
        set(INTERRUPT_MASK, bit, false);
        clear(bit);
    }

    void clear(int bit) {
        INTERRUPT_CLEAR.write(registers, bit);
    }

    private void set(Register32 register, int bit, boolean value) {
        int others = register.read(registers) & ~bit;
        register.write(registers, value ? others | bit : others);
    }

    /** Ends the interrupts, and waits for a handler that runs in another thread. Lines stay as they are driven. */
    @Override
    public void close() {
        interrupt.close();
        if (!registers.isClosed()) {
            INTERRUPT_MASK.write(registers, 0);
        }
    }
}
