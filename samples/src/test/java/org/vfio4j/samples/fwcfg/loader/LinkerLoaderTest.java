// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a script leaves in memory and in devices. */
class LinkerLoaderTest {
    private static final SystemStates S3 = new SystemStates(true);
    private static final long HIGH = 0x1_4000_0000L;
    private static final long LOW = 0x4000_0000L;

    private final HeapMemory fseg = new HeapMemory(0xf0000, 0x10000);
    private final HeapMemory low = new HeapMemory(LOW, 0x10000);
    private final HeapMemory high = new HeapMemory(HIGH, 0x10000);
    private final ZonedMemory memory = ZonedMemory.withLegacySegment(List.of(high, low, fseg));
    private final FakeFirmware firmware = new FakeFirmware();
    private final ReplayJournal journal = new ReplayJournal(firmware, S3, 8);

    private LoadedTables run(ScriptText script) throws LoaderException {
        firmware.script(script);
        return new LinkerLoader(firmware, memory, journal, LoaderOptions.STRICT).run();
    }

    @Test
    void aFileIsPutIntoTheZoneAndAlignedAsTheScriptSays() throws LoaderException {
        firmware.file("rsdp", new byte[] {1, 2, 3}).file("tables", new byte[] {4, 5});
        LoadedTables tables = run(new ScriptText().allocate("rsdp", 16, 2).allocate("tables", 64, 1));
        assertThat(tables.file("rsdp").address()).isEqualTo(0xf0000);
        assertThat(tables.file("rsdp").bytes()).containsExactly(1, 2, 3);
        assertThat(tables.file("tables").address()).isEqualTo(HIGH);
        assertThat(tables.file("tables").bytes()).containsExactly(4, 5);
        assertThat(tables.files()).extracting(LoadedFile::name).containsExactly("rsdp", "tables");
    }

    @Test
    void alignmentZeroMeansNone() throws LoaderException {
        firmware.file("a", new byte[] {1}).file("b", new byte[] {2});
        LoadedTables tables = run(new ScriptText().allocate("a", 0, 1).allocate("b", 4096, 1));
        assertThat(tables.file("b").address()).isEqualTo(HIGH + 4096);
    }

    /** The value in place is an offset in the source; little-endian, and of each width. */
    @Test
    void aPointerIsTheAddressPlusWhatIsInPlace() throws LoaderException {
        firmware.file("a", new byte[] {9, 3, 0, 0, 0, 0, 0, 0, 0, 9, 2, 0, 0, 0, 9})
                .file("t", new byte[16]);
        LoadedTables tables = run(new ScriptText()
                .allocate("a", 1, 1)
                .allocate("t", 1, 1)
                .addPointer("a", 1, 8, "t")
                .addPointer("a", 10, 4, "t"));
        assertThat(tables.file("t").address()).isEqualTo(LOW);
        assertThat(tables.file("a").bytes()).containsExactly(9, 3, 0, 0, 0x40, 0, 0, 0, 0, 9, 2, 0, 0, 0x40, 9);
    }

    /** A file for FSEG stays there: 4 bytes hold an address of it. */
    @Test
    void aFileWithANarrowPointerToItIsBelowFourGibibytes() throws LoaderException {
        firmware.file("a", new byte[8])
                .file("wide", new byte[8])
                .file("narrow", new byte[8])
                .file("seg", new byte[8]);
        LoadedTables tables = run(new ScriptText()
                .allocate("a", 1, 1)
                .allocate("wide", 1, 1)
                .allocate("narrow", 1, 1)
                .allocate("seg", 1, 2)
                .addPointer("a", 0, 8, "wide")
                .addPointer("wide", 4, 4, "seg")
                .addPointer("wide", 0, 4, "narrow"));
        assertThat(tables.file("wide").address()).isGreaterThanOrEqualTo(HIGH);
        assertThat(tables.file("narrow").address()).isEqualTo(LOW);
        assertThat(tables.file("seg").address()).isEqualTo(0xf0000);
    }

    /** EDK2 looks at ADD_POINTER only. */
    @Test
    void aNarrowPointerForADeviceCountsToo() throws LoaderException {
        firmware.file("t", new byte[8]).writable("addr", new byte[4]);
        LoadedTables tables = run(new ScriptText().allocate("t", 1, 1).writePointer("addr", 0, 4, "t", 4));
        assertThat(tables.file("t").address()).isEqualTo(LOW);
        assertThat(firmware.content("addr")).containsExactly(4, 0, 0, 0x40);
    }

