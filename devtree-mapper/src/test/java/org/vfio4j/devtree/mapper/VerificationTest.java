// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.interrupt.InterruptTrigger;
import org.vfio4j.devtree.mapper.DeviceView.IrqView;
import org.vfio4j.devtree.mapper.DeviceView.RegionView;
import org.vfio4j.devtree.mapper.MappingIssue.Kind;
import org.vfio4j.devtree.mapper.MappingResult.Mapped;
import org.vfio4j.devtree.mapper.MappingResult.Mismatch;

class VerificationTest {
    private static final String NODE = "/soc/dev@10000";
    private static final DeviceMapping TREE = mapping(
            MappingPolicy.KERNEL,
            List.of(region(0, 0x10000, 0x1000), region(1, 0x20000, 0x1000), region(2, 0x30100, 0x100)),
            List.of(
                    irq(0, InterruptTrigger.LEVEL_HIGH),
                    irq(1, InterruptTrigger.EDGE_RISING),
                    irq(2, InterruptTrigger.UNKNOWN)));
    private static final List<RegionView> REGIONS =
            List.of(new RegionView(0x1000, true), new RegionView(0x1000, true), new RegionView(0x100, false));
    private static final List<IrqView> IRQS = List.of(new IrqView(true), new IrqView(false), new IrqView(true));

    private static DeviceMapping mapping(MappingPolicy policy, List<RegionMapping> regions, List<IrqMapping> irqs) {
        return new DeviceMapping(policy, NODE, regions, irqs, List.of());
    }

    private static RegionMapping region(int index, long address, long size) {
        return new RegionMapping(
                index, NODE, RegionSource.REG, index, Optional.empty(), address, address, size, AddressSpace.MEMORY);
    }

    private static IrqMapping irq(int index, InterruptTrigger trigger) {
        return new IrqMapping(
                index,
                NODE,
                "interrupts",
                index,
                Optional.empty(),
                "/gic",
                List.of(index),
                "/gic",
                List.of(index),
                trigger);
    }

    private static DeviceView view(List<RegionView> regions, List<IrqView> irqs) {
        return new DeviceView(Optional.of("10000.dev"), 4096, regions, irqs);
    }

    private static Mapped mapped(MappingResult result) {
        assertThat(result).isInstanceOf(Mapped.class);
        return (Mapped) result;
    }

    private static List<MappingIssue> errors(MappingResult result) {
        assertThat(result).isInstanceOf(Mismatch.class);
        return ((Mismatch) result).errors();
    }

    @Test
    void a_device_that_says_the_same_has_the_mapping_without_warnings() {
        assertThat(DevtreeMapper.verify(TREE, view(REGIONS, IRQS))).isEqualTo(new Mapped(TREE, List.of()));
    }

    @Test
    void another_number_of_regions_is_an_error_that_names_both() {
        List<MappingIssue> errors = errors(DevtreeMapper.verify(TREE, view(REGIONS.subList(0, 2), IRQS)));

        assertThat(errors).extracting(MappingIssue::kind).containsExactly(Kind.REGION_COUNT_MISMATCH);
        assertThat(errors.get(0).detail()).contains("the device has 2 regions, the tree 3", NODE, "KERNEL");
    }

    // Two regions swapped: the sizes would fit in another order, and are still an error.
    @Test
    void regions_are_never_reordered_to_fit() {
        DeviceMapping tree = mapping(
                MappingPolicy.KERNEL, List.of(region(0, 0x10000, 0x1000), region(1, 0x20000, 0x2000)), List.of());
        List<MappingIssue> errors = errors(DevtreeMapper.verify(
                tree, view(List.of(new RegionView(0x2000, true), new RegionView(0x1000, true)), List.of())));

        assertThat(errors)
                .extracting(MappingIssue::kind)
                .containsExactly(Kind.REGION_SIZE_MISMATCH, Kind.REGION_SIZE_MISMATCH);
        assertThat(errors.get(0).index()).hasValue(0);
        assertThat(errors.get(0).detail())
                .contains("has 0x2000 bytes", "reg[0] of " + NODE + " 0x1000", "of the device's size: reg[1]");
    }

