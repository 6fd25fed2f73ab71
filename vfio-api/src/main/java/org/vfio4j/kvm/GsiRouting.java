// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import java.util.List;
import org.vfio4j.kvm.GsiRoute.ToMsi;
import org.vfio4j.kvm.GsiRoute.ToPin;
import org.vfio4j.kvm.abi.IrqRoutingEntryLayout;
import org.vfio4j.kvm.abi.IrqRoutingIrqchipLayout;
import org.vfio4j.kvm.abi.IrqRoutingLayout;
import org.vfio4j.kvm.abi.IrqRoutingMsiLayout;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.vfio.internal.Structs;

/** Routes as the kernel takes them. */
final class GsiRouting {
    private GsiRouting() {}

    /** The routes as {@code struct kvm_irq_routing}. */
    static ByteBuffer encode(List<GsiRoute> routes) {
        ByteBuffer table = Structs.allocate(IrqRoutingLayout.SIZE + routes.size() * IrqRoutingEntryLayout.SIZE)
                .putInt(IrqRoutingLayout.NR, routes.size());
        for (int i = 0; i < routes.size(); i++) {
            int at = IrqRoutingLayout.ENTRIES + i * IrqRoutingEntryLayout.SIZE;
            GsiRoute route = routes.get(i);
            table.putInt(at + IrqRoutingEntryLayout.GSI, route.gsi());
            if (route instanceof ToPin to) {
                table.putInt(at + IrqRoutingEntryLayout.TYPE, KvmFlags.KVM_IRQ_ROUTING_IRQCHIP)
                        .putInt(at + IrqRoutingIrqchipLayout.IRQCHIP, to.irqchip())
                        .putInt(at + IrqRoutingIrqchipLayout.PIN, to.pin());
            } else if (route instanceof ToMsi to) {
                table.putInt(at + IrqRoutingEntryLayout.TYPE, KvmFlags.KVM_IRQ_ROUTING_MSI)
                        .putInt(at + IrqRoutingEntryLayout.FLAGS, to.msi().flags())
                        .putInt(at + IrqRoutingMsiLayout.ADDRESS_LO, (int)
                                to.msi().address())
                        .putInt(at + IrqRoutingMsiLayout.ADDRESS_HI, (int)
                                (to.msi().address() >>> Integer.SIZE))
                        .putInt(at + IrqRoutingMsiLayout.DATA, to.msi().data())
                        .putInt(
                                at + IrqRoutingMsiLayout.DEVID,
                                to.msi().deviceId().orElse(0));
            }
        }
        return table;
    }
}
