// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts that are refused: with which fault, at which entry, and with nothing left of them. */
class LoaderFaultTest {
    private final HeapMemory piece = new HeapMemory(0x1_0000_0000L, 0x4000);
    private final ZonedMemory memory = ZonedMemory.withoutLegacySegment(List.of(piece));
    private final FakeFirmware firmware = new FakeFirmware()
            .file("a", new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0})
            .file("t", new byte[32])
            .file("empty", new byte[0])
            .file("far", new byte[] {32, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1})
            .writable("first", new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
            .writable("second", new byte[] {11, 12, 13, 14, 15, 16, 17, 18})
            .writable("third", new byte[24])
            .promising("huge", 0xffff_ffffL)
            .promising("large", 0x5000);
    private final ReplayJournal journal = new ReplayJournal(firmware, new SystemStates(true), 4);

    @BeforeEach
    void anEarlierRunToldTheFirstDevice() throws ReplayException {
        journal.write(firmware.key("first"), 0, 0x0807060504030201L, 8, piece);
    }

    private LoaderException failure(byte[] script) {
        firmware.file(LinkerLoader.SCRIPT, script);
        LinkerLoader loader = new LinkerLoader(firmware, memory, journal, LoaderOptions.STRICT);
        LoaderException failure = catchThrowableOfType(LoaderException.class, loader::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    private void assertNothingIsLeft() {
        assertThat(memory.allocatedBytes()).isZero();
        assertThat(firmware.content("first")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(firmware.content("second")).containsExactly(11, 12, 13, 14, 15, 16, 17, 18);
        assertThat(journal.records())
                .containsExactly(new ReplayRecord(firmware.key("first"), 0, 0x0807060504030201L, 8));
    }

    private static ScriptText script() {
        return new ScriptText().allocate("a", 16, 1).allocate("t", 16, 1);
    }

    private static Arguments refused(LoaderFault fault, int entry, ScriptText script, String message) {
        return Arguments.of(fault, entry, script, message);
    }

    static Stream<Arguments> scripts() {
        return Stream.of(
                refused(LoaderFault.NAME, 2, script().allocate("far", 1, 1).poke(4 + 55, 1), "does not end with NUL"),
                refused(LoaderFault.NAME, 2, script().addPointer("a", 0, 8, "t").poke(60 + 55, 1), "byte 60"),
                refused(LoaderFault.NAME, 2, script().addChecksum("a", 0, 0, 8).poke(4 + 55, 1), "byte 4"),
                // Of the file of the device too: SeaBIOS does not look at that one.
                refused(
                        LoaderFault.NAME,
                        2,
                        script().writePointer("first", 0, 8, "t", 0).poke(4 + 55, 1),
                        "byte 4"),
                refused(
                        LoaderFault.NAME,
                        2,
                        script().writePointer("first", 0, 8, "t", 0).poke(60 + 55, 1),
                        "byte 60"),
                refused(LoaderFault.UNKNOWN_FILE, 2, script().allocate("none", 1, 1), "there is no file 'none'"),
                refused(LoaderFault.EMPTY_FILE, 2, script().allocate("empty", 1, 1), "has no bytes"),
                refused(LoaderFault.DUPLICATE_FILE, 2, script().allocate("a", 1, 1), "allocated already"),
                refused(LoaderFault.ALIGNMENT, 2, script().allocate("far", 3, 1), "alignment 0x3: expected a power of"),
                refused(LoaderFault.ALIGNMENT, 2, script().allocate("far", 8192, 1), "up to 0x1000"),
                refused(LoaderFault.ALIGNMENT, 2, script().allocate("far", 0x8000_0000, 1), "alignment 0x80000000"),
                refused(LoaderFault.ZONE, 2, script().allocate("far", 1, 0), "zone 0"),
                refused(LoaderFault.ZONE, 2, script().allocate("far", 1, 3), "zone 3"),
                refused(LoaderFault.NO_MEMORY, 2, script().allocate("large", 1, 1), "no room for 20480 bytes"),
                refused(LoaderFault.NO_MEMORY, 2, script().allocate("huge", 1, 1), "no room for 4294967295 bytes"),
                refused(LoaderFault.POINTER_SIZE, 2, script().addPointer("a", 0, 3, "t"), "pointer of 3 bytes"),
                refused(LoaderFault.POINTER_SIZE, 2, script().addPointer("a", 0, 0, "t"), "pointer of 0 bytes"),
                refused(LoaderFault.POINTER_SIZE, 2, script().addPointer("a", 0, 16, "t"), "pointer of 16 bytes"),
                refused(LoaderFault.POINTER_SIZE, 2, script().writePointer("first", 0, 7, "t", 0), "pointer of 7"),
                refused(LoaderFault.POINTER_SIZE, 2, script().writePointer("first", 0, 255, "t", 0), "of 255 bytes"),
                refused(LoaderFault.UNKNOWN_FILE, 2, script().addPointer("far", 0, 8, "t"), "'far' is not allocated"),
                refused(LoaderFault.UNKNOWN_FILE, 2, script().addPointer("a", 0, 8, "far"), "'far' is not allocated"),
                refused(LoaderFault.UNKNOWN_FILE, 2, script().addChecksum("far", 0, 0, 8), "'far' is not allocated"),
                refused(LoaderFault.UNKNOWN_FILE, 2, script().writePointer("none", 0, 8, "t", 0), "no file 'none'"),
                refused(LoaderFault.UNKNOWN_FILE, 2, script().writePointer("first", 0, 8, "far", 0), "'far' is not"),
                refused(
                        LoaderFault.UNKNOWN_FILE,
                        0,
                        new ScriptText().addPointer("a", 0, 8, "a").allocate("a", 1, 1),
                        "'a' is not allocated before"),
                refused(LoaderFault.RANGE, 2, script().addPointer("a", 9, 8, "t"), "the pointer of 8 bytes at 0x9"),
                refused(LoaderFault.RANGE, 2, script().addPointer("a", -4, 8, "t"), "at 0xfffffffc"),
                refused(LoaderFault.RANGE, 2, script().addChecksum("a", 16, 0, 8), "the result of 1 bytes at 0x10"),
                refused(LoaderFault.RANGE, 2, script().addChecksum("a", 0, 0, 17), "the range of 17 bytes at 0x0"),
                refused(LoaderFault.RANGE, 2, script().addChecksum("a", 0, -1, 2), "at 0xffffffff"),
                refused(LoaderFault.RANGE, 2, script().addChecksum("a", 0, 8, -4), "the range of 4294967292 bytes"),
                refused(
                        LoaderFault.RANGE,
                        2,
                        script().writePointer("first", 1, 8, "t", 0),
                        "the pointer of 8 bytes at 0x1"),
                refused(LoaderFault.RANGE, 2, script().writePointer("first", -4, 8, "t", 0), "at 0xfffffffc"),
                refused(
                        LoaderFault.SOURCE_OFFSET,
                        2,
                        script().writePointer("first", 0, 8, "t", 32),
                        "byte 0x20 of 0x20"),
                refused(LoaderFault.SOURCE_OFFSET, 2, script().writePointer("first", 0, 8, "t", -1), "byte 0xffffffff"),
                // The value in place, which neither SeaBIOS nor EDK2 looks at.
                refused(
                        LoaderFault.SOURCE_OFFSET,
                        3,
                        script().allocate("far", 1, 1).addPointer("far", 0, 8, "t"),
                        "byte 0x20 of 0x20"),
                refused(
                        LoaderFault.SOURCE_OFFSET,
                        3,
                        script().allocate("far", 1, 1).addPointer("far", 8, 8, "t"),
                        "byte 0xffffffffffffffff of 0x20"));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void isRefusedWithItsFault(LoaderFault fault, int entry, ScriptText script, String message) {
        LoaderException failure = failure(script.bytes());
        assertThat(failure.fault()).isEqualTo(fault);
        assertThat(failure.entry()).hasValue(entry);
        assertThat(failure)
                .hasMessageStartingWith("etc/table-loader entry " + entry + ", ")
                .hasMessageContaining(message);
        assertNothingIsLeft();
        assertThat(piece.read()).containsOnly(0);
    }

    @Test
    void aScriptHasWholeEntries() {
        LoaderException failure = failure(new byte[129]);
        assertThat(failure.fault()).isEqualTo(LoaderFault.SCRIPT_SIZE);
        assertThat(failure.entry()).isEqualTo(OptionalInt.empty());
        assertThat(failure).hasMessage("etc/table-loader: 129 bytes are no whole number of entries of 128");
    }

    @Test
    void withoutScriptNothingIsRun() {
        LinkerLoader loader = new LinkerLoader(firmware, memory, journal, LoaderOptions.STRICT);
        assertThatThrownBy(loader::run).hasMessage("etc/table-loader: there is no such file");
    }

    /** The result would be cut off: SeaBIOS does so for ADD_POINTER. */
    @Test
    void anAddressThatDoesNotFitThePointerIsRefused() {
        ZonedMemory low = ZonedMemory.withoutLegacySegment(List.of(new HeapMemory(0x1_0000, 0x1000)));
        for (ScriptText script :
                List.of(script().addPointer("a", 0, 2, "t"), script().writePointer("first", 0, 2, "t", 0))) {
            firmware.file(LinkerLoader.SCRIPT, script.bytes());
            LinkerLoader loader = new LinkerLoader(firmware, low, journal, LoaderOptions.STRICT);
            assertThatThrownBy(loader::run)
                    .hasMessageContaining("does not fit 2 bytes")
                    .extracting("fault")
                    .isEqualTo(LoaderFault.NOT_REPRESENTABLE);
            assertThat(low.allocatedBytes()).isZero();
        }
    }

    /** SeaBIOS and EDK2 patch a pointer of 4 bytes with the lower half of the address, or refuse late. */
    @Test
    void aFileForANarrowPointerIsNotPutAboveFourGibibytes() {
        assertThat(failure(script().addPointer("a", 0, 4, "t").bytes()).fault()).isEqualTo(LoaderFault.NO_MEMORY);
        assertNothingIsLeft();
    }

    @Test
    void aPointerForAReadOnlyFileIsRefusedAndNotRecorded() {
        LoaderException failure =
                failure(script().writePointer("t", 0, 8, "a", 0).bytes());
        assertThat(failure.fault()).isEqualTo(LoaderFault.NOT_TAKEN);
        assertThat(failure)
                .hasMessageContaining("entry 2, WRITE_POINTER in t to a")
                .hasMessageContaining("refused the write");
        assertNothingIsLeft();
    }

    @Test
    void aPointerThatTheDeviceDroppedIsNoticed() {
        firmware.drop(1);
        LoaderException failure =
                failure(script().writePointer("second", 0, 8, "t", 0).bytes());
        assertThat(failure.fault()).isEqualTo(LoaderFault.NOT_TAKEN);
        assertThat(failure).hasMessageContaining("read back as 0x1211100f0e0d0c0b");
        assertNothingIsLeft();
    }

    @Test
    void devicesThatWereToldBeforeAFailureGetBackWhatTheyHadLastOneFirst() {
        LoaderException failure = failure(script().writePointer("first", 0, 8, "t", 0)
                .writePointer("second", 0, 8, "a", 0)
                .writePointer("t", 0, 8, "t", 0)
                .bytes());
        assertThat(failure.fault()).isEqualTo(LoaderFault.NOT_TAKEN);
        assertThat(firmware.writes())
                .containsSubsequence(
                        "24+0=1000000001000000",
                        "25+0=0000000001000000",
                        "25+0=0b0c0d0e0f101112",
                        "24+0=0102030405060708");
        assertNothingIsLeft();
    }

    /** It has room for the first device's, which is from before, and for three more. */
    @Test
    void aFullJournalStopsBeforeTheDeviceKnows() {
        LoaderException failure = failure(script().writePointer("second", 0, 8, "a", 0)
                .writePointer("third", 0, 8, "t", 0)
                .writePointer("third", 8, 8, "t", 0)
                .writePointer("third", 16, 8, "t", 0)
                .bytes());
        assertThat(failure.fault()).isEqualTo(LoaderFault.JOURNAL_FULL);
        assertThat(failure.entry()).hasValue(5);
        assertThat(firmware.writes()).noneMatch(write -> write.contains("+16="));
        assertNothingIsLeft();
    }

    @Test
    void memoryThatADeviceMayStillKnowStaysAllocated() {
        // The second pointer is refused, and so is giving the first device back what it had.
        firmware.refuse(1, 2);
        LoaderException failure = failure(script().writePointer("second", 0, 8, "t", 0)
                .writePointer("first", 0, 8, "a", 0)
                .bytes());
        assertThat(failure.fault()).isEqualTo(LoaderFault.NOT_TAKEN);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(memory.allocatedBytes()).isEqualTo(32);
    }

    /** Also if it is not the device but something in between that fails. */
    @Test
    void undoingGoesOnAfterAMistake() {
        firmware.refuse(2, 1);
        firmware.failUnexpectedly(3);
        LoaderException failure = failure(script().writePointer("second", 0, 8, "t", 0)
                .writePointer("third", 0, 8, "a", 0)
                .writePointer("third", 8, 8, "a", 0)
                .bytes());
        assertThat(failure.getSuppressed()).hasOnlyElementsOfType(IllegalStateException.class);
        assertThat(firmware.content("second")).containsExactly(11, 12, 13, 14, 15, 16, 17, 18);
        assertThat(memory.allocatedBytes()).isEqualTo(16);
    }

    @Test
    void aDeviceThatDoesNotAnswerIsAFault() {
        firmware.script(script());
        firmware.die();
        LinkerLoader loader = new LinkerLoader(firmware, memory, journal, LoaderOptions.STRICT);
        assertThatThrownBy(loader::run)
                .isInstanceOf(LoaderException.class)
                .hasMessage("etc/table-loader: no answer")
                .extracting("fault")
                .isEqualTo(LoaderFault.READ);
    }
}
