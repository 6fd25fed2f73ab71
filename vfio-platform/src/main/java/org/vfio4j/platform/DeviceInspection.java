// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DeviceView;
import org.vfio4j.devtree.mapper.DevtreeInfo;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.MappingIssue.Kind;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.mapper.MappingResult;
import org.vfio4j.devtree.mapper.MappingResult.Mapped;
import org.vfio4j.devtree.mapper.MappingResult.Mismatch;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;

/** One inspection of a device of the machine: predict from the live tree, open, compare, read the tree again. */
record DeviceInspection(
        Supplier<LinuxSyscalls> syscalls, HostFiles files, SysfsDevice device, InspectionRequest request) {

    Inspection run() throws IOException {
        String path = path();
        LiveTree live = MachineTree.read(files);
        Node node = node(live, path);
        if (!request.open() || device.eligibility().state() != VfioEligibility.State.BOUND) {
            return prediction(live, node);
        }
        try (PlatformDevice opened = PlatformDevice.open(syscalls.get(), files, device)) {
            return compare(live, node, opened);
        }
    }

    /** The same of a device that is open, and stays so. */
    Inspection run(PlatformDevice opened) throws IOException {
        String path = path();
        LiveTree live = MachineTree.read(files);
        return compare(live, node(live, path), opened);
    }

    /** The device's node in the live tree. */
    Node node() throws IOException {
        String path = path();
        return node(MachineTree.read(files), path);
    }

    /** Asked first, as a machine that has devices without a node may have no tree at all. */
    private String path() throws DeviceLookupException {
        return device.node()
                .orElseThrow(() -> new DeviceLookupException(
                        DeviceLookupException.Kind.NOT_DEVICETREE_BACKED,
                        device.name() + " has no device-tree node: it comes from ACPI or from code of the kernel",
                        List.of()));
    }

    private Node node(LiveTree live, String path) throws DeviceLookupException {
        return live.tree()
                .find(path)
                .orElseThrow(() -> new DeviceLookupException(
                        DeviceLookupException.Kind.NOT_FOUND,
                        "the live tree has no node " + path + ", which sysfs names as that of " + device.name(),
                        List.of()));
    }

    private Inspection prediction(LiveTree live, Node node) throws IOException {
        String note = request.open()
                ? "not opened, as VFIO does not have it ("
                        + device.eligibility().reason() + ")"
                : "not opened, as asked";
        return Inspection.predicted(
                device.name(),
                device.bus(),
                Optional.of(device),
                InspectionMode.LIVE,
                MappingSource.LIVE_TREE,
                live.orderSource(),
                PageSize.of(files),
                node,
                DevtreeMapper.predict(node, request.policy()),
                notes(live, false, note + ": a prediction from the live tree"));
    }

    private Inspection compare(LiveTree live, Node node, PlatformDevice opened) throws IOException {
        DeviceMapping predicted = DevtreeMapper.predict(node, request.policy());
        Optional<List<DevtreeInfo>> answers = request.askKernel() ? opened.devtreeInfo() : Optional.empty();
        MappingResult result = verify(live, predicted, opened.view(), answers);
        List<MappingIssue> errors =
                new ArrayList<>(result instanceof Mismatch mismatch ? mismatch.errors() : List.of());
        // An overlay may have been applied meanwhile: what was compared must still be what the kernel has.
        Node now = node(MachineTree.read(files), node.path());
        if (!DevtreeMapper.predict(now, request.policy()).equals(predicted)) {
            errors.add(new MappingIssue(
                    Kind.TREE_CHANGED,
                    OptionalInt.empty(),
                    "the tree says something else of " + predicted.node()
                            + " than before the device was asked: try again"));
        }
        Optional<Mapped> mapped =
                result instanceof Mapped agreed && errors.isEmpty() ? Optional.of(agreed) : Optional.empty();
        return new Inspection(
                device.name(),
                device.bus(),
                predicted.node(),
                Optional.of(device),
                InspectionMode.OPENED,
                request.policy(),
                answers.isPresent() ? MappingSource.DEVTREE_INFO : MappingSource.LIVE_TREE,
                live.orderSource(),
                opened.pageSize(),
                RegisterByteOrder.of(node),
                regions(opened, mapped, new PageNeighbours(node, opened.pageSize())),
                irqs(opened, mapped),
                mapped.map(Mapped::mapping).orElse(predicted).unexposed(),
                mapped.map(Mapped::warnings).orElse(List.of()),
                errors,
                notes(
                        live,
                        answers.isPresent(),
                        request.askKernel() && answers.isEmpty()
                                ? "the kernel has no VFIO_DEVICE_GET_DEVTREE_INFO: the nodes are those of the live tree"
                                : ""));
    }

    private static MappingResult verify(
            LiveTree live, DeviceMapping predicted, DeviceView view, Optional<List<DevtreeInfo>> answers) {
        if (answers.isEmpty()) {
            return DevtreeMapper.verify(predicted, view);
        }
        DeviceMapping mapping =
                live.orderSource() == LiveTree.OrderSource.FDT ? predicted : predicted.inOrderOf(answers.get());
        return DevtreeMapper.verify(mapping, view, answers.get());
    }

    /** The order of the tree decides which interrupt of which child comes first, so it is told where it is a guess. */
    private List<String> notes(LiveTree live, boolean kernelAnswered, String note) {
        List<String> notes = new ArrayList<>();
        if (!note.isEmpty()) {
            notes.add(note);
        }
        boolean orderKnown = kernelAnswered || live.orderSource() == LiveTree.OrderSource.FDT;
        if (request.policy() == MappingPolicy.PROPOSAL && !orderKnown) {
            notes.add("interrupts below the node are in order of unit address, as the order of the tree is not known: "
                    + live.orderReason());
        }
        return notes;
    }

    private static List<InspectedRegion> regions(
            PlatformDevice opened, Optional<Mapped> mapped, PageNeighbours neighbours) {
        return opened.regions().stream()
                .map(info -> InspectedRegion.of(
                        info, mapped.map(m -> m.mapping().regions().get(info.index())), neighbours))
                .toList();
    }

    private static List<InspectedIrq> irqs(PlatformDevice opened, Optional<Mapped> mapped) {
        return opened.irqs().stream()
                .map(info ->
                        InspectedIrq.of(info, mapped.map(m -> m.mapping().irqs().get(info.index()))))
                .toList();
    }
}
