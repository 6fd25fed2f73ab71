// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.SimulatedBoard;

@Timeout(60)
class Pl011Test {
    private static final long SEED = 20260711;
    private static final int MUCH = 1 << 17;

    private Pl011Model model;
    private PlatformDevice device;
    private Pl011 uart;
    private InputStream in;
    private OutputStream out;

    @BeforeEach
    void open() throws IOException {
        SimulatedBoard board = UartBoard.of(made -> model = made);
        device = PlatformDevice.open(board.syscalls(), board.files(), UartBoard.DEVICE);
        uart = Pl011.open(device, 115_200);
        in = uart.input();
        out = uart.output();
    }

    @AfterEach
    void close() {
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> drain(new ByteArrayOutputStream()));
        uart.close();
        device.close();
        drained.join();
    }

    private void drain(ByteArrayOutputStream to) {
        for (int character = model.receive(); character >= 0; character = model.receive()) {
            to.write(character);
        }
    }

    private void send(byte[] bytes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (byte value : bytes) {
            while (!model.send(value & 0xff)) {
                // The other end of a line with flow control waits.
                Thread.yield();
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the driver does not empty the FIFO");
                }
            }
        }
        model.quiet();
    }

    private static byte[] random() {
        byte[] bytes = new byte[MUCH];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    @Test
    void itIsProgrammedFor115200Baud8N1WithFifos() {
        assertThat(model.divisor()).isEqualTo(new BaudDivisor(13, 1));
        assertThat(model.lineControl()).isEqualTo(0x70);
        assertThat(model.control()).isEqualTo(0xf01);
    }

    @Test
    void aRateThatTheClockCannotMakeIsRefusedBeforeAnythingIsWritten() {
        uart.close();
        assertThatThrownBy(() -> Pl011.open(device, 3_000_000)).isInstanceOf(IllegalArgumentException.class);
        assertThat(model.control()).isZero();
        assertThat(model.divisor()).isEqualTo(new BaudDivisor(13, 1));
    }

    /** Below the level of the FIFO, so only the timeout of the receiver tells of it. */
    @Test
    void oneByteComesWhenTheLineIsQuiet() throws Exception {
        model.send('a');
        assertThat(in.available()).isZero();
        model.quiet();
        assertThat(in.read()).isEqualTo('a');
        model.send(0xff);
        model.quiet();
        assertThat(in.read()).as("not the end of the stream").isEqualTo(0xff);
    }

    @Test
    void halfAFifoComesAtOnce() throws Exception {
        for (int i = 0; i < Pl011Model.DEPTH / 2; i++) {
            model.send(i);
        }
        assertThat(in.readNBytes(Pl011Model.DEPTH / 2)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void aReadWaits() throws Exception {
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            try {
                return in.read();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThatThrownBy(() -> read.get(50, TimeUnit.MILLISECONDS)).isNotInstanceOf(ExecutionException.class);
        send(new byte[] {7});
        assertThat(read.get()).isEqualTo(7);
    }

    @Test
    void aWriteFillsTheFifoAndThenWaitsForRoom() throws Exception {
        out.write(new byte[Pl011Model.DEPTH]);
        CompletableFuture<Void> more = CompletableFuture.runAsync(() -> {
            try {
                out.write(1);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThatThrownBy(() -> more.get(50, TimeUnit.MILLISECONDS)).isNotInstanceOf(ExecutionException.class);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        drain(sent);
        more.get();
        drain(sent);
        assertThat(sent.toByteArray()).hasSize(Pl011Model.DEPTH + 1).endsWith(1);
    }

    @Test
    void muchIsReceivedInOrder() throws Exception {
        byte[] bytes = random();
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> send(bytes));
        assertThat(in.readNBytes(bytes.length)).as("seed %d", SEED).isEqualTo(bytes);
        other.get();
        assertThat(uart.errors()).isEqualTo(LineErrors.NONE);
    }

    @Test
    void muchIsSentInOrder() throws Exception {
        byte[] bytes = random();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
            while (sent.size() < bytes.length) {
                drain(sent);
                Thread.yield();
            }
        });
        out.write(bytes);
        out.flush();
        other.get();
        assertThat(sent.toByteArray()).as("seed %d", SEED).isEqualTo(bytes);
    }

    /** More than the driver's buffer and the FIFO hold. */
    @Test
    void whatNobodyReadsStopsTheOtherEndAndIsNotLost() throws Exception {
        byte[] bytes = random();
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> send(bytes));
        while (in.available() < 1 << 16 || model.waiting() < Pl011Model.DEPTH) {
            Thread.sleep(1);
        }
        assertThat(other).isNotDone();
        long interrupts = uart.interrupts();
        Thread.sleep(50);
        assertThat(uart.interrupts()).as("the receiver's are off").isEqualTo(interrupts);
        assertThat(in.readNBytes(bytes.length)).as("seed %d", SEED).isEqualTo(bytes);
        other.get();
    }

    @Test
    void errorsOfTheLineAreCounted() throws Exception {
        model.send('a' | Pl011Model.FRAMING);
        model.send('b' | Pl011Model.PARITY);
        model.send(Pl011Model.BREAK);
        model.send('c');
        model.quiet();
        assertThat(in.readNBytes(3)).containsExactly('a', 'b', 'c');
        assertThat(uart.errors()).isEqualTo(new LineErrors(0, 1, 1, 1));
    }

    @Test
    void anOverrunIsCounted() throws Exception {
        // Closed meanwhile: nobody empties the FIFO.
        device.interrupt(0).mask();
        for (int i = 0; i < Pl011Model.DEPTH + 3; i++) {
            model.force(i);
        }
        device.interrupt(0).unmask();
        assertThat(in.readNBytes(Pl011Model.DEPTH)).startsWith(0, 1).endsWith(15);
        send(new byte[] {42});
        assertThat(in.read()).isEqualTo(42);
        assertThat(uart.errors()).isEqualTo(new LineErrors(1, 0, 0, 0));
    }

    @Test
    void closingEndsAReadThatWaits() throws Exception {
        CompletableFuture<Throwable> thrown = CompletableFuture.supplyAsync(() -> {
            try {
                in.read();
                return null;
            } catch (IOException e) {
                return e;
            }
        });
        assertThatThrownBy(() -> thrown.get(50, TimeUnit.MILLISECONDS)).isNotInstanceOf(ExecutionException.class);
        uart.close();
        assertThat(thrown.get()).isInstanceOf(IOException.class).hasMessage("9000000.serial is closed");
        assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void closingSendsWhatIsWritten() throws Exception {
        out.write(new byte[] {1, 2, 3});
        CompletableFuture<Void> closing = CompletableFuture.runAsync(uart::close);
        assertThatThrownBy(() -> closing.get(50, TimeUnit.MILLISECONDS)).isNotInstanceOf(ExecutionException.class);
        assertThat(model.control()).isNotZero();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        drain(sent);
        closing.get();
        assertThat(sent.toByteArray()).containsExactly(1, 2, 3);
        assertThat(model.control()).isZero();
    }

    /** A user who ended in between: the UART is on, and has bytes to send and to read. */
    @Test
    void whatAnEarlierUserLeftIsDropped() throws Exception {
        model.send('x');
        out.write(new byte[] {1, 2, 3});
        device.interrupt(0).close();
        uart = Pl011.open(device, 9600);
        assertThat(model.receive()).isNegative();
        send(new byte[] {5});
        assertThat(uart.input().read()).isEqualTo(5);
    }

    @Test
    void itCanBeOpenedAgain() throws Exception {
        uart.close();
        uart = Pl011.open(device, 9600);
        send(new byte[] {5});
        assertThat(uart.input().read()).isEqualTo(5);
    }
}
