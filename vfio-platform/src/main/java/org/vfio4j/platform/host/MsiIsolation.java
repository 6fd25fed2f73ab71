// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * Whether a device can make no interrupts but its own by writing to memory. Without, type 1 and iommufd refuse it with
 * EPERM unless their parameter {@code allow_unsafe_interrupts} is on.
 */
public final class MsiIsolation {
    private MsiIsolation() {}

    /**
     * Of a device on the platform or AMBA bus of an ARM machine: its node must name an ITS of a GICv3 as {@code msi-parent}
     * ({@code msi_device_has_isolated_msi} of {@code kernel/irq/msi.c}, {@code of_msi_get_domain} of {@code
     * drivers/of/irq.c}, {@code drivers/irqchip/irq-gic-v3-its.c}). An ITS behind a {@code pre-its} isolates nothing.
     *
     * @param device the device's node
     * @return true if it is isolated
     */
    public static boolean of(Node device) {
        Optional<Property> parents = device.property("msi-parent");
        int[] cells = parents.map(Property::cells).orElse(new int[0]);
        int at = 0;
        while (at < cells.length) {
            Optional<Node> parent = device.tree().byPhandle(cells[at]);
            if (parent.isEmpty()) {
                return false;
            }
            // irq_find_matching_host: the first that is a controller of MSI is taken.
            if (parent.get().isAvailable() && parent.get().isCompatible("arm,gic-v3-its")) {
                return !parent.get().hasProperty("socionext,synquacer-pre-its");
            }
            at += 1
                    + parent.get()
                            .property("#msi-cells")
                            .filter(property -> property.cellCount() == 1)
                            .map(property -> property.cell(0))
                            .orElse(0);
        }
        return false;
    }
}
