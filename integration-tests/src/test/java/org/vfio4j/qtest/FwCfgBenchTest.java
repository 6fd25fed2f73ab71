// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.list;
import static org.vfio4j.qtest.RawDma.ERROR;
import static org.vfio4j.qtest.RawDma.READ;
import static org.vfio4j.qtest.RawDma.SKIP;
import static org.vfio4j.qtest.RawDma.WRITE;
import static org.vfio4j.qtest.RawDma.select;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.FwCfgTransferException;
import org.vfio4j.samples.fwcfg.RegisterLayout;
import org.vfio4j.samples.fwcfg.TransferMemory;
import org.vfio4j.samples.fwcfg.WellKnownItem;

/** How QEMU's fw_cfg device behaves ({@code hw/nvram/fw_cfg.c}), and the driver on it. */
@Timeout(300)
class FwCfgBenchTest {
    private static final int UUID = 2;
    private static final int CONTROL = 8;
    private static final long NOWHERE = 0x0980_0000L;

    @TempDir
    private static Path directory;

    private static Bench bench;
    private static Region registers;
    private static RawDma dma;
    private static BenchFwCfg fwCfg;
    private static int eight;

    @BeforeAll
    static void start() throws Exception {
        bench = Bench.startArm(
                directory,
                ",gic-version=3",
                "-smp",
                "3",
                "-uuid",
                "4600cb32-38ec-4b2f-8acb-81c6ea54f2d8",
                "-boot",
                "reboot-timeout=15",
                "-boot",
                "splash-time=12",
                "-fw_cfg",
                "name=opt/eight,string=abcdefgh");
        registers = bench.registers("9020000.fw-cfg", 0x0902_0000L, 0x18);
        dma = new RawDma(bench, registers);
        fwCfg = BenchFwCfg.ofArm(bench, 1);
        eight = fwCfg.driver().directory().get("opt/eight").key();
    }

    @AfterAll
    static void end() throws IOException {
        if (bench != null) {
            bench.close();
        }
    }

    private static void choose(int key) {
        registers.write16(CONTROL, Short.reverseBytes((short) key));
    }

    private static String bytes(int count) {
        byte[] bytes = new byte[count];
        registers.readRepeated(0, bytes, 0, count);
        return BenchText.of(bytes);
    }

    @Test
    void behindItsLastByteAnItemIsZeros() {
        choose(0);
        assertThat(bytes(6)).isEqualTo("QEMU..");
    }

    @Test
    void aWideReadIsTheNextBytesInTheirOrder() {
        choose(UUID);
        assertThat(registers.read8(0)).isEqualTo(0x46);
        assertThat(registers.read8(0)).isEqualTo(0x00);
        choose(UUID);
        assertThat(registers.read16(0)).isEqualTo(0x0046);
        assertThat(registers.read8(0)).isEqualTo(0xcb);
        choose(UUID);
        assertThat(registers.read32(0)).isEqualTo(0x32cb0046);
        assertThat(registers.read8(0)).isEqualTo(0x38);
    }

