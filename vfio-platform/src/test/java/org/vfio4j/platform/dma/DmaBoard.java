// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;

/** A board with a device behind an IOMMU, which keeps 0x8000000-0x80fffff to itself, and one without. */
final class DmaBoard {
    static final String NET = "100000.net";
    static final String FREE = "101000.free";
    /** Its bus has the first 8 MiB of memory at 0xc0000000, and no other. */
    static final String SHIFTED = "102000.shifted";

    private DmaBoard() {}

    static SimulatedBoardBuilder builder() {
        return SimulatedBoard.builder(DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    smmu: iommu@9000 {
                        compatible = "arm,smmu-v3";
                        #iommu-cells = <1>;
                        reg = <0x9000 0x1000>;
                    };
                    net@100000 {
                        compatible = "test,net";
                        reg = <0x100000 0x1000>;
                        iommus = <&smmu 1>;
                    };
                    free@101000 {
                        compatible = "test,free";
                        reg = <0x101000 0x1000>;
                        dma-coherent;
                    };
                    bus {
                        compatible = "simple-bus";
                        #address-cells = <1>;
                        #size-cells = <1>;
                        ranges;
                        dma-ranges = <0xc0000000 0x40000000 0x00800000>;
                        shifted@102000 {
                            compatible = "test,shifted";
                            reg = <0x102000 0x1000>;
                        };
                    };
                };
                """)).readyToUse().hugePages(8);
    }

    static SysfsDevice entry(SimulatedBoard board, String device) throws IOException {
        return new PlatformBus(board.files()).find(device);
    }

    /** The device that can be opened so. */
    static PlatformDevice open(SimulatedBoard board, LinuxSyscalls linux, DmaStack stack) throws IOException {
        String device = stack == DmaStack.NOIOMMU ? FREE : NET;
        return PlatformDevice.open(linux, board.files(), entry(board, device), stack);
    }

    static PlatformDevice open(SimulatedBoard board, DmaStack stack) throws IOException {
        return open(board, board.syscalls(), stack);
    }
}
