// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** A tree with one device of each kind that VFIO's rules tell apart. */
final class SmallTree {
    /** Below a page; one level interrupt; a group of its own. */
    static final String UART = "1000.uart";
    /** Two regions of 64 KiB at multiples of 64 KiB, 4 KiB at another; an edge and a level interrupt. */
    static final String FLASH = "100000.flash";
    /** These two share a stream ID. */
    static final String LEFT = "200000.twin";

    static final String RIGHT = "201000.twin";
    /** No IOMMU. */
    static final String FREE = "300000.free";
    /** No IOMMU either, and the interrupt of the UART. */
    static final String RIVAL = "301000.rival";

    static final String RTC = "400000.rtc";
    /** I/O ports of a bus without a host bridge. */
    static final String KEYBOARD = "500060.keyboard";

    private SmallTree() {}

    static DeviceTree read() {
        return DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    interrupt-parent = <&gic>;
                    aliases { serial0 = "/uart@1000"; };
                    gic: interrupt-controller@8000 {
                        compatible = "arm,gic-400";
                        interrupt-controller;
                        #interrupt-cells = <3>;
                        #address-cells = <0>;
                        reg = <0x8000 0x1000>;
                    };
                    smmu: iommu@9000 {
                        compatible = "arm,mmu-500";
                        #iommu-cells = <1>;
                        reg = <0x9000 0x1000>;
                    };
                    uart@1000 {
                        compatible = "test,uart", "ns16550a";
                        reg = <0x1000 0x26>;
                        interrupts = <0 1 4>;
                        iommus = <&smmu 1>;
                    };
                    flash@100000 {
                        compatible = "test,flash";
                        reg = <0x100000 0x10000>, <0x120000 0x10000>, <0x131000 0x1000>;
                        interrupts = <0 2 1>, <0 3 4>;
                        iommus = <&smmu 2>;
                    };
                    twin@200000 {
                        compatible = "test,twin";
                        reg = <0x200000 0x1000>;
                        iommus = <&smmu 3>;
                    };
                    twin@201000 {
                        compatible = "test,twin";
                        reg = <0x201000 0x1000>;
                        iommus = <&smmu 4>, <&smmu 3>;
                    };
                    free@300000 {
                        compatible = "test,free";
                        reg = <0x300000 0x1000>;
                        security-key = "s";
                    };
                    rival@301000 {
                        compatible = "test,rival";
                        reg = <0x301000 0x1000>;
                        interrupts = <0 1 4>;
                    };
                    rtc@400000 {
                        compatible = "arm,pl031", "arm,primecell";
                        arm,primecell-periphid = <0x00041031>;
                        reg = <0x400000 0x1000>;
                        interrupts = <0 5 4>;
                    };
                    isa {
                        compatible = "isa";
                        device_type = "isa";
                        #address-cells = <2>;
                        #size-cells = <1>;
                        ranges = <1 0 0x500000 0x1000>;
                        keyboard@i60 {
                            compatible = "test,keyboard";
                            reg = <1 0x60 4>;
                        };
                    };
                };
                """);
    }

    /** A board of it on which everything may be bound, and nothing is. Its IOMMU groups are numbered by the tree's order. */
    static SimulatedBoardBuilder builder() {
        return SimulatedBoard.builder(read())
                .release(KernelRelease.LINUX_7_2)
                .noiommuMode(true)
                .unsafeInterrupts(true)
                .resetRequired(false);
    }
}
