// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.qtest.AcpiTables.number;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.loader.LinkerLoader;
import org.vfio4j.samples.fwcfg.loader.LoadedTables;
import org.vfio4j.samples.fwcfg.loader.LoaderOptions;
import org.vfio4j.samples.fwcfg.loader.ReplayRecord;
import org.vfio4j.samples.fwcfg.loader.ResetKind;
import org.vfio4j.samples.fwcfg.loader.SystemStates;
import org.vfio4j.samples.fwcfg.loader.TableMemory;
import org.vfio4j.samples.fwcfg.loader.ZonedMemory;

/**
 * A PC that sleeps in ACPI's state S3 and wakes up: the experiment by which the replay of SeaBIOS was found to be right
 * (seabios mailing list, February 2017), and the same with the journal in place of SeaBIOS. The VM Generation ID device
 * forgets its address whenever the machine is reset, and waking up is a reset that keeps memory.
 */
@Timeout(300)
class SuspendBenchTest {
    private static final String GUID = "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87";
    private static final String GUID_BYTES = "af6e4e32d1d1f64bbf41b9bb6c91fb87";
    private static final int GUID_OFFSET = 40;

    /** PM1a_CNT of the PIIX4, as SeaBIOS places it ({@code PORT_ACPI_PM_BASE} 0x600). */
    private static final int PM_CONTROL = 0x604;

    /** SLP_EN, with the SLP_TYP of S3 ({@code acpi_pm1_cnt_write} of {@code hw/acpi/core.c}). */
    private static final int SLEEP = 0x2400;

    /** Where a PC puts the boot sector, and here also where the system wants to be woken up. */
    private static final int BOOT_SECTOR = 0x7c00;

    private static final byte[] SLEEPING_BOOT_SECTOR = HexFormat.of()
            .parseHex(
                    "fa" // cli
                            + "ba0406" // mov $0x604, %dx
                            + "b80024" // mov $0x2400, %ax
                            + "ef" // out %ax, %dx
                            + "f4" // hlt
                            + "ebfd"); // jmp to the hlt

    /** From the reset vector on, 16 bytes below 1 MiB. */
    private static final byte[] HALTING_FIRMWARE = HexFormat.of()
            .parseHex(
                    "fa" // cli
                            + "f4" // hlt
                            + "ebfd"); // jmp to the hlt

    private static final int FIRMWARE_SIZE = 0x1_0000;

    @TempDir
    private Path directory;

    private BenchFwCfg fwCfg;

    @Test
    void theJournalTellsTheAddressThatSeaBiosTellsWhenTheMachineWakesUp() throws Exception {
        byte[] sector = Arrays.copyOf(SLEEPING_BOOT_SECTOR, 512);
        sector[510] = 0x55;
        sector[511] = (byte) 0xaa;
        Path disk = Files.write(directory.resolve("disk"), sector);
        Path firmwareLog = directory.resolve("seabios.log");
        try (Bench bench = start(
                "-drive",
                "if=ide,format=raw,file=" + disk,
                "-trace",
                "fw_cfg_select",
                "-debugcon",
                "file:" + firmwareLog,
                "-global",
                "isa-debugcon.iobase=0x402",
                "-global",
                "PIIX4_PM.disable_s3=0")) {
            bench.run();
            bench.qmp().await("SUSPEND");
            fwCfg = BenchFwCfg.ofPc(bench, 4);
            assertThat(SystemStates.read(fwCfg.files()).suspendToRam()).isTrue();
            FwCfgFile file = fwCfg.driver().directory().get("etc/vmgenid_addr");
            TableMemory memory = bench.memory(0, 0x800_0000).tables();
            long told = address(file);
            assertThat(guid(memory, told)).isEqualTo(GUID_BYTES);
            fwCfg.journal().write(file.key(), 0, told, 8, memory);

            setWakingVector(memory);
            int before = bench.log().length();
            bench.qmp().run("system_wakeup");
            bench.qmp().await("WAKEUP");
            // By the code at the waking vector, which is the boot sector again.
            bench.qmp().await("SUSPEND");
            assertThat(Files.readString(firmwareLog))
                    .contains("In resume (status=254)", "Jump to resume vector (7c00)");
            assertThat(bench.log().substring(before).lines().filter(line -> line.startsWith("fw_cfg_select")))
                    .filteredOn(line -> line.contains("key 0x%04x ".formatted(file.key())))
                    .hasSize(1);
            assertThat(address(file)).isEqualTo(told);

            // The machine is reset and its processor stays where it is: now nobody tells the device but the journal.
            bench.reset();
            assertThat(address(file)).isZero();
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isOne();
            assertThat(address(file)).isEqualTo(told);
            assertThat(guid(memory, told)).isEqualTo(GUID_BYTES);
        }
    }

