// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.samples.fwcfg.SimulatedMachine;

class LoadTablesTest {
    @Test
    void theDeviceForgetsItsAddressAndIsToldItAgain() throws IOException {
        SimulatedBoard board = SimulatedMachine.board();
        SysfsDevice found = new PlatformBus(board.files()).find(SimulatedMachine.DEVICE);
        try (PlatformDevice device = PlatformDevice.open(board.syscalls(), board.files(), found, DmaStack.NOIOMMU)) {
            List<String> lines = LoadTables.run(device, SimulatedMachine.ARCHITECTURE);
            String loaded = "etc/vmgenid_guid: 4096 bytes at 0x";
            assertThat(lines.get(0)).startsWith(loaded);
            long page = Long.parseLong(lines.get(0).substring(loaded.length()), 16);
            assertThat(page).isPositive();
            assertThat(page % 4096).isZero();
            String address = "etc/vmgenid_addr: 0x" + Long.toHexString(page + 40);
            assertThat(lines.subList(1, lines.size()))
                    .containsExactly(
                            address + " from the loader",
                            "etc/vmgenid_addr: 0x0 after a reset",
                            address + " from the journal");
        }
    }
}
