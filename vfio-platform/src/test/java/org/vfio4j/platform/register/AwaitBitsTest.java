// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.SimulatedBoard;

/** Waiting for bits of a register that a program makes up. */
@Timeout(30)
class AwaitBitsTest {
    private static final Register32 STATUS = Register32.at(8);
    private static final Field READY = STATUS.bit(4);
    private static final Field STATE = STATUS.bits(3, 0);

    private PlatformDevice device;
    private int reads;

    @BeforeEach
    void open() throws IOException {
        SimulatedBoard board = Board.builder().build();
        device = PlatformDevice.open(board.syscalls(), board.files(), Board.TIMER);
    }

    @AfterEach
    void close() {
        device.close();
    }

    /** A region whose register at 8 answers by how often it was read before. */
    private Region region(IntToLongFunction answer) throws IOException {
        return device.region(0).overlay(8, 8, new RegisterHandler() {
            @Override
            public long read(long offset, int width) {
                return answer.applyAsLong(reads++);
            }

            @Override
            public void write(long offset, int width, long value) {
                throw new AssertionError("waiting writes nothing");
            }
        });
    }

    @Test
    void bits_that_are_there_need_one_read() throws IOException {
        Region region = region(n -> 0xf3);
        assertThat(region.awaitBits(8, 4, 0xf0, 0xf0, Duration.ZERO)).isEqualTo(0xf3);
        assertThat(reads).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40})
    void it_reads_until_the_bits_are_there(int after) throws IOException {
        Region region = region(n -> n < after ? 0x2 : 0x12);
        assertThat(READY.await(region, 1, Duration.ofSeconds(20))).isEqualTo(0x12);
        assertThat(reads).isEqualTo(after + 1);
        reads = 0;
        assertThat(STATE.await(region(n -> n), 7, Duration.ofSeconds(20))).isEqualTo(7);
    }

    @Test
    void time_that_is_up_says_what_the_register_was() throws IOException {
        Region region = region(n -> 0x8000_0001L);
        long start = System.nanoTime();
        assertThatThrownBy(() -> READY.await(region, 1, Duration.ofMillis(20)))
                .isInstanceOfSatisfying(RegisterTimeoutException.class, timeout -> {
                    assertThat(timeout.region()).isEqualTo("100000.timer region 0");
                    assertThat(timeout.offset()).isEqualTo(8);
                    assertThat(timeout.width()).isEqualTo(4);
                    assertThat(timeout.mask()).isEqualTo(0x10);
                    assertThat(timeout.expected()).isEqualTo(0x10);
                    assertThat(timeout.last()).isEqualTo(0x8000_0001L);
                })
                .hasMessage("bits 0x10 of the 32-bit register at 0x8 of 100000.timer region 0 were not 0x10 within"
                        + " PT0.02S: the register is 0x80000001");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        // Sleeping: from 10 us up to a millisecond between two reads.
        assertThat(reads).isBetween(2, 2000);
    }

    // A thread that was not run between its last read and the deadline must look again.
    @Test
    void the_register_is_read_after_the_deadline() throws IOException {
        Region region = region(n -> {
            if (n == 0) {
                sleep(50);
                return 0;
            }
            return 0x10;
        });
        assertThat(READY.await(region, 1, Duration.ofMillis(1))).isEqualTo(0x10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void every_width_can_be_waited_for(int width) throws IOException {
        Region region = region(n -> n < 3 ? 0 : -1);
        long all = width == 8 ? -1 : (1L << 8 * width) - 1;
        assertThat(region.awaitBits(8, width, all, all, Duration.ofSeconds(20))).isEqualTo(all);
        reads = 0;
        assertThat(Register64.at(8).awaitBits(region, 1L << 63, 1L << 63, Duration.ofSeconds(20)))
                .isEqualTo(-1);
        reads = 0;
        assertThat(Register64.at(8).bit(63).await(region, 1, Duration.ofSeconds(20)))
                .isEqualTo(-1);
    }

    @Test
    void a_time_without_end_does_not_overflow() throws IOException {
        Region region = region(n -> n < 3 ? 0 : 0x10);
        assertThat(READY.await(region, 1, Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(0x10);
        assertThatThrownBy(() -> READY.await(region(n -> 0), 1, Duration.ofSeconds(Long.MIN_VALUE)))
                .isInstanceOf(RegisterTimeoutException.class);
    }

    @Test
    void an_interrupted_thread_waits_on_and_stays_interrupted() throws IOException {
        Thread.currentThread().interrupt();
        assertThat(READY.await(region(n -> n < 500 ? 0 : 0x10), 1, Duration.ofSeconds(20)))
                .isEqualTo(0x10);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void what_can_never_come_is_refused() throws IOException {
        Region region = region(n -> 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> region.awaitBits(8, 4, 1, 2, Duration.ZERO))
                .withMessage("0x2 has bits that are not in the mask 0x1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> region.awaitBits(8, 3, 1, 1, Duration.ZERO))
                .withMessageContaining("got 3");
        assertThat(reads).isZero();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
