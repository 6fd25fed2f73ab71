// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.whichregion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionRequest;
import org.vfio4j.platform.Inspector;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.sim.SimulatedBoard;

class WhichRegionTest {
    @Test
    void saysWhatEachRegionAndInterruptIs() throws IOException {
        SimulatedBoard board = SimulatedBoard.builder("proposal").build();

        Inspection inspection = new Inspector(board::syscalls, board.files())
                .inspect(
                        new PlatformBus(board.files()).find("ffe220000.sata"),
                        InspectionRequest.of(MappingPolicy.KERNEL));

        assertThat(WhichRegion.describe(inspection))
                .containsExactly(
                        "region 0 is reg[0] of /soc@ffe000000/sata@220000 at 0xffe220000",
                        "irq 0 is interrupts[0] of /soc@ffe000000/sata@220000 at /soc@ffe000000/pic@40000");
        assertThat(board.openDescriptors()).isEmpty();
    }
}
