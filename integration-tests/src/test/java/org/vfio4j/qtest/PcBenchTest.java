// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
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
        try (Bench bench = Bench.startPc(directory, "-device", "vmgenid,guid=" + GUID)) {
            BenchFwCfg fwCfg = BenchFwCfg.ofPc(bench, 4);
            assertThat(SystemStates.read(fwCfg.files()).suspendToRam()).isTrue();
            // The legacy segment is read-only before firmware has unlocked it.
            ZonedMemory zones = ZonedMemory.withoutLegacySegment(
                    List.of(bench.memory(0x700_0000L, 0x40_0000).tables()));
            LoadedTables tables = new LinkerLoader(fwCfg.files(), zones, fwCfg.journal(), LoaderOptions.STRICT).run();

            byte[] page = tables.file("etc/vmgenid_guid").bytes();
            assertThat(HexFormat.of().formatHex(page, GUID_OFFSET, GUID_OFFSET + 16))
                    .isEqualTo(GUID_BYTES);
            assertThat(tables.file("etc/vmgenid_guid").address() % 4096).isZero();
            assertThat(tables.warnings()).isEmpty();

            FwCfgFile file = fwCfg.driver().directory().get("etc/vmgenid_addr");
            long address = tables.file("etc/vmgenid_guid").address() + GUID_OFFSET;
            assertThat(fwCfg.journal().records()).containsExactly(new ReplayRecord(file.key(), 0, address, 8));
            assertThat(number(fwCfg, file)).isEqualTo(address);
            bench.reset();
            fwCfg.driver().deviceWasReset();
            assertThat(number(fwCfg, file)).isZero();
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isOne();
            assertThat(number(fwCfg, file)).isEqualTo(address);
        }
    }

    private static long number(BenchFwCfg fwCfg, FwCfgFile file) throws Exception {
        return ByteBuffer.wrap(fwCfg.driver().read(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }
}