    @Test
    void whereThereIsNoLegacySegmentItsFilesAreAnywhereThatPointersReach() throws LoaderException {
        firmware.file("rsdp", new byte[8])
                .file("narrow", new byte[8])
                .script(new ScriptText()
                        .allocate("rsdp", 16, 2)
                        .allocate("narrow", 16, 2)
                        .addPointer("rsdp", 0, 4, "narrow"));
        ZonedMemory arm = ZonedMemory.withoutLegacySegment(List.of(high, low));
        LoadedTables tables = new LinkerLoader(firmware, arm, journal, LoaderOptions.STRICT).run();
        assertThat(tables.file("rsdp").address()).isEqualTo(HIGH);
        assertThat(tables.file("narrow").address()).isEqualTo(LOW);
    }

    @Test
    void aChecksumMakesTheSumZeroWhateverWasThere() throws LoaderException {
        firmware.file("a", new byte[] {7, 1, 2, (byte) 200, 77, 5});
        LoadedTables tables = run(new ScriptText().allocate("a", 1, 1).addChecksum("a", 4, 1, 4));
        byte[] bytes = tables.file("a").bytes();
        assertThat((byte) (bytes[1] + bytes[2] + bytes[3] + bytes[4])).isZero();
        assertThat(bytes).startsWith(7, 1, 2, (byte) 200).endsWith(5);
        assertThat(tables.warnings()).isEmpty();
    }

    @Test
    void aChecksumOutsideOfWhatItSumsUpIsWarnedOf() throws LoaderException {
        firmware.file("a", new byte[] {1, 2, 10});
        LoadedTables tables = run(new ScriptText().allocate("a", 1, 1).addChecksum("a", 2, 0, 2));
        assertThat(tables.file("a").bytes()).containsExactly(1, 2, 7);
        assertThat(tables.warnings())
                .containsExactly("entry 1: the result at 2 is not among the bytes that are summed up");
    }

    /** A checksum over a pointer has to come after the pointer. */
    @Test
    void entriesAreRunInTheirOrder() throws LoaderException {
        firmware.file("a", new byte[9]).file("t", new byte[8]);
        LoadedTables tables = run(new ScriptText()
                .allocate("a", 1, 1)
                .allocate("t", 4096, 1)
                .addPointer("a", 0, 8, "t")
                .addChecksum("a", 8, 0, 9));
        assertThat(tables.file("t").address()).isEqualTo(HIGH + 0x1000);
        assertThat(tables.file("a").bytes()).containsExactly(0, 0x10, 0, 0x40, 1, 0, 0, 0, 0xaf);
    }

    @Test
    void aDeviceIsToldAnAddress() throws LoaderException {
        firmware.file("guid", new byte[64]).writable("addr", new byte[16]);
        run(new ScriptText().allocate("guid", 4096, 1).writePointer("addr", 4, 8, "guid", 40));
        assertThat(firmware.writes()).containsExactly("21+4=2800004001000000");
        assertThat(journal.records()).containsExactly(new ReplayRecord(0x21, 4, HIGH + 40, 8));
    }

    /** The script is padded with zeros on x86. */
    @Test
    void unknownCommandsAreSkippedAndPaddingIsNotEvenMentioned() throws LoaderException {
        firmware.file("a", new byte[] {1});
        LoadedTables tables =
                run(new ScriptText().command(0).allocate("a", 1, 1).command(99).command(0));
        assertThat(tables.files()).hasSize(1);
        assertThat(tables.warnings()).containsExactly("entry 2: command 99 is not known, and is skipped");
    }

    @Test
    void anEmptyFileGetsNoMemoryWhereItIsAllowed() throws LoaderException {
        firmware.file("log", new byte[0]).script(new ScriptText().allocate("log", 16, 1));
        LoadedTables tables = new LinkerLoader(firmware, memory, journal, new LoaderOptions(4096, true)).run();
        assertThat(tables.file("log").bytes()).isEmpty();
        assertThat(tables.warnings()).containsExactly("entry 0: log has no bytes, and gets no memory");
        assertThat(memory.allocatedBytes()).isZero();
        assertThatThrownBy(() -> tables.file("log").address()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void memoryIsGivenBackUnlessADeviceKnowsIt() throws LoaderException {
        firmware.file("a", new byte[8]).file("t", new byte[8]).writable("addr", new byte[8]);
        LoadedTables tables =
                run(new ScriptText().allocate("a", 1, 1).allocate("t", 1, 1).writePointer("addr", 0, 8, "t", 0));
        tables.release("a");
        assertThat(memory.allocatedBytes()).isEqualTo(8);
        assertThatThrownBy(() -> tables.release("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no file a is in memory: there are t");
        assertThatThrownBy(() -> tables.release("t"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a device knows the address of t");
        assertThat(memory.allocatedBytes()).isEqualTo(8);
    }
}
