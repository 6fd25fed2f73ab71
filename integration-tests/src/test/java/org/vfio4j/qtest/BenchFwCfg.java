// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.time.Duration;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.RegisterLayout;
import org.vfio4j.samples.fwcfg.TransferMemory;
import org.vfio4j.samples.fwcfg.loader.FirmwareFiles;
import org.vfio4j.samples.fwcfg.loader.ReplayChannel;
import org.vfio4j.samples.fwcfg.loader.ReplayJournal;

/**
 * The fw_cfg device of the bench, with a driver and a journal.
 *
 * @param driver the driver, with DMA
 * @param files its files
 * @param journal what it was told, by a channel of its own
 */
record BenchFwCfg(FwCfg driver, FirmwareFiles files, ReplayJournal journal) {
    private static final int DRIVER_MEMORY = 0x10_0000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Where {@code base_memmap} of {@code hw/arm/virt.c} has it. */
    static BenchFwCfg ofArm(Bench bench, int capacity) throws IOException {
        Region registers = bench.registers("9020000.fw-cfg", 0x0902_0000L, 0x18);
        return of(bench, registers, Architecture.ARM, 0x4600_0000L, capacity);
    }

    /** Where {@code FW_CFG_IO_BASE} of {@code include/hw/i386/pc.h} has it. */
    static BenchFwCfg ofPc(Bench bench, int capacity) throws IOException {
        return of(bench, bench.ports("fw_cfg", 0x510, 12), Architecture.X86, 0x600_0000L, capacity);
    }

    private static BenchFwCfg of(Bench bench, Region registers, Architecture architecture, long memory, int capacity)
            throws IOException {
        RegisterLayout layout = RegisterLayout.of(architecture, registers.size());
        FwCfg driver = FwCfg.of(registers, layout, bench.memory(memory, DRIVER_MEMORY), TIMEOUT);
        TransferMemory channel = bench.memory(memory + DRIVER_MEMORY, ReplayChannel.MEMORY);
        return new BenchFwCfg(driver, FirmwareFiles.of(driver), ReplayJournal.of(driver, channel, TIMEOUT, capacity));
    }
}
