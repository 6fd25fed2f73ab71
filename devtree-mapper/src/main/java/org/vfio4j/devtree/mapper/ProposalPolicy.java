// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.address.Translation.Untranslatable;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.InterruptList;
import org.vfio4j.devtree.interrupt.Interrupts;

/**
 * {@link MappingPolicy#PROPOSAL}. The text of "VFIO for Platform Devices" (Stuart Yoder, 2013) gives examples and no
 * rule for the order. Ours yields all three: windows of {@code ranges} before {@code reg}, and interrupts of the nodes
 * below, depth first in the order of the tree, before the node's own.
 */
final class ProposalPolicy {
    private final Node node;
    private final List<RegionMapping> regions = new ArrayList<>();
    private final List<IrqMapping> irqs = new ArrayList<>();
    private final List<Unexposed> unexposed = new ArrayList<>();

    private ProposalPolicy(Node node) {
        this.node = node;
    }

    static DeviceMapping map(Node node) {
        ProposalPolicy policy = new ProposalPolicy(node);
        List<RegEntry> reg = Addresses.reg(node);
        policy.mapRanges(reg);
        policy.mapReg(reg);
        for (Node below : Descendants.of(node)) {
            policy.mapInterrupts(below);
        }
        policy.mapInterrupts(node);
        return new DeviceMapping(MappingPolicy.PROPOSAL, node.path(), policy.regions, policy.irqs, policy.unexposed);
    }

    private void mapRanges(List<RegEntry> reg) {
        for (RangesEntry entry : Addresses.ranges(node)) {
            if (entry.translation() instanceof Untranslatable failure) {
                unexposed.add(Unexposed.of(node, entry, Unexposed.reason(failure)));
                continue;
            }
            Optional<RegEntry> same = reg.stream()
                    .filter(r -> r.size() == entry.size() && r.translation().equals(entry.translation()))
                    .findFirst();
            if (same.isPresent()) {
                unexposed.add(Unexposed.of(
                        node, entry, "the same window as reg[" + same.get().index() + "], which is a region"));
            } else {
                regions.add(RegionMapping.of(regions.size(), node, entry, (Translated) entry.translation()));
            }
        }
    }

    private void mapReg(List<RegEntry> reg) {
        for (RegEntry entry : reg) {
            if (entry.translation() instanceof Untranslatable failure) {
                unexposed.add(Unexposed.of(node, entry, Unexposed.reason(failure)));
            } else {
                regions.add(RegionMapping.of(regions.size(), node, entry, (Translated) entry.translation()));
            }
        }
    }

    private void mapInterrupts(Node of) {
        if (!Descendants.hasInterrupts(of)) {
            return;
        }
        InterruptList list = Interrupts.of(of);
        for (Interrupt interrupt : list.resolved()) {
            irqs.add(IrqMapping.of(irqs.size(), of, interrupt));
        }
        list.stoppedBy().ifPresent(failure -> unexposed.add(Descendants.stopped(of, failure)));
    }
}
