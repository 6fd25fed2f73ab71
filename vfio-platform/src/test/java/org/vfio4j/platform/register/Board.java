// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;

/** A board with a device for each rule of registers. */
public final class Board {
    /** Two pages of its own, with names. */
    public static final String TIMER = "100000.timer";
    /** Three in a page: 0x100 bytes at 0x0, 0x200 at 0x100 and 4 at 0xffc. */
    public static final String LEFT = "200000.uart";

    public static final String MIDDLE = "200100.dma";
    public static final String RIGHT = "200ffc.gpio";
    /** A page, and big-endian. */
    public static final String BIG = "300000.crypto";
    /** 0x100 bytes, and big-endian. */
    public static final String BIG_TRAPPED = "301000.hash";

    private Board() {}

    /** {@return its device tree} */
    public static DeviceTree tree() {
        return DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    timer@100000 {
                        compatible = "test,timer";
                        reg = <0x100000 0x1000>, <0x110000 0x2000>, <0x120000 0x80>;
                        reg-names = "control", "counters", "small";
                    };
                    uart@200000 {
                        compatible = "test,uart";
                        reg = <0x200000 0x100>;
                    };
                    dma@200100 {
                        compatible = "test,dma";
                        #address-cells = <1>;
                        #size-cells = <1>;
                        ranges = <0 0x200100 0x100>;
                        reg = <0x200100 0x200>;
                        channel@0 { reg = <0 0x80>; };
                        channel@80 { compatible = "test,channel"; reg = <0x80 0x80>; };
                    };
                    gpio@200ffc {
                        compatible = "test,gpio";
                        reg = <0x200ffc 4>;
                    };
                    crypto@300000 {
                        compatible = "test,crypto";
                        big-endian;
                        reg = <0x300000 0x1000>;
                    };
                    hash@301000 {
                        compatible = "test,hash";
                        big-endian;
                        reg = <0x301000 0x100>;
                    };
                };
                """);
    }

    /** {@return a board on which every device is bound} */
    public static SimulatedBoardBuilder builder() {
        return SimulatedBoard.builder(tree()).readyToUse();
    }
}
