// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.platform.sim.SimulatedBoard;

/** A board with a virtio device between two others in one page, as eight are in QEMU's virt machine. */
public final class VirtioBoard {
    private static final String DEVICE = "a000200.virtio_mmio";

    private final List<RegisterAccess> accesses = new ArrayList<>();
    private final SimulatedBoard board;
    private final boolean translated;
    private VirtioMmioModel model;

    /** What the device is connected to. */
    public enum Kind {
        /** Version 2, behind an IOMMU. */
        MODERN_WITH_IOMMU(2, true),
        /** Version 2, with physical addresses. */
        MODERN_WITHOUT_IOMMU(2, false),
        /** Version 1, with physical addresses. */
        LEGACY(1, false);

        private final int version;
        private final boolean translated;

        Kind(int version, boolean translated) {
            this.version = version;
            this.translated = translated;
        }
    }

    public VirtioBoard(Kind kind, VirtioFunction function) {
        this(kind.translated, kind.version, kind.translated, function);
    }

    /** Behind an IOMMU that a device does not use. */
    public static VirtioBoard withBypassedIommu(int version, VirtioFunction function) {
        return new VirtioBoard(true, version, false, function);
    }

    private VirtioBoard(boolean iommu, int version, boolean translated, VirtioFunction function) {
        this.translated = iommu;
        this.board = SimulatedBoard.builder(tree(iommu))
                .readyToUse()
                .hugePages(8)
                .accessLog(accesses::add)
                .model(DEVICE, port -> model = new VirtioMmioModel(port, version, translated, function))
                .build();
    }

    private static DeviceTree tree(boolean iommu) {
        return DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    interrupt-parent = <&gic>;
                    gic: interrupt-controller@8000000 {
                        compatible = "arm,gic-400";
                        interrupt-controller;
                        #interrupt-cells = <3>;
                        #address-cells = <0>;
                        reg = <0x8000000 0x1000>;
                    };
                    smmu: iommu@9050000 {
                        compatible = "arm,mmu-500";
                        #iommu-cells = <1>;
                        reg = <0x9050000 0x1000>;
                    };
                    virtio_mmio@a000000 {
                        compatible = "virtio,mmio";
                        reg = <0xa000000 0x200>;
                        interrupts = <0 16 1>;
                    };
                    virtio_mmio@a000200 {
                        compatible = "virtio,mmio";
                        reg = <0xa000200 0x200>;
                        interrupts = <0 17 1>;
                        %s
                    };
                    virtio_mmio@a000400 {
                        compatible = "virtio,mmio";
                        reg = <0xa000400 0x200>;
                        interrupts = <0 18 1>;
                    };
                };
                """.formatted(iommu ? "iommus = <&smmu 1>;" : ""));
    }

    public VirtioMmioModel model() {
        return model;
    }

    public SimulatedBoard board() {
        return board;
    }

    /** Every access to a register of any device. */
    public List<RegisterAccess> accesses() {
        return accesses;
    }

    public PlatformDevice open() throws IOException {
        return translated
                ? PlatformDevice.open(board.syscalls(), board.files(), DEVICE)
                : PlatformDevice.open(
                        board.syscalls(), board.files(), new PlatformBus(board.files()).find(DEVICE), DmaStack.NOIOMMU);
    }
}
