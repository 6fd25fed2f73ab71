// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_DEVICE_FLAGS_AMBA;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_DEVICE_FLAGS_PLATFORM;

import java.util.List;

/**
 * A device of each kind that the lab has, and what Linux exposes of it: regions and IRQs as vfio_platform_common.c and
 * vfio_platform_irq.c make them of the resources.
 */
enum LabDevice {
    /** One mappable region, one level interrupt, behind the SMMU. */
    SATA("ffe220000.sata", false, "/soc@ffe000000/sata@220000", true, List.of(new Region(0x1000, 7)), List.of(7)),
    /** Sixteen pages, and children whose interrupts mainline does not expose. */
    CRYPTO(
            "ffe300000.crypto",
            false,
            "/soc@ffe000000/crypto@300000",
            true,
            List.of(new Region(0x10000, 7)),
            List.of(7)),
    /** Four bytes inside a page, no interrupt. */
    DMA("ffe101300.dma", false, "/soc@ffe000000/dma@101300", true, List.of(new Region(4, 3)), List.of()),
    /** Half a KiB inside a page, an edge interrupt, no IOMMU. */
    VIRTIO("a003c00.virtio_mmio", false, "/virtio_mmio@a003c00", false, List.of(new Region(0x200, 3)), List.of(1)),
    /** On the AMBA bus. */
    RTC("9010000.pl031", true, "/pl031@9010000", false, List.of(new Region(0x1000, 7)), List.of(7)),
    /** On the AMBA bus. */
    GPIO("9030000.pl061", true, "/pl061@9030000", false, List.of(new Region(0x1000, 7)), List.of(7)),
    /** Two regions of one size, no interrupt, no IOMMU. */
    FLASH("0.flash", false, "/flash@0", false, List.of(new Region(0x4000000, 7), new Region(0x4000000, 7)), List.of());

    /** Size in bytes, and VFIO_REGION_INFO_FLAG_ bits. */
    record Region(long size, int flags) {}

    final String device;
    final boolean amba;
    final String node;
    final boolean behindIommu;
    final List<Region> regions;
    /** VFIO_IRQ_INFO_ bits of each. */
    final List<Integer> irqs;

    LabDevice(String device, boolean amba, String node, boolean behindIommu, List<Region> regions, List<Integer> irqs) {
        this.device = device;
        this.amba = amba;
        this.node = node;
        this.behindIommu = behindIommu;
        this.regions = regions;
        this.irqs = irqs;
    }

    String driver() {
        return amba ? "vfio-amba" : "vfio-platform";
    }

    String bus() {
        return amba ? "amba" : "platform";
    }

    /** VFIO_DEVICE_FLAGS_ bits; the lab has no reset function. */
    int deviceFlags() {
        return amba ? VFIO_DEVICE_FLAGS_AMBA : VFIO_DEVICE_FLAGS_PLATFORM;
    }
}