    /** The kernel makes two of it, and the second is at an offset where the register is not. */
    @Test
    void aReadOf8BytesIsNotMadeOfATrappedRegion() throws IOException {
        choose(UUID);
        assertThatThrownBy(() -> registers.read64(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(bench.qtest().read(Qtest.Space.MEMORY, 0x0902_0000L, 8)).isEqualTo(0x2f4bec3832cb0046L);
    }

    @Test
    void theSelectorIsBigEndian() {
        registers.write16(CONTROL, 0x0001);
        assertThat(bytes(4)).isEqualTo("....");
        choose(0x4000);
        assertThat(bytes(4)).isEqualTo("QEMU");
        choose(0x8000);
        assertThat(bytes(4)).isEqualTo("....");
        choose(0xffff);
        assertThat(bytes(4)).isEqualTo("....");
    }

    @Test
    void onlyOffsetZeroOfTheDataRegisterIsOne() {
        choose(0);
        for (int offset = 1; offset < 8; offset++) {
            assertThat(registers.read8(offset)).isZero();
        }
        assertThat(bytes(4)).isEqualTo("QEMU");
    }

    @Test
    void otherWidthsOfTheSelectorAndWritesOfDataAreIgnored() {
        choose(0);
        registers.write8(CONTROL, 5);
        registers.write32(CONTROL, 5);
        registers.write8(0, 5);
        assertThat(registers.read16(CONTROL)).isZero();
        assertThat(bytes(4)).isEqualTo("QEMU");
    }

    @Test
    void theDmaRegisterNamesItself() {
        assertThat(registers.read32(16)).isEqualTo(Integer.reverseBytes(0x51454d55));
        assertThat(registers.read32(20)).isEqualTo(Integer.reverseBytes(0x20434647));
    }

    @Test
    void aTransferOfMoreThanTheItemFillsWithZerosAndNoFurther() {
        dma.fill("################");
        assertThat(dma.transfer(select(eight) | READ, 12)).isZero();
        assertThat(dma.data(13)).isEqualTo("abcdefgh....#");
    }

    @Test
    void aKeyWithoutItemReadsAsZerosAndIsNotWritten() {
        dma.fill("####");
        assertThat(dma.transfer(select(0x3f00) | READ, 4)).isZero();
        assertThat(dma.data(4)).isEqualTo("....");
        assertThat(dma.transfer(select(0x3f00) | WRITE, 4)).isEqualTo(ERROR);
    }

    @Test
    void aRefusedWriteChangesNothingAndGoesToTheEnd() {
        dma.fill("12345678");
        assertThat(dma.transfer(select(eight) | WRITE, 8)).isEqualTo(ERROR);
        assertThat(bytes(4)).isEqualTo("....");
        choose(eight);
        assertThat(bytes(8)).isEqualTo("abcdefgh");
        assertThat(dma.transfer(select(eight) | WRITE, 0)).isZero();
    }

    @Test
    void aSkipMayGoBehindTheEnd() {
        for (int length : new int[] {9, -1}) {
            assertThat(dma.transfer(select(eight) | SKIP, length)).isZero();
            assertThat(bytes(2)).isEqualTo("..");
        }
    }

    @Test
    void transfersAndTheDataRegisterHaveOneCursor() {
        assertThat(dma.transfer(select(0) | SKIP, 2)).isZero();
        assertThat(bytes(2)).isEqualTo("MU");
    }

    @Test
    void aReadGoesBeforeAWriteAndASkip() {
        dma.fill("########");
        assertThat(dma.transfer(select(eight) | READ | WRITE | SKIP, 8)).isZero();
        assertThat(dma.data(8)).isEqualTo("abcdefgh");
    }

    @Test
    void otherBitsOfTheRequestAreIgnored() {
        assertThat(dma.transfer(select(eight) | READ | ERROR | 0xffe0, 8)).isZero();
        assertThat(dma.data(8)).isEqualTo("abcdefgh");
    }

    @Test
    void dataThatIsNowhereIsAnError() {
        assertThat(dma.transfer(select(eight) | READ, 8, NOWHERE)).isEqualTo(ERROR);
    }

    /** Nothing comes back: QEMU cannot say so in a request that it cannot reach. */
    @Test
    void aRequestThatIsNowhereIsGivenUp() throws IOException {
        TransferMemory elsewhere = new Elsewhere(bench.memory(0x4510_0000L, 64), NOWHERE);
        FwCfg driver =
                FwCfg.of(registers, RegisterLayout.of(Architecture.ARM, 0x18), elsewhere, Duration.ofMillis(100));
        assertThatThrownBy(() -> driver.read(eight, 0, 8))
                .isInstanceOf(FwCfgTransferException.class)
                .hasMessageContaining("PT0.1S");
    }

    @Test
    void theDriverReadsItemsAndFilesByBothWays() throws IOException {
        FwCfg driver = fwCfg.driver();
        FwCfg byRegister = FwCfg.of(registers, RegisterLayout.of(Architecture.ARM, 0x18));
        assertThat(driver.revision()).isEqualTo(3);
        assertThat(driver.read(WellKnownItem.NB_CPUS)).containsExactly(3, 0);
        assertThat(driver.read("etc/boot-fail-wait")).containsExactly(15, 0, 0, 0);
        assertThat(driver.read("etc/boot-menu-wait")).containsExactly(12, 0);
        assertThat(BenchText.of(driver.read("opt/eight"))).isEqualTo("abcdefgh");
        assertThat(driver.directory())
                .isEqualTo(byRegister.directory())
                .extracting(found -> found.files().stream().map(FwCfgFile::name).toList())
                .asInstanceOf(list(String.class))
                .contains("bootorder", "etc/acpi/rsdp", "etc/acpi/tables", "etc/table-loader")
                .isSorted();
        for (FwCfgFile file : driver.directory().files()) {
            assertThat(driver.read(file)).as(file.name()).isEqualTo(byRegister.read(file));
        }
    }

    /**
     * Memory that the driver tells a wrong address of.
     *
     * @param memory the memory
     * @param address the wrong address
     */
    private record Elsewhere(BenchMemory memory, long address) implements TransferMemory {
        @Override
        public int size() {
            return memory.size();
        }

        @Override
        public int getInt(int offset) {
            return memory.getInt(offset);
        }

        @Override
        public void putInt(int offset, int value) {
            memory.putInt(offset, value);
        }

        @Override
        public void get(int offset, byte[] to, int start, int length) {
            memory.get(offset, to, start, length);
        }

        @Override
        public void put(int offset, byte[] from, int start, int length) {
            memory.put(offset, from, start, length);
        }
    }
}
