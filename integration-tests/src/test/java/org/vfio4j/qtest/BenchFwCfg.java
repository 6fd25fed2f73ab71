// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.time.Duration;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.RegisterLayout;
import org.vfio4j.samples.fwcfg.loader.FirmwareFiles;
import org.vfio4j.samples.fwcfg.loader.ReplayChannel;
import org.vfio4j.samples.fwcfg.loader.ReplayJournal;
import org.vfio4j.samples.fwcfg.loader.SystemStates;

/**
 * The fw_cfg device of the bench, with a driver and a journal.
 *
 * @param driver the driver, with DMA
 * @param files its files
 * @param journal what it was told, by a channel of its own
 */
record BenchFwCfg(FwCfg driver, FirmwareFiles files, ReplayJournal journal) {
    /** QEMU's {@code base_memmap} of {@code hw/arm/virt.c}. */
    private static final long REGISTERS = 0x0902_0000L;

    private static final int SIZE = 0x18;
    private static final long DRIVER_MEMORY = 0x4600_0000L;
    private static final long CHANNEL_MEMORY = 0x4620_0000L;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    static BenchFwCfg of(Bench bench, int capacity) throws IOException {
        Region registers = bench.registers("9020000.fw-cfg", REGISTERS, SIZE);
        RegisterLayout layout = RegisterLayout.of(Architecture.ARM, SIZE);
        FwCfg driver = FwCfg.of(registers, layout, bench.memory(DRIVER_MEMORY, 0x10_0000), TIMEOUT);
        FirmwareFiles files = FirmwareFiles.of(driver);
        ReplayChannel channel = new ReplayChannel(
                driver, registers, layout, bench.memory(CHANNEL_MEMORY, ReplayChannel.MEMORY), TIMEOUT);
        return new BenchFwCfg(driver, files, new ReplayJournal(channel, SystemStates.read(files), capacity));
    }
}
