// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.platform.sim.SimulatedBoard;

/** A board with a fw_cfg device as ARM's {@code virt} has it: 24 bytes of registers, which cannot be mapped. */
final class FwCfgBoard implements AutoCloseable {
    static final String DEVICE = "9020000.fw-cfg";
    static final RegisterLayout LAYOUT = RegisterLayout.of(Architecture.ARM, 0x18);

    final List<RegisterAccess> accesses = new ArrayList<>();
    final SimulatedBoard board;
    final PlatformDevice device;

    private FwCfgBoard(FwCfgModel model) throws IOException {
        board = SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <2>;
                            #size-cells = <2>;
                            fw-cfg@9020000 {
                                compatible = "qemu,fw-cfg-mmio";
                                reg = <0 0x9020000 0 0x18>;
                                dma-coherent;
                            };
                        };
                        """))
                .model(DEVICE, port -> model)
                .resetFunction("qemu,fw-cfg-mmio")
                .accessLog(accesses::add)
                .readyToUse()
                .build();
        device = PlatformDevice.open(board.syscalls(), board.files(), DEVICE);
    }

    static FwCfgBoard of(FwCfgModel model) throws IOException {
        return new FwCfgBoard(model);
    }

    Region registers() throws IOException {
        return device.region(0);
    }

    @Override
    public void close() {
        device.close();
    }
}
