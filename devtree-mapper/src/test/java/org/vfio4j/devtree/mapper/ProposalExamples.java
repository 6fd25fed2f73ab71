// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;

/** The three devices of "VFIO for Platform Devices" (2013) at their addresses, on a bus like the P2041's. */
final class ProposalExamples {
    static final String SATA = "/soc@ffe000000/sata@220000";
    static final String CRYPTO = "/soc@ffe000000/crypto@300000";
    static final String DMA = "/soc@ffe000000/dma@101300";

    private static final DeviceTree TREE = DtsReader.read("""
            /dts-v1/;
            / {
                #address-cells = <2>;
                #size-cells = <2>;
                interrupt-parent = <&mpic>;

                soc@ffe000000 {
                    compatible = "simple-bus";
                    #address-cells = <1>;
                    #size-cells = <1>;
                    ranges = <0x0 0xf 0xfe000000 0x1000000>;

                    mpic: pic@40000 {
                        compatible = "fsl,mpic";
                        reg = <0x40000 0x40000>;
                        interrupt-controller;
                        #interrupt-cells = <4>;
                        #address-cells = <0>;
                    };

                    sata@220000 {
                        compatible = "fsl,p2041-sata", "fsl,pq-sata-v2";
                        reg = <0x220000 0x1000>;
                        interrupts = <0x44 0x2 0x0 0x0>;
                    };

                    crypto@300000 {
                        compatible = "fsl,sec-v4.2", "fsl,sec-v4.0";
                        #address-cells = <1>;
                        #size-cells = <1>;
                        reg = <0x300000 0x10000>;
                        interrupts = <0x5c 0x2 0x0 0x0>;

                        jr@1000 {
                            compatible = "fsl,sec-v4.2-job-ring", "fsl,sec-v4.0-job-ring";
                            interrupts = <0x58 0x2 0x0 0x0>;
                        };

                        jr@2000 {
                            compatible = "fsl,sec-v4.2-job-ring", "fsl,sec-v4.0-job-ring";
                            interrupts = <0x59 0x2 0x0 0x0>;
                        };
                    };

                    dma@101300 {
                        cell-index = <1>;
                        ranges = <0x0 0x101100 0x200>;
                        reg = <0x101300 0x4>;
                        compatible = "fsl,eloplus-dma";
                        #size-cells = <1>;
                        #address-cells = <1>;

                        dma-channel@180 {
                            interrupts = <0x23 0x2 0x0 0x0>;
                            cell-index = <3>;
                            reg = <0x180 0x80>;
                            compatible = "fsl,eloplus-dma-channel";
                        };

                        dma-channel@100 {
                            interrupts = <0x22 0x2 0x0 0x0>;
                            cell-index = <2>;
                            reg = <0x100 0x80>;
                            compatible = "fsl,eloplus-dma-channel";
                        };
                    };
                };
            };
            """);

    private ProposalExamples() {}

    static Node node(String path) {
        return TREE.find(path).orElseThrow();
    }
}
