// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.qtest.AcpiTables.number;
import static org.vfio4j.qtest.AcpiTables.sum;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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
 * A PC with a VM Generation ID device ({@code hw/acpi/vmgenid.c}): fw_cfg behind I/O ports, a script that is padded, S3,
 * and a device that forgets its address in a reset.
 */
@Timeout(300)
class PcBenchTest {
    private static final String GUID = "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87";
    /** The first three fields are little-endian. */
    private static final String GUID_BYTES = "af6e4e32d1d1f64bbf41b9bb6c91fb87";

    private static final int GUID_OFFSET = 40;

    @TempDir
    private Path directory;

    @Test
    void theGenerationIdIsPutIntoMemoryAndItsAddressIsToldAgainAfterAResumeFromS3() throws Exception {
        try (Bench bench = Bench.startPc(directory, "q35", "-device", "vmgenid,guid=" + GUID)) {
            BenchFwCfg fwCfg = BenchFwCfg.ofPc(bench, 4);
            assertThat(SystemStates.read(fwCfg.files()).suspendToRam()).isTrue();
            // The legacy segment is read-only before firmware has unlocked it.
            TableMemory memory = bench.memory(0x700_0000L, 0x40_0000).tables();
            ZonedMemory zones = ZonedMemory.withoutLegacySegment(List.of(memory));
            theScriptIsPadded(fwCfg);
            LoadedTables tables = new LinkerLoader(fwCfg.files(), zones, fwCfg.journal(), LoaderOptions.STRICT).run();

            byte[] page = tables.file("etc/vmgenid_guid").bytes();
            assertThat(HexFormat.of().formatHex(page, GUID_OFFSET, GUID_OFFSET + 16))
                    .isEqualTo(GUID_BYTES);
            assertThat(tables.file("etc/vmgenid_guid").address() % 4096).isZero();
            assertThat(tables.warnings()).isEmpty();

            byte[] rsdp = tables.file("etc/acpi/rsdp").bytes();
            assertThat(sum(rsdp)).isZero();
            Map<String, byte[]> found = AcpiTables.find(rsdp, memory);
            assertThat(found.keySet()).contains("RSDT", "FACP", "DSDT", "APIC", "HPET", "WAET", "SSDT VMGENID");
            assertThat(found)
                    .allSatisfy((name, table) -> assertThat(sum(table)).as(name).isZero());
            assertThat(addressInAml(found.get("SSDT VMGENID")))
                    .isEqualTo(tables.file("etc/vmgenid_guid").address());

            assertThat(bench.qmp().run("query-vm-generation-id")).contains("\"guid\": \"" + GUID + "\"");
            FwCfgFile file = fwCfg.driver().directory().get("etc/vmgenid_addr");
            long address = tables.file("etc/vmgenid_guid").address() + GUID_OFFSET;
            assertThat(fwCfg.journal().records()).containsExactly(new ReplayRecord(file.key(), 0, address, 8));
            assertThat(content(fwCfg, file)).isEqualTo(address);
            bench.reset();
            fwCfg.driver().deviceWasReset();
            assertThat(content(fwCfg, file)).isZero();
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isOne();
            assertThat(content(fwCfg, file)).isEqualTo(address);
        }
    }

    /** To a size that QEMU keeps over migrations; QEMU 7.2 has 22 commands. */
    private static void theScriptIsPadded(BenchFwCfg fwCfg) throws Exception {
        byte[] script = fwCfg.driver().read(LinkerLoader.SCRIPT);
        assertThat(script).hasSize(4096);
        long commands = IntStream.range(0, 32)
                .filter(entry -> number(script).getInt(128 * entry) != 0)
                .count();
        assertThat(commands).isBetween(20L, 30L);
        assertThat(Arrays.copyOfRange(script, 128 * (int) commands, script.length))
                .containsOnly(0);
    }

    /** AML's {@code Name (VGIA, 0x...)}: the name, the prefix of a double word, and the word, which the loader made. */
    private static long addressInAml(byte[] ssdt) {
        int name = new String(ssdt, StandardCharsets.ISO_8859_1).indexOf("VGIA");
        assertThat(ssdt[name + 4]).isEqualTo((byte) 0x0c);
        return Integer.toUnsignedLong(number(ssdt).getInt(name + 5));
    }

    private static long content(BenchFwCfg fwCfg, FwCfgFile file) throws Exception {
        return number(fwCfg.driver().read(file)).getLong();
    }
}
