// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** Trees of our own for these tests. */
final class Trees {
    /** A virtual PowerPC machine's tree, in small: 512 MiB, one console. */
    static final DeviceTree MACHINE = DtsReader.read("""
            / {
                #address-cells = <2>; #size-cells = <2>; compatible = "example,pseries"; device_type = "chrp";
                pic: interrupt-controller@60302031b0000 { phandle = <0x1111>; interrupt-controller; };
                aliases { console = "/vdevice/vty@71000000"; fast = "/vdevice/vty@71000000:115200"; broken = "vty"; };
                vdevice { #address-cells = <1>; #size-cells = <0>; interrupt-parent = <&pic>;
                    vty@71000000 { reg = <0x71000000>; device_type = "serial"; compatible = "hvterm1"; empty; };
                    nvram@7100000a { reg = <0x7100000a>; device_type = "nvram"; };
                };
                rtas { rtas-size = <0x82c>; };
                memory@0 { device_type = "memory"; reg = <0 0 0 0x20000000>; };
            };
            """);

    private Trees() {}
}
