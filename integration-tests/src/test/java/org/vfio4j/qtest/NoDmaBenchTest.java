// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.RegisterLayout;

/** A fw_cfg device whose DMA is switched off. */
@Timeout(300)
class NoDmaBenchTest {
    @TempDir
    private Path directory;

    @Test
    void theDriverReadsByRegisterAndCannotWrite() throws Exception {
        try (Bench bench = Bench.startArm(directory, "", "-global", "fw_cfg_mem.dma_enabled=off")) {
            Region registers = bench.registers("9020000.fw-cfg", 0x0902_0000L, 0x18);
            FwCfg driver = FwCfg.of(
                    registers,
                    RegisterLayout.of(Architecture.ARM, 0x18),
                    bench.memory(0x4600_0000L, 0x1000),
                    Duration.ofSeconds(30));
            assertThat(driver.revision()).isOne();
            assertThat(driver.usesDma()).isFalse();
            assertThat(registers.read32(16)).isZero();
            assertThat(driver.read("etc/boot-fail-wait")).containsExactly(-1, -1, -1, -1);
            assertThatThrownBy(() -> driver.write(0x20, 0, new byte[1]))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("it has none");
        }
    }
}
