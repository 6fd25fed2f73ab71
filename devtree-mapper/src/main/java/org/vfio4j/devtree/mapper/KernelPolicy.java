// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.address.Translation.Untranslatable;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.InterruptList;
import org.vfio4j.devtree.interrupt.Interrupts;
import org.vfio4j.devtree.platform.PlatformDeviceNode;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.devtree.platform.PlatformDevices;

/**
 * {@link MappingPolicy#KERNEL}. The resources of a platform device are made by {@code of_device_alloc} of {@code
 * drivers/of/platform.c}, which ends at the first {@code reg} entry that does not translate; {@code vfio_platform.c} and
 * {@code vfio_amba.c} of {@code drivers/vfio/platform} pick regions and IRQs from them.
 */
final class KernelPolicy {
    /** {@code AMBA_NR_IRQS} of {@code linux/amba/bus.h}. */
    private static final int AMBA_IRQS = 9;

    private final Node node;
    private final boolean amba;
    private final List<RegionMapping> regions = new ArrayList<>();
    private final List<IrqMapping> irqs = new ArrayList<>();
    private final List<Unexposed> unexposed = new ArrayList<>();

    private KernelPolicy(Node node) {
        this.node = node;
        this.amba = PlatformDevices.busOf(node) == Bus.AMBA;
    }

    static DeviceMapping map(Node node) {
        KernelPolicy policy = new KernelPolicy(node);
        policy.mapReg();
        policy.listRanges();
        policy.mapOwnInterrupts();
        policy.listInterruptsBelow();
        return new DeviceMapping(MappingPolicy.KERNEL, node.path(), policy.regions, policy.irqs, policy.unexposed);
    }

    private void mapReg() {
        int firstFailure = -1;
        for (RegEntry entry : Addresses.reg(node)) {
            if (entry.translation() instanceof Untranslatable failure) {
                unexposed.add(Unexposed.of(node, entry, Unexposed.reason(failure)));
                firstFailure = firstFailure < 0 ? entry.index() : firstFailure;
            } else if (firstFailure >= 0) {
                unexposed.add(Unexposed.of(
                        node,
                        entry,
                        "after reg[" + firstFailure
                                + "], which does not translate: Linux drops all entries from there"));
            } else if (amba && entry.index() > 0) {
                unexposed.add(Unexposed.of(node, entry, "an AMBA device has one region, its first reg entry"));
            } else {
                regions.add(RegionMapping.of(regions.size(), node, entry, (Translated) entry.translation()));
            }
        }
    }

    private void listRanges() {
        for (RangesEntry entry : Addresses.ranges(node)) {
            String reason = "mainline Linux does not expose the windows of ranges";
            if (entry.translation() instanceof Untranslatable failure) {
                reason += ", and this one " + Unexposed.reason(failure);
            }
            unexposed.add(Unexposed.of(node, entry, reason));
        }
    }

    private void mapOwnInterrupts() {
        InterruptList own = Interrupts.of(node);
        for (Interrupt interrupt : own.resolved()) {
            if (amba && interrupt.index() >= AMBA_IRQS) {
                unexposed.add(Unexposed.irq(
                        node.path(),
                        interrupt.property(),
                        interrupt.index(),
                        "an AMBA device has at most " + AMBA_IRQS + " IRQs"));
            } else {
                irqs.add(IrqMapping.of(irqs.size(), node, interrupt));
            }
        }
        own.stoppedBy().ifPresent(failure -> unexposed.add(Descendants.stopped(node, failure)));
    }

    private void listInterruptsBelow() {
        Map<Node, String> devices = null;
        for (Node below : Descendants.of(node)) {
            if (!Descendants.hasInterrupts(below)) {
                continue;
            }
            if (devices == null) {
                devices = deviceNames();
            }
            String device = devices.get(below);
            String reason = device == null
                    ? "mainline Linux does not expose the interrupts of nodes below the device's"
                    : "belongs to a device of its own, " + device;
            InterruptList list = Interrupts.of(below);
            for (Interrupt interrupt : list.resolved()) {
                unexposed.add(Unexposed.irq(below.path(), interrupt.property(), interrupt.index(), reason));
            }
            list.stoppedBy().ifPresent(failure -> unexposed.add(Descendants.stopped(below, failure)));
        }
    }

    private Map<Node, String> deviceNames() {
        Map<Node, String> names = new HashMap<>();
        for (PlatformDeviceNode device : PlatformDevices.of(node.tree())) {
            names.put(device.node(), device.name());
        }
        return names;
    }
}
