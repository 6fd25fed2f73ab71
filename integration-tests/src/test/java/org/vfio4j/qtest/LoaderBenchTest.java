// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.qtest.AcpiTables.number;
import static org.vfio4j.qtest.AcpiTables.sum;
import static org.vfio4j.qtest.AcpiTables.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.FwCfgTransferException;
import org.vfio4j.samples.fwcfg.loader.LinkerLoader;
import org.vfio4j.samples.fwcfg.loader.LoadedTables;
import org.vfio4j.samples.fwcfg.loader.LoaderOptions;
import org.vfio4j.samples.fwcfg.loader.ReplayRecord;
import org.vfio4j.samples.fwcfg.loader.TableMemory;
import org.vfio4j.samples.fwcfg.loader.ZonedMemory;

/**
 * The script of a real machine, run into its memory: ACPI tables whose links and checksums are right, and a device that
 * knows an address. With {@code ras=on} and firmware of any content QEMU has a WRITE_POINTER for its error source
 * ({@code hw/acpi/ghes.c}).
 */
@Timeout(300)
class LoaderBenchTest {
    private static final long TABLES = 0x4700_0000L;
    private static final String ERRORS = "etc/hardware_errors";
    private static final String ERRORS_ADDRESS = "etc/hardware_errors_addr";

    @TempDir
    private Path directory;

    private TableMemory memory;

    @Test
    void theTablesOfTheMachineAreLinkedAndItsErrorSourceKnowsWhereToWrite() throws Exception {
        Path firmware = Files.write(directory.resolve("firmware"), new byte[1000]);
        try (Bench bench = Bench.startArm(directory, ",gic-version=3,ras=on", "-bios", firmware.toString())) {
            BenchFwCfg fwCfg = BenchFwCfg.ofArm(bench, 4);
            memory = bench.memory(TABLES, 0x40_0000).tables();
            ZonedMemory zones = ZonedMemory.withoutLegacySegment(List.of(memory));
            LoadedTables tables = new LinkerLoader(fwCfg.files(), zones, fwCfg.journal(), LoaderOptions.STRICT).run();

            rootPointerAndAllItPointsToAreRight(tables);
            theErrorSourceWasTold(fwCfg, tables);
            whatTheDeviceRefusesIsRefused(fwCfg);
        }
    }

    private void rootPointerAndAllItPointsToAreRight(LoadedTables tables) {
        byte[] rsdp = tables.file("etc/acpi/rsdp").bytes();
        assertThat(text(rsdp, 0, 8)).isEqualTo("RSD PTR ");
        assertThat(sum(Arrays.copyOf(rsdp, 20))).isZero();
        assertThat(sum(rsdp)).isZero();
        Map<String, byte[]> found = AcpiTables.find(rsdp, memory);
        assertThat(found.keySet())
                .contains("XSDT", "FACP", "APIC", "PPTT", "GTDT", "MCFG", "SPCR", "DBG2", "HEST", "IORT", "DSDT");
        assertThat(found)
                .allSatisfy((name, table) -> assertThat(sum(table)).as(name).isZero());
    }

    private void theErrorSourceWasTold(BenchFwCfg fwCfg, LoadedTables tables) throws IOException {
        FwCfgFile file = fwCfg.driver().directory().get(ERRORS_ADDRESS);
        long address = tables.file(ERRORS).address();
        assertThat(number(fwCfg.driver().read(file)).getLong()).isEqualTo(address);
        assertThat(fwCfg.journal().records()).containsExactly(new ReplayRecord(file.key(), 0, address, 8));
        ByteBuffer errors = number(tables.file(ERRORS).bytes());
        // The address of the error block, which follows it and the acknowledgement; and that it may be written.
        assertThat(errors.getLong(0)).isEqualTo(address + 16);
        assertThat(errors.getLong(8)).isOne();
        assertThatThrownBy(() -> tables.release(ERRORS)).isInstanceOf(IllegalStateException.class);
    }

    private static void whatTheDeviceRefusesIsRefused(BenchFwCfg fwCfg) throws IOException {
        int readOnly = fwCfg.driver().directory().get(ERRORS).key();
        int address = fwCfg.driver().directory().get(ERRORS_ADDRESS).key();
        byte[] before = fwCfg.driver().read(address, 0, 8);
        assertThatThrownBy(() -> fwCfg.driver().write(readOnly, 0, new byte[8]))
                .isInstanceOf(FwCfgTransferException.class);
        assertThatThrownBy(() -> fwCfg.driver().write(address, 0, new byte[9]))
                .isInstanceOf(FwCfgTransferException.class);
        assertThatThrownBy(() -> fwCfg.driver().write(address, 1, new byte[8]))
                .isInstanceOf(FwCfgTransferException.class);
        assertThat(fwCfg.driver().read(address, 0, 8)).isEqualTo(before);
    }
}
