// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.loader.ResetKind;
import org.vfio4j.samples.fwcfg.loader.TableMemory;

/**
 * A reset of the real machine: memory is kept and its vmcoreinfo device forgets, as in a resume from S3; the journal
 * brings back what it was told. QEMU's reset handler is {@code vmcoreinfo_reset} of {@code hw/misc/vmcoreinfo.c}.
 */
@Timeout(300)
class ReplayBenchTest {
    /** Format of the host 0, of the guest 1; size 0x1000; address 0x40100000. */
    private static final String WRITTEN = "00000100001000000000104000000000";

    private static final String FORGOTTEN = "01000000000000000000000000000000";

    @TempDir
    private Path directory;

    @Test
    void whatTheDeviceWasToldIsToldAgainAfterAResetThatKeptMemory() throws Exception {
        try (Bench bench = Bench.startArm(directory, "", "-device", "vmcoreinfo")) {
            BenchFwCfg fwCfg = BenchFwCfg.ofArm(bench, 2);
            FwCfgFile info = fwCfg.driver().directory().get(FwCfgFile.VMCOREINFO);
            TableMemory memory = bench.memory(0x4010_0000L, 0x1000).tables();
            TableMemory marker = bench.memory(0x4400_0000L, 0x1000).tables();
            marker.write(16, new byte[] {1, 2, 3});
            assertThat(content(fwCfg, info)).isEqualTo(FORGOTTEN);

            fwCfg.journal().write(info.key(), 0, 0x0000_1000_0001_0000L, 8, memory);
            fwCfg.journal().write(info.key(), 8, 0x4010_0000L, 8, memory);
            assertThat(content(fwCfg, info)).isEqualTo(WRITTEN);

            bench.reset();
            fwCfg.driver().deviceWasReset();
            assertThat(content(fwCfg, info)).isEqualTo(FORGOTTEN);
            byte[] kept = new byte[3];
            marker.read(16, kept);
            assertThat(kept).containsExactly(1, 2, 3);

            // This machine has no etc/system-states: no S3, and nothing to be replayed after it.
            assertThat(fwCfg.journal().reset(ResetKind.SUSPEND_TO_RAM)).isZero();
            assertThat(content(fwCfg, info)).isEqualTo(FORGOTTEN);
            assertThat(fwCfg.journal().reset(ResetKind.DEVICES)).isEqualTo(2);
            assertThat(content(fwCfg, info)).isEqualTo(WRITTEN);

            bench.reset();
            assertThat(fwCfg.journal().reset(ResetKind.MEMORY_LOST)).isZero();
            assertThat(fwCfg.journal().reset(ResetKind.DEVICES)).isZero();
            assertThat(content(fwCfg, info)).isEqualTo(FORGOTTEN);
        }
    }

    @Test
    void aResetFromOutsideReplays() throws Exception {
        try (Bench bench = Bench.startArm(directory, "", "-device", "vmcoreinfo")) {
            BenchFwCfg fwCfg = BenchFwCfg.ofArm(bench, 2);
            FwCfgFile info = fwCfg.driver().directory().get(FwCfgFile.VMCOREINFO);
            TableMemory memory = bench.memory(0x4010_0000L, 0x1000).tables();
            fwCfg.journal().write(info.key(), 8, 0x4010_0000L, 8, memory);
            List<String> seen = new ArrayList<>();
            bench.onReset(() -> {
                fwCfg.driver().deviceWasReset();
                seen.add(content(fwCfg, info));
                fwCfg.journal().reset(ResetKind.DEVICES);
                seen.add(content(fwCfg, info));
            });
            bench.reset();
            assertThat(seen).containsExactly(FORGOTTEN, FORGOTTEN.substring(0, 16) + WRITTEN.substring(16));
        }
    }

    private static String content(BenchFwCfg fwCfg, FwCfgFile file) throws IOException {
        return HexFormat.of().formatHex(fwCfg.driver().read(file));
    }
}