    @Test
    void theLoaderAndItsJournalDoForAMachineWithoutSeaBiosWhatSeaBiosDoes() throws Exception {
        try (Bench bench = startWithoutFirmware("0")) {
            fwCfg = BenchFwCfg.ofPc(bench, 4);
            TableMemory memory = bench.memory(0x700_0000L, 0x40_0000).tables();
            ZonedMemory zones = ZonedMemory.withoutLegacySegment(List.of(memory));
            LoadedTables tables = new LinkerLoader(fwCfg.files(), zones, fwCfg.journal(), LoaderOptions.STRICT).run();
            FwCfgFile file = fwCfg.driver().directory().get("etc/vmgenid_addr");
            long told = tables.file("etc/vmgenid_guid").address() + GUID_OFFSET;
            assertThat(address(file)).isEqualTo(told);

            bench.run();
            sleepAndWakeUp(bench);
            assertThat(address(file)).isZero();
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isOne();
            assertThat(address(file)).isEqualTo(told);
            assertThat(guid(memory, told)).isEqualTo(GUID_BYTES);
            // A second time, as the journal still has it.
            sleepAndWakeUp(bench);
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isOne();
            assertThat(address(file)).isEqualTo(told);

            // A cold reset: the addresses mean nothing any more, so nobody is told them, not even after a later sleep.
            bench.reset();
            assertThat(fwCfg.journal().reset(ResetKind.MEMORY_LOST)).isZero();
            assertThat(address(file)).isZero();
            assertThat(fwCfg.journal().records()).isEmpty();
            sleepAndWakeUp(bench);
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isZero();
            assertThat(address(file)).isZero();
        }
    }

    @Test
    void nothingIsToldAgainOnAMachineThatDoesNotOfferS3() throws Exception {
        try (Bench bench = startWithoutFirmware("1")) {
            fwCfg = BenchFwCfg.ofPc(bench, 4);
            assertThat(SystemStates.read(fwCfg.files()).suspendToRam()).isFalse();
            FwCfgFile file = fwCfg.driver().directory().get("etc/vmgenid_addr");
            TableMemory memory = bench.memory(0x700_0000L, 0x1000).tables();
            fwCfg.journal().write(file.key(), 0, 0x700_0028L, 8, memory);
            assertThat(fwCfg.journal().records()).containsExactly(new ReplayRecord(file.key(), 0, 0x700_0028L, 8));
            bench.reset();
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isZero();
            assertThat(address(file)).isZero();
        }
    }

    private Bench start(String... arguments) throws IOException, InterruptedException {
        return Bench.startPc(directory, "pc", concat(arguments, "-device", "vmgenid,guid=" + GUID));
    }

    /** Its processor does nothing at all; the test does what firmware and system do. */
    private Bench startWithoutFirmware(String disableS3) throws IOException, InterruptedException {
        byte[] image = new byte[FIRMWARE_SIZE];
        System.arraycopy(HALTING_FIRMWARE, 0, image, FIRMWARE_SIZE - 16, HALTING_FIRMWARE.length);
        Path firmware = Files.write(directory.resolve("firmware"), image);
        return start("-bios", firmware.toString(), "-global", "PIIX4_PM.disable_s3=" + disableS3);
    }

    private static String[] concat(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    private static void sleepAndWakeUp(Bench bench) throws IOException {
        // Function 3 of the PIIX4: the base of its PM registers (0x40), and whether they are there (0x80).
        Region pci = bench.ports("pci", 0xcf8, 8);
        pci.write32(0, 0x8000_0b40);
        pci.write32(4, 0x601);
        pci.write32(0, 0x8000_0b80);
        pci.write8(4, 1);
        bench.ports("pm", PM_CONTROL, 2).write16(0, SLEEP);
        bench.qmp().await("SUSPEND");
        bench.qmp().run("system_wakeup");
        bench.qmp().await("WAKEUP");
    }

    /** Firmware_Waking_Vector of the FACS (ACPI 6.4, section 5.2.10), whose address the FADT has. */
    private static void setWakingVector(TableMemory memory) {
        byte[] legacy = new byte[0x1_0000];
        memory.read(0xf_0000, legacy);
        int rsdp = new String(legacy, StandardCharsets.ISO_8859_1).indexOf("RSD PTR ");
        Map<String, byte[]> tables = AcpiTables.find(Arrays.copyOfRange(legacy, rsdp, rsdp + 20), memory);
        int facs = number(tables.get("FACP")).getInt(36);
        memory.write(facs + 12, new byte[] {0, BOOT_SECTOR >> 8, 0, 0});
    }

    private static String guid(TableMemory memory, long address) {
        byte[] bytes = new byte[16];
        memory.read(address - memory.address(), bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** What the device was told. */
    private long address(FwCfgFile file) throws IOException {
        fwCfg.driver().deviceWasReset();
        return number(fwCfg.driver().read(file)).getLong();
    }
}
