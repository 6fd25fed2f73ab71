// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.samples.fwcfg.FwCfgTransferException.Outcome;

/** The driver, on a simulated kernel with a model of the device. */
@Timeout(60)
class FwCfgTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int BOUNCE = 1000;
    private static final FwCfgFile TABLES = new FwCfgFile(0x23, "etc/acpi/tables", 2777);
    private static final FwCfgFile EMPTY = new FwCfgFile(0x28, "etc/tpm/log", 0);
    private static final FwCfgFile VMCOREINFO = new FwCfgFile(0x2a, "etc/vmcoreinfo", 16);

    private final byte[] tables = new byte[(int) TABLES.size()];
    private final Ram ram = new Ram(0x1_4000_0000L, DmaChannel.REQUEST_SIZE + BOUNCE);
    private final FwCfgModel model = new FwCfgModel(FwCfgBoard.LAYOUT, ram);
    private FwCfgBoard board;

    @BeforeEach
    void openBoard() throws IOException {
        new Random(5).nextBytes(tables);
        model.item(0x05, new byte[] {3, 0})
                .item(TABLES.key(), tables)
                .item(EMPTY.key(), new byte[0])
                .writableItem(VMCOREINFO.key(), new byte[16])
                .item(0x19, DirectoryBytes.of(List.of(TABLES, EMPTY, VMCOREINFO)));
        board = FwCfgBoard.of(model);
    }

    @AfterEach
    void closeBoard() {
        board.close();
    }

    private FwCfg open(boolean dma) throws IOException {
        return dma
                ? FwCfg.of(board.registers(), FwCfgBoard.LAYOUT, ram, LONG)
                : FwCfg.of(board.registers(), FwCfgBoard.LAYOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void filesAreReadByKeyAndByName(boolean dma) throws IOException {
        FwCfg fwCfg = open(dma);
        assertThat(fwCfg.usesDma()).isEqualTo(dma);
        assertThat(fwCfg.revision()).isEqualTo(3);
        assertThat(fwCfg.directory().files()).containsExactly(TABLES, EMPTY, VMCOREINFO);
        assertThat(fwCfg.read(TABLES)).isEqualTo(tables);
        assertThat(fwCfg.read("etc/acpi/tables")).isEqualTo(tables);
        assertThat(fwCfg.read(EMPTY)).isEmpty();
        assertThat(fwCfg.read(WellKnownItem.NB_CPUS)).containsExactly(3, 0);
        assertThat(fwCfg.read(WellKnownItem.SIGNATURE)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> fwCfg.read("etc/none"))
                .isInstanceOf(FwCfgException.class)
                .hasMessageContaining("no file 'etc/none'");
    }

    @ParameterizedTest
    @CsvSource({
        "false, 0, 1",
        "false, 2770, 7",
        "false, 1, 2776",
        "false, 2775, 9",
        "true, 0, 1",
        "true, 2770, 7",
        "true, 1, 2776",
        "true, 2775, 9",
        "true, 5000, 3",
        "false, 5000, 3"
    })
    void aPartOfAFile(boolean dma, int offset, int length) throws IOException {
        byte[] zerosBehind = Arrays.copyOf(tables, 6000);
        assertThat(open(dma).read(TABLES.key(), offset, length))
                .isEqualTo(Arrays.copyOfRange(zerosBehind, offset, offset + length));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void partsInAnyOrder(boolean dma) throws IOException {
        FwCfg fwCfg = open(dma);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            int offset = random.nextInt(tables.length);
            int length = random.nextInt(Math.min(40, tables.length - offset) + 1);
            assertThat(fwCfg.read(TABLES.key(), offset, length))
                    .as("seed 7, round %d", i)
                    .isEqualTo(Arrays.copyOfRange(tables, offset, offset + length));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileIsCopiedPartByPart(boolean dma) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FwCfg fwCfg = open(dma);
        fwCfg.copy(TABLES, out);
        fwCfg.copy(EMPTY, out);
        assertThat(out.toByteArray()).isEqualTo(tables);
    }

    /** vfio_platform_read_mmio makes two accesses of 8 bytes, and the second one reads zeros. */
    @Test
    void theDataRegisterIsReadFourBytesAtATimeAndAtItsOwnOffsetOnly() throws IOException {
        FwCfg fwCfg = open(false);
        board.accesses.clear();
        assertThat(fwCfg.read(TABLES.key(), 0, 11)).isEqualTo(Arrays.copyOf(tables, 11));
        assertThat(board.accesses)
                .extracting(access -> (access.write() ? "w" : "r") + access.width() + "@" + access.offset())
                .containsExactly("w2@8", "r4@0", "r4@0", "r2@0", "r1@0");
    }

    @Test
    void whatIsReadOnceIsNotReadAgainToGoOn() throws IOException {
        FwCfg fwCfg = open(false);
        long before = model.bytesOfReads();
        for (int offset = 0; offset < 2000; offset += 100) {
            fwCfg.read(TABLES.key(), offset, 50);
        }
        assertThat(model.bytesOfReads() - before).isEqualTo(1950);
    }

    @Test
    void aResetOfTheDeviceIsToldToTheDriver() throws IOException {
        FwCfg fwCfg = open(false);
        fwCfg.read(TABLES.key(), 0, 10);
        board.device.reset();
        fwCfg.deviceWasReset();
        assertThat(fwCfg.read(TABLES.key(), 10, 10)).isEqualTo(Arrays.copyOfRange(tables, 10, 20));
    }

    @Test
    void aFileUpToTheBounceBufferIsOneTransferAndARangeOfItTwo() throws IOException {
        FwCfg fwCfg = open(true);
        FwCfgFile small = new FwCfgFile(TABLES.key(), "etc/acpi/tables", BOUNCE);
        long before = model.transfers();
        assertThat(fwCfg.read(small)).isEqualTo(Arrays.copyOf(tables, BOUNCE));
        assertThat(model.transfers() - before).isOne();
        fwCfg.read(TABLES.key(), 1500, BOUNCE);
        assertThat(model.transfers() - before).isEqualTo(3);
        fwCfg.read(TABLES);
        assertThat(model.transfers() - before).isEqualTo(6);
    }

    @Test
    void theUpperHalfOfTheAddressIsWrittenFirst() throws IOException {
        FwCfg fwCfg = open(true);
        board.accesses.clear();
        fwCfg.read(EMPTY.key(), 0, 1);
        assertThat(board.accesses)
                .extracting(RegisterAccess::offset, RegisterAccess::width, RegisterAccess::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(16L, 4, 0x01000000L),
                        org.assertj.core.groups.Tuple.tuple(20L, 4, 0x00000040L));
    }

    @Test
    void anItemThatTakesItIsWritten() throws IOException {
        FwCfg fwCfg = open(true);
        VmcoreInfo info = new VmcoreInfo(0, VmcoreInfo.ELF, 0x1000, 0x4700_1000L);
        fwCfg.writeVmcoreInfo(info);
        assertThat(model.bytes(VMCOREINFO.key()))
                .containsExactly(0, 0, 1, 0, 0, 0x10, 0, 0, 0, 0x10, 0, 0x47, 0, 0, 0, 0);
        assertThat(VmcoreInfo.of(fwCfg.read(VMCOREINFO))).isEqualTo(info);
        fwCfg.write(VMCOREINFO.key(), 14, new byte[] {5, 6});
        assertThat(model.bytes(VMCOREINFO.key())).endsWith(0, 0x47, 0, 0, 5, 6);
    }

    @ParameterizedTest
    @CsvSource({"0x23, 3, 4", "0x2a, 1, 16", "0x2a, 16, 1", "0x3ff, 0, 1"})
    void aRefusalSaysWhatWasToBeWritten(String key, long offset, int length) throws IOException {
        FwCfg fwCfg = open(true);
        assertThatThrownBy(() -> fwCfg.write(Integer.decode(key), offset, new byte[length]))
                .isInstanceOfSatisfying(FwCfgTransferException.class, refused -> {
                    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
                    assertThat(refused.key()).isEqualTo(Integer.decode(key));
                    assertThat(refused.offset()).isEqualTo(offset);
                    assertThat(refused.length()).isEqualTo(length);
                })
                .hasMessageContaining("write " + length + " bytes at offset " + offset + " of key " + key);
        assertThat(model.bytes(TABLES.key())).isEqualTo(tables);
        assertThat(fwCfg.read(TABLES)).as("it goes on").isEqualTo(tables);
    }

    @Test
    void withoutDmaNothingIsWritten() throws IOException {
        FwCfg fwCfg = open(false);
        assertThatThrownBy(() -> fwCfg.write(VMCOREINFO.key(), 0, new byte[1]))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("no memory was given");
    }

    @Test
    void aDeviceWithoutDmaIsReadThroughItsDataRegister() throws IOException {
        model.withoutDma();
        FwCfg fwCfg = open(true);
        assertThat(fwCfg.usesDma()).isFalse();
        assertThat(fwCfg.read(TABLES)).isEqualTo(tables);
        assertThat(model.transfers()).isZero();
    }

    @Test
    void aTransferWithoutAnswerEndsAndTheDriverDoesNotUseTheMemoryAgain() throws IOException {
        FwCfg fwCfg = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT, ram, Duration.ofMillis(20));
        model.silence();
        assertThatThrownBy(() -> fwCfg.read(TABLES.key(), 5, 7))
                .isInstanceOfSatisfying(FwCfgTransferException.class, ended -> {
                    assertThat(ended.outcome()).isEqualTo(Outcome.NO_ANSWER);
                    assertThat(ended.key()).isEqualTo(0x23);
                    assertThat(ended.offset()).isZero();
                    assertThat(ended.length()).isEqualTo(5);
                })
                .hasMessageContaining(
                        "did not answer within PT0.02S when it was to skip 5 bytes at offset 0 of key 0x23");
        assertThatThrownBy(() -> fwCfg.read(TABLES))
                .isInstanceOf(FwCfgException.class)
                .hasMessageContaining("may still make it");
        assertThat(model.transfers()).isOne();
    }

    /** Far less than 100 times as long, and long enough for a machine with other work. */
    @Test
    void theWaitForATransferIsNotMuchLongerThanSaid() throws IOException {
        Duration said = Duration.ofMillis(200);
        FwCfg fwCfg = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT, ram, said);
        model.silence();
        long begin = System.nanoTime();
        assertThatThrownBy(() -> fwCfg.read(TABLES)).isInstanceOf(FwCfgTransferException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(said, said.multipliedBy(50));
    }

    /** The block of the request is where the device finds no memory: QEMU says nothing then. */
    @Test
    void memoryThatTheDeviceDoesNotReachIsNoEndlessWait() throws IOException {
        Ram elsewhere = new Ram(0x9000_0000L, 100);
        FwCfg fwCfg = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT, elsewhere, Duration.ofMillis(20));
        assertThatThrownBy(() -> fwCfg.read(TABLES))
                .isInstanceOfSatisfying(
                        FwCfgTransferException.class,
                        ended -> assertThat(ended.outcome()).isEqualTo(Outcome.NO_ANSWER));
    }

    @Test
    void anotherDeviceIsRefused() {
        model.item(0, "QEMX".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> open(false))
                .isInstanceOf(FwCfgException.class)
                .hasMessageContaining("has no fw_cfg device")
                .hasMessageContaining("24@0x0:8:0:16");
    }

    @Test
    void aRegisterThatIsNotTheDmaRegisterIsNotWritten() throws IOException {
        RegisterLayout wrong = RegisterLayout.parse("24@0:8:0:12", Architecture.ARM);
        board.accesses.clear();
        assertThatThrownBy(() -> FwCfg.of(board.registers(), wrong, ram, LONG))
                .isInstanceOf(FwCfgException.class)
                .hasMessageContaining("offset 12")
                .hasMessageContaining("not QEMU CFG");
        assertThat(board.accesses).noneMatch(access -> access.write() && access.offset() != 8);
    }

    @Test
    void theWindowMustBeInTheRegion() {
        RegisterLayout larger = RegisterLayout.of(Architecture.ARM, 0x20);
        assertThatThrownBy(() -> FwCfg.of(board.registers(), larger)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileLargerThanAnArrayIsRefused() throws IOException {
        FwCfg fwCfg = open(true);
        assertThatThrownBy(() -> fwCfg.read(new FwCfgFile(0x23, "etc/acpi/tables", 0xffff_ffffL)))
                .isInstanceOf(FwCfgException.class)
                .hasMessageContaining("copy it to a stream");
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 1", "0x10000, 0, 1", "0, -1, 1", "0, 0, -1"})
    void misuseIsRefused(String key, long offset, int length) throws IOException {
        FwCfg fwCfg = open(true);
        assertThatThrownBy(() -> fwCfg.read(Integer.decode(key), offset, length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }
}
