// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What devices are told again after which reset. */
class ReplayJournalTest {
    private static final SystemStates S3 = new SystemStates(true);
    private static final SystemStates NO_S3 = new SystemStates(false);

    private final HeapMemory memory = new HeapMemory(0x4000_0000, 0x1000);
    private final FakeFirmware firmware = new FakeFirmware()
            .writable("one", new byte[16])
            .writable("two", new byte[8])
            .file("fixed", new byte[8]);
    private final int one = firmware.key("one");
    private final int two = firmware.key("two");
    private final ReplayJournal journal = new ReplayJournal(firmware, S3, 3);

    private void devicesForget() {
        firmware.forget("one");
        firmware.forget("two");
    }

    @Test
    void aRecordIsKeyOffsetValueSizeIn15BytesLittleEndian() throws ReplayException {
        journal.write(two, 0, 0x4000_0010, 8, memory);
        journal.write(one, 12, 0x4000_0020, 4, memory);
        assertThat(journal.bytes())
                .containsExactly(
                        0x21, 0, 0, 0, 0, 0, 0x10, 0, 0, 0x40, 0, 0, 0, 0, 8, //
                        0x20, 0, 12, 0, 0, 0, 0x20, 0, 0, 0x40, 0, 0, 0, 0, 4);
    }

