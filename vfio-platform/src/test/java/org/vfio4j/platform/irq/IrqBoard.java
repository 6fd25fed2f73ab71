// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

import java.io.IOException;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedInterrupt;

/** A board with devices whose interrupts can be raised. */
final class IrqBoard {
    /** IRQ 0 "tick" is a level, IRQ 1 "overflow" an edge, IRQ 2 "both" every edge. */
    static final String TIMER = "100000.timer";
    /** Shares its line with the timer's level. */
    static final String RIVAL = "101000.rival";

    final SimulatedBoard board =
            SimulatedBoard.builder(DtsReader.read("""
                    /dts-v1/;
                    / {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        interrupt-parent = <&gic>;
                        gic: interrupt-controller@8000 {
                            compatible = "arm,gic-400";
                            interrupt-controller;
                            #interrupt-cells = <3>;
                            #address-cells = <0>;
                            reg = <0x8000 0x1000>;
                        };
                        timer@100000 {
                            compatible = "test,timer";
                            reg = <0x100000 0x1000>;
                            interrupts = <0 1 4>, <0 2 1>, <0 3 3>;
                            interrupt-names = "tick", "overflow", "both";
                        };
                        rival@101000 {
                            compatible = "test,rival";
                            reg = <0x101000 0x1000>;
                            interrupts = <0 1 4>;
                        };
                    };
                    """)).readyToUse().build();

    final SimulatedInterrupt level = board.interrupt("/timer@100000", 0);
    final SimulatedInterrupt edge = board.interrupt("/timer@100000", 1);
    final SimulatedInterrupt both = board.interrupt("/timer@100000", 2);

    PlatformDevice open(String device) throws IOException {
        return open(board.syscalls(), device);
    }

    PlatformDevice open(LinuxSyscalls linux, String device) throws IOException {
        return PlatformDevice.open(linux, board.files(), device);
    }
}
