// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import static org.vfio4j.samples.pl011.Pl011Registers.*;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;
import org.vfio4j.platform.register.Region;

/**
 * The ARM PrimeCell UART (PL011), with 8 data bits, no parity and one stop bit: what it receives is an input stream, what
 * it sends an output stream.
 *
 * <pre>{@code
 * try (Pl011 uart = Pl011.open(device, 115_200)) {
 *     uart.output().write("hello\r\n".getBytes(US_ASCII));
 *     int answer = uart.input().read();
 * }
 * }</pre>
 *
 * <p>What nobody reads is kept in a buffer, and then in the FIFO of the device, which overruns when the other side does not
 * stop. All methods are safe for use by several threads.
 *
 * <p>After the Technical Reference Manual, ARM DDI 0183.
 */
public final class Pl011 implements AutoCloseable {
    /** Of the largest FIFO that there is (revision r1p5). */
    private static final int DEEPEST_FIFO = 32;

    private static final int BUFFER = 1 << 16;
    private static final Duration SENDING = Duration.ofSeconds(10);

    private final String name;
    private final Region registers;
    private final Interrupt interrupt;
    /** Guards the registers and what follows; waited on for bytes, for room, and for the end. */
    private final Object lock = new Object();

    private final ByteRing received = new ByteRing(BUFFER);
    private LineErrors errors = LineErrors.NONE;
    private int enabled;
    private boolean closed;
    private Throwable failure;

    private Pl011(PlatformDevice device) throws IOException {
        this.name = device.entry().name();
        this.registers = device.region(0);
        INTERRUPT_MASK.write(registers, 0);
        this.interrupt = device.interrupt(0);
    }

    /**
     * Starts a UART whose clock is a fixed one of the device tree.
     *
     * @param device the device; closing it ends the use of the UART
     * @param baud bits a second
     * @return the UART
     * @throws IOException if the registers, the interrupt or the tree cannot be read
     * @throws IllegalArgumentException if the tree does not say the rate of the clock, or the clock cannot make these bauds
     */
    public static Pl011 open(PlatformDevice device, int baud) throws IOException {
        long clock = UartClock.rate(device.node())
                .orElseThrow(
                        () -> new IllegalArgumentException("the device tree does not say at what rate the clock of "
                                + device.entry().name() + " runs: open it with the rate"));
        return open(device, baud, clock);
    }

    /**
     * Starts a UART.
     *
     * @param device the device; closing it ends the use of the UART
     * @param baud bits a second
     * @param clock the rate of its clock UARTCLK, in Hz
     * @return the UART
     * @throws IOException if the registers or the interrupt cannot be opened
     * @throws IllegalArgumentException if the clock cannot make these bauds
     */
    public static Pl011 open(PlatformDevice device, int baud, long clock) throws IOException {
        BaudDivisor divisor = BaudDivisor.of(clock, baud);
        Pl011 uart = new Pl011(device);
        uart.program(divisor);
        uart.interrupt.onInterrupt(count -> uart.serve(), (thread, thrown) -> uart.fail(thrown));
        uart.enable(RECEIVE | RECEIVE_TIMEOUT | LINE_ERRORS);
        return uart;
    }

    /** In the order of chapter 3.3.8: the UART is off while it is programmed. */
    private void program(BaudDivisor divisor) {
        CONTROL.write(registers, 0);
        // Without FIFOs first, which empties them: what is in the one to send keeps the UART busy, although it is off.
        LINE_CONTROL.write(registers, 0);
        BUSY.await(registers, 0, SENDING);
        INTEGER_DIVISOR.write(registers, divisor.integer());
        FRACTIONAL_DIVISOR.write(registers, divisor.fraction());
        // The divisors are taken over with this write, so it comes after them.
        LINE_CONTROL.write(registers, WORD_LENGTH.of(EIGHT_BITS) | FIFO_ENABLE.of(1));
        FIFO_LEVELS.write(registers, RECEIVE_LEVEL.of(HALF) | TRANSMIT_LEVEL.of(EIGHTH));
        // QEMU 7.2 empties the FIFO and does not say so until it is read.
        for (int i = 0; i < DEEPEST_FIFO && !RECEIVE_EMPTY.isSet(registers); i++) {
            DATA.read(registers);
        }
        INTERRUPT_CLEAR.write(registers, ALL_INTERRUPTS);
        CONTROL.write(
                registers,
                UART_ENABLE.of(1)
                        | TRANSMIT_ENABLE.of(1)
                        | RECEIVE_ENABLE.of(1)
                        | DATA_TERMINAL_READY.of(1)
                        | REQUEST_TO_SEND.of(1));
    }