    @Test
    void afterAResetThatKeptMemoryDevicesAreToldAgainInTheOrderOfTheProgram() throws ReplayException {
        journal.write(two, 0, 0x4000_0010, 8, memory);
        journal.write(one, 8, 0x4000_0020, 8, memory);
        for (ResetKind kind : new ResetKind[] {ResetKind.DEVICES, ResetKind.SUSPEND_TO_RAM}) {
            devicesForget();
            assertThat(journal.reset(kind)).isEqualTo(2);
            assertThat(firmware.content("two")).containsExactly(0x10, 0, 0, 0x40, 0, 0, 0, 0);
            assertThat(firmware.content("one")).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0x40, 0, 0, 0, 0);
        }
        String told = "21+0=1000004000000000";
        String then = "20+8=2000004000000000";
        assertThat(firmware.writes()).containsExactly(told, then, told, then, told, then);
    }

    /** The addresses mean nothing, and a later reset does not bring them back. */
    @Test
    void afterAResetThatLostMemoryTheJournalIsEmpty() throws ReplayException {
        journal.write(two, 0, 0x4000_0010, 8, memory);
        devicesForget();
        assertThat(journal.reset(ResetKind.MEMORY_LOST)).isZero();
        assertThat(journal.reset(ResetKind.DEVICES)).isZero();
        assertThat(journal.records()).isEmpty();
        assertThat(firmware.content("two")).containsOnly(0);
    }

    @Test
    void withoutS3ThereIsNoResumeToReplayAfter() throws ReplayException {
        ReplayJournal gated = new ReplayJournal(firmware, NO_S3, 3);
        gated.write(two, 0, 0x4000_0010, 8, memory);
        devicesForget();
        assertThat(gated.reset(ResetKind.SUSPEND_TO_RAM)).isZero();
        assertThat(firmware.content("two")).containsOnly(0);
        assertThat(gated.reset(ResetKind.DEVICES)).isOne();
        assertThat(firmware.content("two")).startsWith(0x10, 0, 0, 0x40);
    }

    @Test
    void theLastWriterOfABytesRangeWins() throws ReplayException {
        journal.write(one, 0, 1, 4, memory);
        journal.write(one, 4, 2, 4, memory);
        journal.write(two, 0, 3, 8, memory);
        // Covers both of the first, and so there is room for it.
        journal.write(one, 0, 4, 8, memory);
        assertThat(journal.records()).containsExactly(new ReplayRecord(two, 0, 3, 8), new ReplayRecord(one, 0, 4, 8));
    }

    @Test
    void ofRecordsThatOverlapTheLaterOneWins() throws ReplayException {
        journal.write(one, 0, 0x1111_1111_1111_1111L, 8, memory);
        journal.write(one, 4, 0x2222_2222_2222_2222L, 8, memory);
        journal.write(one, 2, 0x3333, 2, memory);
        byte[] before = firmware.content("one");
        assertThat(before).startsWith(0x11, 0x11, 0x33, 0x33, 0x22).endsWith(0x22, 0, 0, 0, 0);
        devicesForget();
        assertThat(journal.reset(ResetKind.DEVICES)).isEqualTo(3);
        assertThat(firmware.content("one")).isEqualTo(before);
    }

    @Test
    void aFullJournalIsAnErrorAndTheDeviceIsNotTold() throws ReplayException {
        for (int i = 0; i < 3; i++) {
            journal.write(one, 4 * i, i + 1, 4, memory);
        }
        assertThatThrownBy(() -> journal.write(one, 12, 4, 4, memory))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("its 3 records")
                .extracting("fault")
                .isEqualTo(ReplayFault.FULL);
        assertThat(firmware.writes()).hasSize(3);
        assertThat(journal.records()).hasSize(3);
    }

    @Test
    void whatADeviceDoesNotTakeIsNotRecorded() {
        int fixed = firmware.key("fixed");
        assertThatThrownBy(() -> journal.write(fixed, 0, 1, 8, memory))
                .extracting("fault")
                .isEqualTo(ReplayFault.REFUSED);
        firmware.drop(1);
        assertThatThrownBy(() -> journal.write(two, 0, 1, 8, memory))
                .hasMessage("0x1 of 8 bytes in key 0x21 at offset 0x0: read back as 0x0")
                .extracting("fault")
                .isEqualTo(ReplayFault.NOT_TAKEN);
        memory.unmap();
        assertThatThrownBy(() -> journal.write(two, 0, 1, 8, memory))
                .extracting("fault")
                .isEqualTo(ReplayFault.UNMAPPED);
        assertThat(journal.records()).isEmpty();
    }

    @Test
    void aReplayIsReadBack() throws ReplayException {
        journal.write(two, 0, 0x4000_0010, 8, memory);
        devicesForget();
        firmware.drop(1);
        assertThatThrownBy(() -> journal.reset(ResetKind.DEVICES))
                .hasMessageContaining("read back as 0x0")
                .extracting("fault")
                .isEqualTo(ReplayFault.NOT_TAKEN);
    }

    /** Devices would write to who has the address now. */
    @Test
    void anAddressOfMemoryThatIsGoneIsNotToldAgain() throws ReplayException {
        HeapMemory gone = new HeapMemory(0x5000_0000, 0x1000);
        journal.write(one, 0, 0x5000_0000, 8, gone);
        journal.write(two, 0, 0x4000_0000, 8, memory);
        gone.unmap();
        devicesForget();
        assertThatThrownBy(() -> journal.reset(ResetKind.SUSPEND_TO_RAM))
                .hasMessage("the memory of 0x50000000 is not mapped any more")
                .extracting("fault")
                .isEqualTo(ReplayFault.UNMAPPED);
        assertThat(firmware.content("one")).containsOnly(0);
        // The others are replayed all the same.
        assertThat(firmware.content("two")).startsWith(0, 0, 0, 0x40);
    }

    @Test
    void allFailuresOfAReplayAreReported() throws ReplayException {
        journal.write(one, 0, 1, 8, memory);
        journal.write(two, 0, 2, 8, memory);
        firmware.die();
        ReplayException failure = catchThrowableOfType(ReplayException.class, () -> journal.reset(ResetKind.DEVICES));
        assertThat(failure).hasMessage("0x1 of 8 bytes in key 0x20 at offset 0x0: no answer");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(journal.records()).hasSize(2);
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> new ReplayJournal(firmware, S3, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.write(0x10000, 0, 1, 8, memory)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.write(one, 0, 1, 3, memory)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.write(one, 0, 0x1_0000, 2, memory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0x10000 does not fit 2 bytes");
    }

    @Test
    void aReplayAllocatesNothing() throws ReplayException {
        journal.write(one, 0, 0x4000_0010, 8, memory);
        journal.write(one, 8, 0x4000_0020, 4, memory);
        journal.write(two, 0, 0x4000_0030, 8, memory);
        firmware.stopLogging();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int rounds = 20_000;
        replay(rounds);
        long before = threads.getThreadAllocatedBytes(thread);
        int replayed = replay(rounds);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(replayed).isEqualTo(3 * rounds);
        // The JVM's own: call sites that are linked late. One object for each round would be 320 000 and more.
        assertThat(allocated).isLessThan(rounds);
    }

    private int replay(int rounds) throws ReplayException {
        int replayed = 0;
        for (int i = 0; i < rounds; i++) {
            replayed += journal.reset(ResetKind.SUSPEND_TO_RAM);
        }
        return replayed;
    }
}
