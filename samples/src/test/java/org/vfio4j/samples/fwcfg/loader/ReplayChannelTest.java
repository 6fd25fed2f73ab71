// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.RegisterLayout;

/** Pointers go to the device's registers and memory, and leave nothing for the garbage collector. */
class ReplayChannelTest {
    private static final RegisterLayout LAYOUT = RegisterLayout.of(Architecture.ARM, 0x18);

    private final QuietDevice quiet = new QuietDevice();
    private PlatformDevice device;
    private FwCfg driver;
    private ReplayChannel channel;

    @BeforeEach
    void open() throws IOException {
        SimulatedBoard board =
                SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <1>;
                            #size-cells = <1>;
                            fw-cfg@9020000 {
                                compatible = "qemu,fw-cfg-mmio";
                                reg = <0x9020000 0x18>;
                            };
                        };
                        """)).readyToUse().build();
        device = PlatformDevice.open(board.syscalls(), board.files(), "9020000.fw-cfg");
        Region registers = device.region(0).overlay(0, 0x18, quiet);
        driver = FwCfg.of(registers, LAYOUT);
        channel = new ReplayChannel(driver, quiet, Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void bytesAreWrittenAtTheirOffsetAndReadFromThere() throws IOException {
        channel.write(QuietDevice.KEY, 6, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        assertThat(quiet.item()).containsExactly(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0);
        ByteBuffer read = ByteBuffer.allocate(8);
        channel.read(QuietDevice.KEY, 4, read);
        assertThat(read.array()).containsExactly(0, 0, 1, 2, 3, 4, 5, 0);
        assertThat(read.hasRemaining()).isFalse();
    }

    @Test
    void aWriteThatTheDeviceRefusesIsAnErrorAndTheNextIsNot() throws IOException {
        assertThatThrownBy(() -> channel.write(QuietDevice.KEY, 9, ByteBuffer.allocate(8)))
                .isInstanceOf(IOException.class)
                .hasMessage("the device refused the transfer");
        channel.write(QuietDevice.KEY, 8, ByteBuffer.wrap(new byte[] {9}));
        assertThat(quiet.item()[8]).isEqualTo((byte) 9);
    }

    /** The driver would go on from where it was. */
    @Test
    void theDriverReadsRightAfterwards() throws IOException {
        quiet.item()[2] = 7;
        assertThat(driver.read(QuietDevice.KEY, 0, 2)).containsExactly(0, 0);
        channel.read(0, 0, ByteBuffer.allocate(4));
        assertThat(driver.read(QuietDevice.KEY, 2, 2)).containsExactly(7, 0);
    }

    @Test
    void aDeviceThatDoesNotAnswerIsGivenUp() throws IOException {
        Duration said = Duration.ofMillis(200);
        channel = new ReplayChannel(driver, quiet, said);
        quiet.silence();
        long begin = System.nanoTime();
        assertThatThrownBy(() -> channel.read(QuietDevice.KEY, 0, ByteBuffer.allocate(8)))
                .hasMessage("the device did not answer within PT0.2S");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(said, said.multipliedBy(50));
        // Its answer to the old request would be taken for one to the new.
        assertThatThrownBy(() -> channel.read(QuietDevice.KEY, 0, ByteBuffer.allocate(8)))
                .hasMessageContaining("has not answered an earlier transfer");
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> channel.read(QuietDevice.KEY, 0, ByteBuffer.allocate(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected 8 bytes at most, got 9");
        assertThatThrownBy(() -> channel.write(QuietDevice.KEY, 0, ByteBuffer.allocate(9)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReplayThroughRegistersAndMemoryAllocatesNothing() throws IOException {
        ReplayJournal journal = new ReplayJournal(channel, new SystemStates(true), 4);
        HeapMemory memory = new HeapMemory(0x4000_0000, 0x1000);
        journal.write(QuietDevice.KEY, 0, 0x4000_0010, 8, memory);
        journal.write(QuietDevice.KEY, 8, 0x4000_0020, 4, memory);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int rounds = 10_000;
        replay(journal, rounds);
        long before = threads.getThreadAllocatedBytes(thread);
        int replayed = replay(journal, rounds);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(replayed).isEqualTo(2 * rounds);
        // The JVM's own: call sites that are linked late. One object for each round would be 160 000 and more.
        assertThat(allocated).isLessThan(rounds);
        assertThat(quiet.item()).containsExactly(0x10, 0, 0, 0x40, 0, 0, 0, 0, 0x20, 0, 0, 0x40, 0, 0, 0, 0);
    }

    private static int replay(ReplayJournal journal, int rounds) throws IOException {
        int replayed = 0;
        for (int i = 0; i < rounds; i++) {
            replayed += journal.reset(ResetKind.SUSPEND_TO_RAM);
        }
        return replayed;
    }
}
