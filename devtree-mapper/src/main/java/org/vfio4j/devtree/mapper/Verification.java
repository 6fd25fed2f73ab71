// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.interrupt.InterruptTrigger;
import org.vfio4j.devtree.mapper.DeviceView.RegionView;
import org.vfio4j.devtree.mapper.MappingIssue.Kind;

/** One comparison of a predicted mapping with a device, index by index. */
final class Verification {
    private final DeviceMapping predicted;
    private final DeviceView view;
    private final List<MappingIssue> errors = new ArrayList<>();
    private final List<MappingIssue> warnings = new ArrayList<>();

    Verification(DeviceMapping predicted, DeviceView view) {
        this.predicted = predicted;
        this.view = view;
    }

    MappingResult result(Optional<List<DevtreeInfo>> answers) {
        compareRegions();
        compareName();
        DeviceMapping mapping = compareIrqs();
        answers.ifPresent(given -> errors.addAll(DevtreeInfoCheck.compare(mapping, given)));
        return errors.isEmpty()
                ? new MappingResult.Mapped(mapping, List.copyOf(warnings))
                : new MappingResult.Mismatch(List.copyOf(errors));
    }

    private void compareRegions() {
        List<RegionMapping> tree = predicted.regions();
        List<RegionView> device = view.regions();
        if (tree.size() != device.size()) {
            errors.add(MappingIssue.ofDevice(
                    Kind.REGION_COUNT_MISMATCH,
                    "the device has " + device.size() + " regions, the tree " + tree.size() + " for " + predicted.node()
                            + " under policy " + predicted.policy()));
        }
        for (int i = 0; i < Math.min(tree.size(), device.size()); i++) {
            compareRegion(tree.get(i), device.get(i));
        }
    }

    private void compareRegion(RegionMapping tree, RegionView device) {
        if (tree.size() != device.size()) {
            errors.add(MappingIssue.at(
                    Kind.REGION_SIZE_MISMATCH,
                    tree.index(),
                    "region " + tree.index() + " of the device has " + hex(device.size()) + " bytes, " + entry(tree)
                            + " " + hex(tree.size()) + othersOfSize(device.size())));
        }
        boolean mappable = tree.isMappable(view.pageSize());
        if (mappable != device.mappable()) {
            errors.add(MappingIssue.at(
                    Kind.REGION_FLAGS_MISMATCH,
                    tree.index(),
                    "region " + tree.index() + " of the device " + (device.mappable() ? "has" : "lacks")
                            + " the MMAP flag, " + entry(tree) + " at " + hex(tree.physicalAddress()) + ", "
                            + hex(tree.size()) + " bytes, should " + (mappable ? "have" : "lack")
                            + " it at a page size of "
                            + view.pageSize()));
        }
    }

    // For a person who looks for the cause. It decides nothing: a mapping is never repaired by reordering.
    private String othersOfSize(long size) {
        List<String> same = predicted.regions().stream()
                .filter(region -> region.size() == size)
                .map(Verification::entry)
                .toList();
        return same.isEmpty()
                ? "; no entry has the device's size"
                : "; of the device's size: " + String.join(", ", same);
    }

    private void compareName() {
        Matcher name = nameWithAddress().matcher(view.deviceName().orElse(""));
        if (!name.matches()) {
            return;
        }
        predicted.regions().stream()
                .filter(region -> region.source() == RegionSource.REG
                        && region.sourceIndex() == 0
                        && region.space() == AddressSpace.MEMORY)
                .filter(region -> Long.parseUnsignedLong(name.group(1), 16) != region.physicalAddress())
                .forEach(region -> errors.add(MappingIssue.ofDevice(
                        Kind.NAME_ADDRESS_MISMATCH,
                        "the kernel named the device " + name.group() + ", " + entry(region) + " is at "
                                + hex(region.physicalAddress()) + ": the tree is not the one that was booted")));
    }

    /**
     * The names that {@code of_device_make_bus_id} of {@code drivers/of/device.c} makes for a node with an address: the
     * address, for a node with {@code mask} the number of its lowest bit, and the node's name without unit address. Names
     * from a board's table (auxdata) may look like that by chance ({@code fec.0}), but do not end in the node's name.
     */
    private Pattern nameWithAddress() {
        String node = predicted.node().substring(predicted.node().lastIndexOf('/') + 1);
        int at = node.indexOf('@');
        String base = Pattern.quote(at < 0 ? node : node.substring(0, at));
        return Pattern.compile("([0-9a-f]{1,16})\\.(?:[0-9a-f]+\\.)?" + base);
    }

    private DeviceMapping compareIrqs() {
        List<IrqMapping> tree = predicted.irqs();
        int count = view.irqs().size();
        // The prefix rule is that of platform_get_irq. A device that does not follow the proposal has fewer IRQs than
        // it
        // too, and they are others: its first one is the node's own.
        boolean prefix = count < tree.size() && predicted.policy() == MappingPolicy.KERNEL;
        if (count != tree.size() && !prefix) {
            errors.add(MappingIssue.ofDevice(
                    Kind.IRQ_COUNT_MISMATCH,
                    "the device has " + count + " IRQs, the tree " + tree.size() + " for " + predicted.node()
                            + " under policy " + predicted.policy()));
        }
        for (int i = 0; i < Math.min(count, tree.size()); i++) {
            compareTrigger(tree.get(i), view.irqs().get(i).level());
        }
        return prefix ? cut(count) : predicted;
    }

    private void compareTrigger(IrqMapping tree, boolean level) {
        if (tree.trigger() != InterruptTrigger.UNKNOWN && tree.trigger().isLevel() != level) {
            warnings.add(MappingIssue.at(
                    Kind.IRQ_TRIGGER_MISMATCH,
                    tree.index(),
                    "IRQ " + tree.index() + " of the device is " + (level ? "level" : "edge") + "-triggered, "
                            + entry(tree) + " says " + tree.trigger()));
        }
    }

    private DeviceMapping cut(int count) {
        List<IrqMapping> tree = predicted.irqs();
        IrqMapping missing = tree.get(count);
        warnings.add(MappingIssue.at(
                Kind.IRQ_LIST_TRUNCATED,
                count,
                "the device has " + count + " IRQs, the tree " + tree.size() + ": the list ends before "
                        + entry(missing) + "; has its controller " + missing.controller() + " a driver?"));
        List<Unexposed> unexposed = new ArrayList<>(predicted.unexposed());
        for (IrqMapping irq : tree.subList(count, tree.size())) {
            unexposed.add(Unexposed.irq(
                    irq.node(), irq.property(), irq.sourceIndex(), "the device's list of IRQs ends before it"));
        }
        return new DeviceMapping(
                predicted.policy(), predicted.node(), predicted.regions(), tree.subList(0, count), unexposed);
    }

    private static String entry(RegionMapping region) {
        return region.source().property() + "[" + region.sourceIndex() + "] of " + region.node();
    }

    private static String entry(IrqMapping irq) {
        return irq.property() + "[" + irq.sourceIndex() + "] of " + irq.node();
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