    @Test
    void every_disagreement_is_listed() {
        List<RegionView> regions =
                List.of(new RegionView(0x800, false), new RegionView(0x1000, false), new RegionView(0x100, true));

        assertThat(errors(DevtreeMapper.verify(
                        TREE, view(regions, List.of(IRQS.get(0), IRQS.get(0), IRQS.get(0), IRQS.get(0))))))
                .extracting(issue -> issue.kind() + " " + issue.index().orElse(-1))
                .containsExactly(
                        "REGION_SIZE_MISMATCH 0",
                        "REGION_FLAGS_MISMATCH 0",
                        "REGION_FLAGS_MISMATCH 1",
                        "REGION_FLAGS_MISMATCH 2",
                        "IRQ_COUNT_MISMATCH -1");
    }

    // drivers/vfio/platform/vfio_platform_common.c compares with the kernel's PAGE_MASK.
    @Test
    void the_mmap_flag_depends_on_the_page_size_of_the_kernel() {
        DeviceMapping tree = mapping(MappingPolicy.KERNEL, List.of(region(0, 0x10000, 0x1000)), List.of());
        DeviceView small = new DeviceView(Optional.empty(), 4096, List.of(new RegionView(0x1000, true)), List.of());
        DeviceView large = new DeviceView(Optional.empty(), 65536, List.of(new RegionView(0x1000, true)), List.of());

        assertThat(DevtreeMapper.verify(tree, small)).isInstanceOf(Mapped.class);
        assertThat(errors(DevtreeMapper.verify(tree, large)))
                .singleElement()
                .satisfies(issue -> assertThat(issue.detail()).contains("should lack it at a page size of 65536"))
                .extracting(MappingIssue::kind)
                .isEqualTo(Kind.REGION_FLAGS_MISMATCH);
    }

    @Test
    void the_address_in_the_device_name_is_that_of_the_first_reg_entry() {
        DeviceView other = new DeviceView(Optional.of("ffe10000.dev"), 4096, REGIONS, IRQS);

        assertThat(errors(DevtreeMapper.verify(TREE, other)))
                .singleElement()
                .satisfies(issue -> assertThat(issue.detail()).contains("ffe10000.dev", "0x10000"))
                .extracting(MappingIssue::kind)
                .isEqualTo(Kind.NAME_ADDRESS_MISMATCH);
    }

    @Test
    void the_address_in_the_name_of_a_node_with_a_mask_is_compared_too() {
        assertThat(DevtreeMapper.verify(TREE, new DeviceView(Optional.of("10000.3.dev"), 4096, REGIONS, IRQS)))
                .isInstanceOf(Mapped.class);
        assertThat(DevtreeMapper.verify(TREE, new DeviceView(Optional.of("18000.3.dev"), 4096, REGIONS, IRQS)))
                .isInstanceOf(Mismatch.class);
    }

    // A name with a colon holds the address of a node above; one from a board's table (auxdata) holds none.
    @Test
    void names_without_the_address_of_the_node_are_not_compared() {
        for (String name : List.of("ffe10000.soc:dev", "serial8250", "bus0:dev", "fsl-dma.0", "fec.0")) {
            DeviceView named = new DeviceView(Optional.of(name), 4096, REGIONS, IRQS);
            assertThat(DevtreeMapper.verify(TREE, named)).as(name).isInstanceOf(Mapped.class);
        }
    }

    // platform_get_irq fails for an interrupt whose controller has no driver, and vfio-platform counts up to there.
    @Test
    void fewer_irqs_keep_their_indices_and_the_rest_is_unexposed() {
        Mapped result = mapped(DevtreeMapper.verify(TREE, view(REGIONS, IRQS.subList(0, 1))));

        assertThat(result.mapping().irqs()).isEqualTo(TREE.irqs().subList(0, 1));
        assertThat(result.mapping().unexposed())
                .extracting(Unexposed::sourceIndex)
                .containsExactly(1, 2);
        assertThat(result.warnings())
                .singleElement()
                .satisfies(issue -> assertThat(issue.detail()).contains("interrupts[1] of " + NODE, "/gic"))
                .asInstanceOf(type(MappingIssue.class))
                .extracting(MappingIssue::kind)
                .isEqualTo(Kind.IRQ_LIST_TRUNCATED);
    }

