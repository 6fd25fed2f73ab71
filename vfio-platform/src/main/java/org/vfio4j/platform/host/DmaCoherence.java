// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * Whether the IOMMU of a device keeps its DMA coherent with the caches. VFIO takes no device behind an IOMMU that does not
 * (IOMMU_CAP_CACHE_COHERENCY in {@code __vfio_register_dev} of {@code drivers/vfio/vfio_main.c}).
 *
 * @param verdict whether it does
 * @param node the node that decides: an IOMMU
 */
public record DmaCoherence(Verdict verdict, Node node) {
    /** The answers. */
    public enum Verdict {
        /** It does. */
        COHERENT,
        /** Nothing in the device tree says that it does: {@code dma-coherent} is missing. */
        NOT_MARKED,
        /** The driver of the IOMMU never says that it does. */
        NEVER,
        /** The driver of the IOMMU is not known here. */
        UNKNOWN
    }

    private static final Set<String> SMMU = Set.of(
            "arm,smmu-v1",
            "arm,smmu-v2",
            "arm,mmu-400",
            "arm,mmu-401",
            "arm,mmu-500",
            "cavium,smmu-v2",
            "nvidia,smmu-500",
            "qcom,smmu-v2");

    private static final Set<String> ALWAYS = Set.of("qcom,msm-iommu-v1", "qcom,msm-iommu-v2", "virtio,mmio");

    /** What the drivers without the operation {@code capable} in {@code drivers/iommu} of Linux 6.12 are for. */
    private static final List<String> NEVER = List.of(
            "rockchip,iommu",
            "rockchip,rk3568-iommu",
            "samsung,exynos-sysmmu",
            "mediatek,",
            "renesas,ipmmu-",
            "allwinner,sun50i-h6-iommu",
            "apple,t",
            "ti,omap",
            "ti,dra7-",
            "qcom,apq8064-iommu",
            "sprd,iommu");

    /**
     * Finds out for a device.
     *
     * @param device the device's node
     * @param otherwise whether DMA is coherent where the tree says nothing (CONFIG_ARCH_DMA_DEFAULT_COHERENT, which arm64
     *     has not)
     * @return the answer; empty if the node names no IOMMU
     */
    public static Optional<DmaCoherence> of(Node device, boolean otherwise) {
        return IommuStream.of(device).stream()
                .findFirst()
                .map(stream -> new DmaCoherence(verdict(device, stream.iommu(), otherwise), stream.iommu()));
    }

    private static Verdict verdict(Node device, Node iommu, boolean otherwise) {
        List<String> compatible = iommu.compatible();
        // arm_smmu_capable of arm-smmu-v3.c: what the node of the IOMMU says decides, and not that of the device.
        if (compatible.contains("arm,smmu-v3")) {
            return marked(isMarked(iommu, otherwise));
        }
        // arm_smmu_capable of arm-smmu.c.
        if (compatible.stream().anyMatch(SMMU::contains)) {
            return marked(isMarked(iommu, otherwise) || isMarked(device, otherwise));
        }
        if (compatible.stream().anyMatch(ALWAYS::contains)) {
            return Verdict.COHERENT;
        }
        boolean never = compatible.stream().anyMatch(one -> NEVER.stream().anyMatch(one::startsWith));
        return never ? Verdict.NEVER : Verdict.UNKNOWN;
    }

    private static Verdict marked(boolean marked) {
        return marked ? Verdict.COHERENT : Verdict.NOT_MARKED;
    }

    /**
     * Whether the tree says of a node that its DMA is coherent with the caches, by of_dma_is_coherent of {@code
     * drivers/of/address.c}: the nearest node on the way of the DMA that says either way. Without an IOMMU it is all that
     * there is to know.
     *
     * @param node the node of a device
     * @param otherwise see {@link #of}
     * @return true if it does
     */
    public static boolean isMarked(Node node, boolean otherwise) {
        Set<Node> seen = new HashSet<>();
        Optional<Node> at = Optional.of(node);
        while (at.isPresent() && seen.add(at.get())) {
            if (at.get().hasProperty("dma-coherent")) {
                return true;
            }
            if (at.get().hasProperty("dma-noncoherent")) {
                return false;
            }
            at = dmaParent(at.get());
        }
        return otherwise;
    }

    /** __of_get_dma_parent: the interconnect that is called dma-mem, else the parent. */
    private static Optional<Node> dmaParent(Node node) {
        int index = node.strings("interconnect-names").indexOf("dma-mem");
        Optional<Property> interconnects = node.property("interconnects");
        if (index < 0 || interconnects.isEmpty()) {
            return node.parent();
        }
        int[] cells = interconnects.get().cells();
        int at = 0;
        for (int i = 0; at < cells.length; i++) {
            Optional<Node> to = node.tree().byPhandle(cells[at]);
            if (to.isEmpty()) {
                return node.parent();
            }
            if (i == index) {
                return to;
            }
            at += 1
                    + to.get()
                            .property("#interconnect-cells")
                            .filter(property -> property.cellCount() == 1)
                            .map(property -> property.cell(0))
                            .orElse(0);
        }
        return node.parent();
    }
}
