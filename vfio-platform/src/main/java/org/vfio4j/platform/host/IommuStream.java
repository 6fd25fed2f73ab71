// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * An entry of a node's {@code iommus} property: the DMA of the device comes to an IOMMU under an ID.
 *
 * @param iommu the IOMMU
 * @param specifier the cells that tell the device from others, {@code #iommu-cells} of them
 */
public record IommuStream(Node iommu, List<Integer> specifier) {
    /**
     * The entries of a node that lead to IOMMUs that are there ({@code of_iommu_configure_dev} of {@code
     * drivers/iommu/of_iommu.c}). What follows an entry that cannot be read is left out.
     *
     * @param node the device's node
     * @return the entries, in order
     */
    public static List<IommuStream> of(Node node) {
        List<IommuStream> streams = new ArrayList<>();
        Optional<Property> iommus = node.property("iommus");
        List<Integer> cells = iommus.map(
                        property -> Arrays.stream(property.cells()).boxed().toList())
                .orElse(List.of());
        int at = 0;
        while (at < cells.size()) {
            Optional<Node> iommu = node.tree().byPhandle(cells.get(at));
            Optional<Property> cellCount = iommu.flatMap(found -> found.property("#iommu-cells"));
            if (cellCount.isEmpty() || cellCount.get().cellCount() != 1) {
                break;
            }
            int count = cellCount.get().cell(0);
            if (count < 0 || count > cells.size() - at - 1) {
                break;
            }
            if (iommu.get().isAvailable()) {
                streams.add(new IommuStream(iommu.get(), List.copyOf(cells.subList(at + 1, at + 1 + count))));
            }
            at += 1 + count;
        }
        return streams;
    }
}