    // On a mainline kernel a device's IRQ 0 is its own interrupt, and under the proposal its first child's.
    @Test
    void fewer_irqs_than_the_proposal_gives_are_an_error() {
        DeviceMapping tree = mapping(MappingPolicy.PROPOSAL, TREE.regions(), TREE.irqs());

        assertThat(errors(DevtreeMapper.verify(tree, view(REGIONS, IRQS.subList(0, 1)))))
                .extracting(MappingIssue::kind)
                .containsExactly(Kind.IRQ_COUNT_MISMATCH);
    }

    @Test
    void more_irqs_are_an_error() {
        List<IrqView> more = new ArrayList<>(IRQS);
        more.add(new IrqView(false));

        assertThat(errors(DevtreeMapper.verify(TREE, view(REGIONS, more))))
                .extracting(MappingIssue::kind)
                .containsExactly(Kind.IRQ_COUNT_MISMATCH);
    }

    @Test
    void another_trigger_is_a_warning_if_the_tree_says_one() {
        List<IrqView> irqs = List.of(new IrqView(false), new IrqView(true), new IrqView(false));

        Mapped result = mapped(DevtreeMapper.verify(TREE, view(REGIONS, irqs)));

        assertThat(result.mapping()).isEqualTo(TREE);
        assertThat(result.warnings())
                .extracting(issue -> issue.kind() + " " + issue.index().getAsInt())
                .containsExactly("IRQ_TRIGGER_MISMATCH 0", "IRQ_TRIGGER_MISMATCH 1");
    }

    @Test
    void answers_of_the_kernel_that_agree_are_accepted() {
        assertThat(DevtreeMapper.verify(TREE, view(REGIONS, IRQS), TREE.devtreeInfo()))
                .isEqualTo(new Mapped(TREE, List.of()));
    }

    // The proposal's examples give the path of an interrupt and no start.
    @Test
    void the_start_of_an_interrupt_may_be_zero() {
        List<DevtreeInfo> answers = TREE.devtreeInfo().stream()
                .map(info -> info.type() == InfoType.IRQ
                        ? new DevtreeInfo(info.type(), info.index(), false, 0, info.path())
                        : info)
                .toList();

        assertThat(DevtreeMapper.verify(TREE, view(REGIONS, IRQS), answers)).isInstanceOf(Mapped.class);
    }

    @Test
    void answers_of_the_kernel_that_differ_are_errors_that_name_both() {
        List<DevtreeInfo> answers = new ArrayList<>(TREE.devtreeInfo());
        answers.set(0, new DevtreeInfo(InfoType.REGION, 0, true, 0, NODE));
        answers.set(1, new DevtreeInfo(InfoType.REGION, 1, false, 2, NODE));
        answers.set(3, new DevtreeInfo(InfoType.IRQ, 0, false, 0, NODE + "/child"));
        answers.remove(5);
        answers.add(new DevtreeInfo(InfoType.IRQ, 9, false, 0, NODE));

        List<MappingIssue> errors = errors(DevtreeMapper.verify(TREE, view(REGIONS, IRQS), answers));

        assertThat(errors).extracting(MappingIssue::kind).containsOnly(Kind.DEVTREE_INFO_MISMATCH);
        assertThat(errors)
                .extracting(MappingIssue::detail)
                .containsExactly(
                        "region 0: the kernel says ranges[0] of " + NODE + ", the tree reg[0] of " + NODE,
                        "region 1: the kernel says reg[2] of " + NODE + ", the tree reg[1] of " + NODE,
                        "IRQ 0: the kernel says interrupt[0] of " + NODE + "/child, the tree interrupt[0] of " + NODE,
                        "IRQ 9: the kernel says interrupt[0] of " + NODE + ", the tree has no such index",
                        "IRQ 2: the kernel has no answer, the tree says interrupt[2] of " + NODE);
    }
}
