// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** Trees of machines with one GIC or another, from which it follows what KVM gives to guests. */
final class KvmTree {
    /** A GICv3 alone, as QEMU's virt has it. */
    static final String V3 = "compatible = \"arm,gic-v3\"; reg = <0x8000000 0x10000 0x80a0000 0xf60000>;";

    /** A GICv3 with the regions of a GICv2 behind: GICC, GICH, GICV. */
    static final String V3_WITH_V2 = "compatible = \"arm,gic-v3\"; reg = <0x8000000 0x10000 0x80a0000 0xf60000"
            + " 0x9000000 0x2000 0x9010000 0x2000 0x9020000 0x2000>;";

    /** A GICv2. */
    static final String V2 = "compatible = \"arm,gic-400\"; reg = <0x8000000 0x1000 0x8002000 0x2000>;";

    /** No GIC. */
    static final String NONE = "compatible = \"example,intc\"; reg = <0x8000000 0x1000>;";

    private KvmTree() {}

    static DeviceTree of(String gic) {
        return DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    interrupt-parent = <&gic>;
                    gic: interrupt-controller@8000000 {
                        interrupt-controller;
                        #interrupt-cells = <3>;
                        %s
                    };
                };
                """.formatted(gic));
    }
}