    private void enable(int interrupts) {
        synchronized (lock) {
            enabled |= interrupts;
            INTERRUPT_MASK.write(registers, enabled);
        }
    }

    private void disable(int interrupts) {
        synchronized (lock) {
            enabled &= ~interrupts;
            INTERRUPT_MASK.write(registers, enabled);
        }
    }

    /** Called by the thread of the interrupts. */
    private void serve() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            int status = MASKED_STATUS.read(registers);
            if ((status & LINE_ERRORS) != 0) {
                INTERRUPT_CLEAR.write(registers, status & LINE_ERRORS);
            }
            if ((status & (RECEIVE | RECEIVE_TIMEOUT | LINE_ERRORS)) != 0) {
                receive();
            }
            if ((status & TRANSMIT) != 0) {
                // There is room now. It is not cleared, as the next write to the FIFO does that, and asserted until
                // then.
                disable(TRANSMIT);
            }
            lock.notifyAll();
        }
    }

    /** Until the FIFO is empty, which ends both interrupts of it; or as far as there is room, and then they have to wait. */
    private void receive() {
        while (!RECEIVE_EMPTY.isSet(registers)) {
            if (received.isFull()) {
                disable(RECEIVE | RECEIVE_TIMEOUT);
                return;
            }
            int data = DATA.read(registers);
            if ((data & ERRORS) != 0) {
                count(data);
            }
            if (BREAK_ERROR.in(data) == 0) {
                received.add((byte) CHARACTER.in(data));
            }
        }
    }

    private void count(int data) {
        errors = errors.plus(
                OVERRUN_ERROR.in(data) != 0,
                BREAK_ERROR.in(data) != 0,
                PARITY_ERROR.in(data) != 0,
                FRAMING_ERROR.in(data) != 0);
    }

    /** There are no more interrupts, so everybody who waits for one has to know. */
    private void fail(Throwable thrown) {
        synchronized (lock) {
            failure = thrown;
            lock.notifyAll();
        }
    }

    /** {@return what the UART receives; a read waits for at least one byte, and closing it does nothing} */
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                return Pl011.this.read(to, offset, length);
            }

            @Override
            public int available() {
                synchronized (lock) {
                    return received.size();
                }
            }
        };
    }

    /** {@return what the UART sends; a write waits for room in the FIFO, a flush until all is sent; closing it flushes} */
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                Pl011.this.write(from, offset, length);
            }

            @Override
            public void flush() {
                BUSY.await(registers, 0, SENDING);
            }

            @Override
            public void close() {
                flush();
            }
        };
    }

    private int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        synchronized (lock) {
            while (received.size() == 0) {
                await();
            }
            int taken = received.take(to, offset, length);
            // There is room again, also for what is in the FIFO: that interrupts at once.
            if ((enabled & RECEIVE) == 0) {
                enable(RECEIVE | RECEIVE_TIMEOUT);
            }
            return taken;
        }
    }

    private void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        int end = offset + length;
        for (int next = offset; next < end; ) {
            synchronized (lock) {
                requireUsable();
                // Not more at once, so that what comes meanwhile is served.
                int burst = Math.min(end, next + DEEPEST_FIFO);
                while (next < burst && !TRANSMIT_FULL.isSet(registers)) {
                    DATA.write(registers, CHARACTER.of(from[next++] & 0xff));
                }
                if (next < burst) {
                    awaitRoom();
                }
            }
        }
    }

    /** The interrupt is remembered by the device, so it does not matter if the FIFO drains before this enables it. */
    private void awaitRoom() throws IOException {
        enable(TRANSMIT);
        while ((enabled & TRANSMIT) != 0) {
            await();
        }
        requireUsable();
    }

    private void await() throws IOException {
        requireUsable();
        try {
            lock.wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(name + ": the thread was interrupted");
        }
    }

    private void requireUsable() throws IOException {
        if (closed) {
            throw new IOException(name + " is closed");
        }
        if (failure != null) {
            throw new IOException(name + " has no interrupts any more", failure);
        }
    }

    /** {@return what went wrong on the line so far} */
    public LineErrors errors() {
        synchronized (lock) {
            return errors;
        }
    }

    /** {@return how many interrupts there were so far} */
    public long interrupts() {
        return interrupt.count();
    }

    /**
     * Sends what is written and switches the UART off. Reads and writes that wait end with an exception. Closing again
     * does nothing.
     */
    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            lock.notifyAll();
        }
        // Outside of the lock, which the handler needs.
        interrupt.close();
        if (!registers.isClosed()) {
            INTERRUPT_MASK.write(registers, 0);
            try {
                BUSY.await(registers, 0, SENDING);
            } finally {
                CONTROL.write(registers, 0);
            }
        }
    }
}
