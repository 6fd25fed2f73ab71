// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Registers and rules of ARM DDI 0183, chapters 2 and 3, in the order in which Linux's amba-pl011.c uses them. */
@Timeout(60)
class ConsoleUartTest {
    private static final int DR = 0x00;
    private static final int FR = 0x18;
    private static final int LCR_H = 0x2c;
    private static final int CR = 0x30;
    private static final int IFLS = 0x34;
    private static final int IMSC = 0x38;
    private static final int RIS = 0x3c;
    private static final int MIS = 0x40;
    private static final int ICR = 0x44;
    private static final int FEN = 1 << 4;
    private static final int ON = 1 | 1 << 8 | 1 << 9;
    private static final int RX = 1 << 4;
    private static final int TX = 1 << 5;
    private static final int RT = 1 << 6;
    private static final int RXFE = 1 << 4;
    private static final int RXFF = 1 << 6;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<Boolean> interrupts = new ArrayList<>();
    private final ConsoleUart uart = new ConsoleUart(line, interrupts::add);

    private int read(int register) {
        return (int) uart.read(register, 4);
    }

    private void write(int register, int value) {
        uart.write(register, 4, value);
    }

    private void switchOnWithFifos() {
        write(LCR_H, FEN | 3 << 5);
        write(CR, ON);
    }

    private void type(String text) throws InterruptedException {
        for (byte character : text.getBytes(StandardCharsets.US_ASCII)) {
            uart.type(character);
        }
    }

    @Test
    void theIdentityIsOfRevision3OfArmsPl011() {
        int[] id = new int[8];
        for (int i = 0; i < 8; i++) {
            id[i] = read(0xfe0 + 4 * i);
        }
        assertThat(id).containsExactly(0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1);
    }

    @Test
    void afterAResetItIsOffAndEmpty() {
        assertThat(read(FR)).as("TXFE, RXFE, and a line that is connected").isEqualTo(0x97);
        assertThat(read(CR)).isEqualTo(0x300);
        assertThat(read(IFLS)).isEqualTo(0x12);
        assertThat(read(RIS)).isZero();
        assertThat(read(IMSC)).isZero();
        assertThat(read(LCR_H)).isZero();
    }

    @Test
    void aCharacterIsSentWhenTheTransmitterIsOn() {
        write(DR, 'a');
        assertThat(line.size()).isZero();
        assertThat(read(FR) & 1 << 7).as("TXFE").isZero();
        assertThat(read(FR) & 1 << 5).as("TXFF, of the one without FIFO").isNotZero();
        write(CR, 1 | 1 << 8);
        assertThat(line).hasToString("a");
        write(DR, 'b');
        assertThat(line).hasToString("ab");
        assertThat(read(FR)).isEqualTo(0x97);
    }

    @Test
    void whatHasNoRoomInTheTransmitterIsLost() {
        write(LCR_H, FEN);
        for (int i = 0; i < ConsoleUart.DEPTH + 1; i++) {
            write(DR, 'a' + i % 26);
        }
        assertThat(read(FR) & 1 << 5).as("TXFF").isNotZero();
        write(CR, ON);
        assertThat(line.size()).isEqualTo(ConsoleUart.DEPTH);
    }

    @Test
    void whatIsSentRaisesTheTransmitInterruptUntilItIsCleared() {
        switchOnWithFifos();
        write(IMSC, TX);
        assertThat(interrupts).as("nothing was sent").isEmpty();
        write(DR, 'x');
        assertThat(read(MIS)).isEqualTo(TX);
        assertThat(interrupts).containsExactly(true);
        write(ICR, TX);
        assertThat(read(RIS)).isZero();
        assertThat(interrupts).containsExactly(true, false);
    }

    @Test
    void theMaskIsInFrontOfTheLine() {
        switchOnWithFifos();
        write(DR, 'x');
        assertThat(read(RIS)).isEqualTo(TX);
        assertThat(read(MIS)).isZero();
        assertThat(interrupts).isEmpty();
        write(IMSC, TX);
        write(IMSC, 0);
        assertThat(interrupts).containsExactly(true, false);
    }

    @Test
    void receivedCharactersComeInOrderAndTheInterruptGoesWithTheLast() throws Exception {
        switchOnWithFifos();
        write(IMSC, RX | RT);
        type("hi");
        assertThat(read(MIS)).as("below its level of 16, the FIFO times out").isEqualTo(RT);
        assertThat(interrupts).containsExactly(true);
        assertThat(read(FR) & RXFE).isZero();
        assertThat(read(DR)).isEqualTo('h');
        assertThat(interrupts).containsExactly(true);
        assertThat(read(DR)).isEqualTo('i');
        assertThat(read(FR) & RXFE).isNotZero();
        assertThat(interrupts).containsExactly(true, false);
        assertThat(read(DR)).as("of an empty FIFO").isZero();
    }

