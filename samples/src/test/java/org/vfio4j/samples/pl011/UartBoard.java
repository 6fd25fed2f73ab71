// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import java.util.function.Consumer;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.SimulatedBoard;

/** A board with a UART, bound to VFIO. */
final class UartBoard {
    static final String DEVICE = "9000000.serial";

    private UartBoard() {}

    /** Hands the model over when it is made. */
    static SimulatedBoard of(Consumer<Pl011Model> made) {
        return SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <1>;
                            #size-cells = <1>;
                            interrupt-parent = <&gic>;
                            gic: interrupt-controller {
                                interrupt-controller;
                                #interrupt-cells = <3>;
                                compatible = "arm,gic-v3";
                            };
                            clock: apb-pclk {
                                compatible = "fixed-clock";
                                #clock-cells = <0>;
                                clock-frequency = <24000000>;
                            };
                            serial@9000000 {
                                compatible = "arm,pl011", "arm,primecell";
                                arm,primecell-periphid = <0x00241011>;
                                reg = <0x9000000 0x1000>;
                                interrupts = <0 1 4>;
                                clocks = <&clock>, <&clock>;
                                clock-names = "uartclk", "apb_pclk";
                            };
                        };
                        """))
                .model(DEVICE, port -> {
                    Pl011Model model = new Pl011Model(port);
                    made.accept(model);
                    return model;
                })
                .readyToUse()
                .build();
    }
}
