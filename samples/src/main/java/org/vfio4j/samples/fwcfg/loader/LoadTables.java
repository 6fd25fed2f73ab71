// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.dma.DmaRequest;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.RegisterLayout;
import org.vfio4j.samples.fwcfg.SimulatedMachine;
import org.vfio4j.samples.fwcfg.TransferMemory;

/**
 * Runs the loader's script of a simulated machine, and resets its device: {@code LoadTables}. It is not for a machine that
 * runs a system: there the firmware has done this, and devices would be told other addresses than the system knows.
 */
public final class LoadTables {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MEMORY = 1 << 20;
    private static final String ADDRESS = "etc/vmgenid_addr";

    private LoadTables() {}

    /**
     * Runs the sample.
     *
     * @param arguments none
     * @throws IOException if the script cannot be run, or a device does not take its address again
     */
    public static void main(String[] arguments) throws IOException {
        SimulatedBoard board = SimulatedMachine.board();
        SysfsDevice found = new PlatformBus(board.files()).find(SimulatedMachine.DEVICE);
        try (PlatformDevice device = PlatformDevice.open(board.syscalls(), board.files(), found, DmaStack.NOIOMMU)) {
            run(device, SimulatedMachine.ARCHITECTURE).forEach(System.out::println);
        }
    }

    /**
     * Loads the tables, and resets the device.
     *
     * @param device a fw_cfg device with a device behind it that gives out a VM generation ID
     * @param architecture of the machine
     * @return what happened, one line each
     * @throws IOException if something fails
     */
    static List<String> run(PlatformDevice device, Architecture architecture) throws IOException {
        List<String> lines = new ArrayList<>();
        Region registers = device.region(0);
        RegisterLayout layout = RegisterLayout.of(architecture, registers.size());
        FwCfg fwCfg = FwCfg.of(registers, layout, TransferMemory.of(device.dma(), MEMORY), TIMEOUT);
        ReplayJournal journal = ReplayJournal.of(fwCfg, TransferMemory.of(device.dma(), Long.BYTES), TIMEOUT, 16);
        device.onReset(fwCfg::deviceWasReset);
        device.onReset(() -> lines.add(told(fwCfg) + " after a reset"));
        device.onReset(() -> journal.reset(ResetKind.DEVICES));

        TableMemory pages =
                TableMemory.of(device.dma().allocate(DmaRequest.of(MEMORY).contiguously()));
        ZonedMemory memory = ZonedMemory.withoutLegacySegment(List.of(pages));
        LoadedTables tables = new LinkerLoader(FirmwareFiles.of(fwCfg), memory, journal, LoaderOptions.STRICT).run();
        for (LoadedFile file : tables.files()) {
            lines.add("%s: %d bytes at 0x%x".formatted(file.name(), file.size(), file.address()));
        }
        lines.add(told(fwCfg) + " from the loader");
        device.reset();
        lines.add(told(fwCfg) + " from the journal");
        return lines;
    }

    private static String told(FwCfg fwCfg) throws IOException {
        long address = ByteBuffer.wrap(fwCfg.read(ADDRESS))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        return ADDRESS + ": 0x" + Long.toHexString(address);
    }
}
