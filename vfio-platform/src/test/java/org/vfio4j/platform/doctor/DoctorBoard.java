// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;

/** A tree with a device for each thing that VFIO can dislike, and boards of it. */
final class DoctorBoard {
    /** Behind a coherent SMMUv3. */
    static final String DMA = "1000.dma";
    /** The same, and with interrupts of an ITS. */
    static final String ISOLATED = "2000.isolated";
    /** Behind an SMMUv3 that is not coherent. */
    static final String LOOSE = "3000.loose";
    /** Behind an SMMU of version 2 that is not coherent either; but the device says that it is. */
    static final String MARKED = "4000.marked";
    /** These share a stream of an SMMU of version 2. */
    static final String LEFT = "5000.left";

    static final String RIGHT = "6000.right";
    /** No IOMMU; clocks and a reset; and the interrupt of the next. */
    static final String TIMER = "7000.timer";
    /** No IOMMU; less than a page, which it shares with nobody. */
    static final String SMALL = "8000.small";
    /** On the AMBA bus, no IOMMU. */
    static final String CLOCK = "9000.rtc";
    /** On the AMBA bus, with an interrupt controller that no driver can have. */
    static final String DEFERRED = "a000.rtc";
    /** The stream of the first: an SMMUv3 gives it to one device only. */
    static final String SECOND = "b000.second";
    /** A GPIO controller. */
    static final String GPIO = "c000.gpio";
    /** Behind an IOMMU whose driver never says that it is coherent. */
    static final String ROCK = "d000.rock";

    private DoctorBoard() {}

    static DeviceTree tree() {
        return DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    interrupt-parent = <&gic>;
                    gic: interrupt-controller@100000 {
                        compatible = "arm,gic-v3";
                        interrupt-controller;
                        #interrupt-cells = <3>;
                        reg = <0x100000 0x1000>;
                    };
                    nobody: nobody {
                        interrupt-controller;
                        #interrupt-cells = <1>;
                    };
                    its: msi-controller@101000 {
                        compatible = "arm,gic-v3-its";
                        #msi-cells = <1>;
                        reg = <0x101000 0x1000>;
                    };
                    tight: iommu@102000 {
                        compatible = "arm,smmu-v3"; #iommu-cells = <1>; reg = <0x102000 0x1000>; dma-coherent;
                    };
                    wild: iommu@103000 {
                        compatible = "arm,smmu-v3"; #iommu-cells = <1>; reg = <0x103000 0x1000>; dma-noncoherent;
                    };
                    old: iommu@104000 { compatible = "arm,mmu-500"; #iommu-cells = <1>; reg = <0x104000 0x1000>; };
                    rk: iommu@105000 { compatible = "rockchip,iommu"; #iommu-cells = <0>; reg = <0x105000 0x1000>; };
                    cru: clock-controller@106000 {
                        compatible = "test,cru"; #clock-cells = <1>; #reset-cells = <1>; reg = <0x106000 0x1000>;
                    };
                    dma@1000 { compatible = "test,dma"; reg = <0x1000 0x1000>; iommus = <&tight 1>; };
                    isolated@2000 {
                        compatible = "test,isolated";
                        reg = <0x2000 0x1000>;
                        iommus = <&tight 2>;
                        msi-parent = <&its 7>;
                    };
                    loose@3000 { compatible = "test,loose"; reg = <0x3000 0x1000>; iommus = <&wild 3>; dma-coherent; };
                    marked@4000 { compatible = "test,marked"; reg = <0x4000 0x1000>; iommus = <&old 4>; dma-coherent; };
                    left@5000 { compatible = "test,left"; reg = <0x5000 0x1000>; iommus = <&old 5>; };
                    right@6000 { compatible = "test,right"; reg = <0x6000 0x1000>; iommus = <&old 5>; };
                    timer@7000 {
                        compatible = "test,timer";
                        reg = <0x7000 0x1000>;
                        interrupts = <0 7 4>;
                        clocks = <&cru 1>, <&cru 2>;
                        resets = <&cru 3>;
                        vdd-supply = <&cru>;
                    };
                    small@8000 { compatible = "test,small"; reg = <0x8000 0x20>; interrupts = <0 7 4>; };
                    rtc@9000 {
                        compatible = "arm,pl031", "arm,primecell";
                        arm,primecell-periphid = <0x00041031>;
                        reg = <0x9000 0x1000>;
                        interrupts = <0 9 4>;
                    };
                    rtc@a000 {
                        compatible = "arm,pl031", "arm,primecell";
                        arm,primecell-periphid = <0x00041031>;
                        reg = <0xa000 0x1000>;
                        interrupts-extended = <&nobody 1>;
                    };
                    second@b000 { compatible = "test,second"; reg = <0xb000 0x1000>; iommus = <&tight 1>; };
                    gpio@c000 {
                        compatible = "test,gpio"; reg = <0xc000 0x1000>; interrupts = <0 12 4>; gpio-controller;
                    };
                    rock@d000 { compatible = "test,rock"; reg = <0xd000 0x1000>; iommus = <&rk>; };
                };
                """);
    }

    /** A board on which everything may be bound, as far as its node allows, and nothing is. */
    static SimulatedBoardBuilder builder() {
        return SimulatedBoard.builder(tree())
                .cacheCoherent(false)
                .noiommuMode(true)
                .unsafeInterrupts(true)
                .resetRequired(false);
    }

    static SysfsDevice find(SimulatedBoard board, String device) {
        try {
            return new PlatformBus(board.files()).find(device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Diagnosis examine(SimulatedBoard board, String device) throws IOException {
        return Doctor.of(board.files()).examine(find(board, device));
    }
}