    @Test
    void theReceiveInterruptIsOfTheLevel() throws Exception {
        switchOnWithFifos();
        write(IFLS, 1 << 3);
        type("1234567");
        assertThat(read(RIS) & RX).isZero();
        type("8");
        assertThat(read(RIS) & RX).as("a quarter of 32").isNotZero();
        read(DR);
        assertThat(read(RIS) & RX).as("below it").isZero();
    }

    @Test
    void aClearedTimeoutComesBackWithTheNextCharacterOnly() throws Exception {
        switchOnWithFifos();
        type("a");
        write(ICR, RT);
        assertThat(read(RIS)).isZero();
        type("b");
        assertThat(read(RIS)).isEqualTo(RT);
    }

    @Test
    void withoutFifosOneCharacterIsTheLevel() throws Exception {
        write(CR, ON);
        type("a");
        assertThat(read(RIS)).isEqualTo(RX | RT);
        assertThat(read(FR) & RXFF).isNotZero();
    }

    @Test
    void writingTheLineControlKeepsWhatTheFifosHave() throws Exception {
        switchOnWithFifos();
        type("a");
        write(LCR_H, FEN | 2 << 5);
        assertThat(read(DR)).isEqualTo('a');
    }

    @Test
    void switchingTheFifosOffEmptiesThem() throws Exception {
        switchOnWithFifos();
        type("abc");
        write(LCR_H, 3 << 5);
        assertThat(read(FR) & RXFE).isNotZero();
        assertThat(read(RIS)).isZero();
    }

    @Test
    void inputWaitsUntilTheReceiverIsOn() throws Exception {
        CompletableFuture<Void> typing = typingInBackground("a");
        assertThatThrownBy(() -> typing.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        switchOnWithFifos();
        typing.get(30, TimeUnit.SECONDS);
        assertThat(read(DR)).isEqualTo('a');
    }

    @Test
    void inputWaitsForRoomAndNothingOfItIsLost() throws Exception {
        switchOnWithFifos();
        String text = "abcdefghij".repeat(20);
        CompletableFuture<Void> typing = typingInBackground(text);
        StringBuilder received = new StringBuilder();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (received.length() < text.length() && System.nanoTime() < deadline) {
            if ((read(FR) & RXFE) == 0) {
                received.append((char) read(DR));
            }
        }
        typing.get(30, TimeUnit.SECONDS);
        assertThat(received).hasToString(text);
    }

    private CompletableFuture<Void> typingInBackground(String text) {
        return CompletableFuture.runAsync(() -> {
            try {
                type(text);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aLoopTakesBackWhatIsSent() {
        write(LCR_H, FEN);
        write(CR, ON | 1 << 7);
        write(DR, 'l');
        assertThat(line.size()).isZero();
        assertThat(read(DR)).isEqualTo('l');
    }

    @Test
    void registersKeepTheBitsTheyHave() {
        int[][] widths = {{0x20, 0xff}, {0x24, 0xffff}, {0x28, 0x3f}, {LCR_H, 0xff}, {IFLS, 0x3f}, {IMSC, 0x7ff}};
        for (int[] register : widths) {
            write(register[0], -1);
            assertThat(read(register[0])).as("0x%x", register[0]).isEqualTo(register[1]);
        }
        write(FR, -1);
        write(RIS, -1);
        write(0x80, -1);
        assertThat(read(FR)).isEqualTo(0x97);
        assertThat(read(RIS)).isZero();
        assertThat(read(0x80)).isZero();
    }

    @Test
    void narrowAccessesAreOfTheRegistersLowBytes() {
        uart.write(IMSC, 2, 0x7f0);
        assertThat(uart.read(IMSC, 2)).isEqualTo(0x7f0);
        assertThat(uart.read(IMSC, 1)).isEqualTo(0xf0);
    }

    /** A guest can send any access. */
    @Test
    void accessesThatAreNoRegistersReadZero() {
        for (int offset = 0; offset < ConsoleUart.SIZE; offset++) {
            for (int width : new int[] {1, 2, 4, 8}) {
                if (offset % 4 != 0 || width == 8) {
                    uart.write(offset, width, -1);
                    assertThat(uart.read(offset, width)).isZero();
                }
            }
        }
        assertThat(read(CR)).isEqualTo(0x300);
        assertThat(interrupts).isEmpty();
    }

    @Test
    void aLineThatIsGoneIsSaid() {
        ConsoleUart broken = new ConsoleUart(
                new OutputStream() {
                    @Override
                    public void write(int character) throws IOException {
                        throw new IOException("gone");
                    }
                },
                interrupts::add);
        broken.write(CR, 4, ON);
        assertThatThrownBy(() -> broken.write(DR, 4, 'a'))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("gone");
    }
}
