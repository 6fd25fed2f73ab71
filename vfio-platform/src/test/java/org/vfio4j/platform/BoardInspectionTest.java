// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.MappingIssue.Kind;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Inspection through the VFIO ABI and sysfs of a simulated kernel. */
class BoardInspectionTest {
    private static final String SATA = "/soc@ffe000000/sata@220000";
    private static final String CRYPTO = "/soc@ffe000000/crypto@300000";
    private static final String DMA = "/soc@ffe000000/dma@101300";

    private static final InspectionRequest UNOPENED = new InspectionRequest(MappingPolicy.KERNEL, false, false);

    private SimulatedBoard board;

    private Inspection inspect(SimulatedBoardBuilder builder, String device, MappingPolicy policy) throws IOException {
        return inspect(builder, device, InspectionRequest.of(policy));
    }

    private Inspection inspect(SimulatedBoardBuilder builder, String device, InspectionRequest request)
            throws IOException {
        board = builder.build();
        return new Inspector(board::syscalls, board.files())
                .inspect(new PlatformBus(board.files()).find(device), request);
    }

    private static SimulatedBoardBuilder mainline() {
        return SimulatedBoard.builder("proposal");
    }

    private static SimulatedBoardBuilder proposal() {
        return mainline().vfioDevtree(true);
    }

    private static String text(InspectedRegion region) {
        return region.mapping()
                .map(m -> m.source() + "[" + m.sourceIndex() + "] of " + m.node() + " "
                        + Long.toHexString(m.physicalAddress()) + "+" + Long.toHexString(region.size()) + " "
                        + region.access().kind())
                .orElse("?");
    }

    private static String text(InspectedIrq irq) {
        return irq.mapping().map(m -> m.node() + " " + m.specifier()).orElse("?");
    }

    @AfterEach
    void nothing_stays_open() {
        assertThat(board.openDescriptors()).isEmpty();
        assertThat(board.mappings()).isEmpty();
    }

    @Test
    void the_kernel_of_the_proposal_says_what_its_examples_say() throws IOException {
        Inspection sata = inspect(proposal(), SATA, MappingPolicy.PROPOSAL);
        assertThat(sata.source()).isEqualTo(MappingSource.DEVTREE_INFO);
        assertThat(sata.mode()).isEqualTo(InspectionMode.OPENED);
        assertThat(sata.errors()).isEmpty();
        assertThat(sata.regions())
                .extracting(BoardInspectionTest::text)
                .containsExactly("REG[0] of " + SATA + " ffe220000+1000 MAPPED");
        assertThat(sata.irqs()).extracting(BoardInspectionTest::text).containsExactly(SATA + " [68, 2, 0, 0]");

        Inspection crypto = inspect(proposal(), CRYPTO, MappingPolicy.PROPOSAL);
        assertThat(crypto.source()).isEqualTo(MappingSource.DEVTREE_INFO);
        assertThat(crypto.regions())
                .extracting(BoardInspectionTest::text)
                .containsExactly("REG[0] of " + CRYPTO + " ffe300000+10000 MAPPED");
        assertThat(crypto.irqs())
                .extracting(BoardInspectionTest::text)
                .containsExactly(
                        CRYPTO + "/jr@1000 [88, 2, 0, 0]",
                        CRYPTO + "/jr@2000 [89, 2, 0, 0]",
                        CRYPTO + " [92, 2, 0, 0]");

        Inspection dma = inspect(proposal(), DMA, MappingPolicy.PROPOSAL);
        assertThat(dma.source()).isEqualTo(MappingSource.DEVTREE_INFO);
        assertThat(dma.order()).isEqualTo(LiveTree.OrderSource.FDT);
        assertThat(dma.regions())
                .extracting(BoardInspectionTest::text)
                .containsExactly(
                        "RANGES[0] of " + DMA + " ffe101100+200 TRAPPED", "REG[0] of " + DMA + " ffe101300+4 TRAPPED");
        assertThat(dma.regions().get(0).access().reason())
                .isEqualTo("begins 0x100 into a page and size is no multiple of the page size of 4096");
        assertThat(dma.irqs())
                .extracting(BoardInspectionTest::text)
                .containsExactly(DMA + "/dma-channel@180 [35, 2, 0, 0]", DMA + "/dma-channel@100 [34, 2, 0, 0]");
    }

    @Test
    void a_mainline_kernel_is_mapped_from_the_live_tree() throws IOException {
        Inspection sata = inspect(mainline(), "ffe220000.sata", MappingPolicy.KERNEL);

        assertThat(sata.source()).isEqualTo(MappingSource.LIVE_TREE);
        assertThat(sata.notes()).isEmpty();
        assertThat(sata.regions())
                .extracting(BoardInspectionTest::text)
                .containsExactly("REG[0] of " + SATA + " ffe220000+1000 MAPPED");
        assertThat(sata.regions().get(0).offset()).isPresent();
        assertThat(sata.irqs().get(0).flags()).containsExactly(IrqFlag.EVENTFD, IrqFlag.MASKABLE, IrqFlag.AUTOMASKED);
    }

    // Region and count of IRQs would both be plausible; the wrong node must not come out of it.
    @Test
    void a_mainline_kernel_does_not_fit_the_proposal_and_gets_no_mapping() throws IOException {
        Inspection crypto = inspect(mainline(), CRYPTO, MappingPolicy.PROPOSAL);

        assertThat(crypto.isMapped()).isFalse();
        assertThat(crypto.errors()).extracting(MappingIssue::kind).containsExactly(Kind.IRQ_COUNT_MISMATCH);
        assertThat(crypto.regions())
                .hasSize(1)
                .allMatch(region -> region.mapping().isEmpty());
        assertThat(crypto.irqs()).hasSize(1).allMatch(irq -> irq.mapping().isEmpty());
        assertThat(crypto.notes())
                .containsExactly(
                        "the kernel has no VFIO_DEVICE_GET_DEVTREE_INFO: the nodes are those of the live tree");

        assertThat(inspect(mainline(), DMA, MappingPolicy.PROPOSAL).errors())
                .extracting(MappingIssue::kind)
                .contains(Kind.REGION_COUNT_MISMATCH, Kind.IRQ_COUNT_MISMATCH);
    }

    @Test
    void the_kernel_of_the_proposal_does_not_fit_mainline() throws IOException {
        assertThat(inspect(proposal(), DMA, MappingPolicy.KERNEL).errors())
                .extracting(MappingIssue::kind)
                .contains(Kind.REGION_COUNT_MISMATCH, Kind.IRQ_COUNT_MISMATCH);
    }

    @Test
    void pages_of_64_kib_make_small_regions_trapped() throws IOException {
        Inspection sata = inspect(mainline().pageSize(65536), SATA, MappingPolicy.KERNEL);

        assertThat(sata.isMapped()).isTrue();
        assertThat(sata.pageSize()).isEqualTo(65536);
        assertThat(sata.regions().get(0).access())
                .isEqualTo(
                        new RegionAccess(RegionAccess.Kind.TRAPPED, "size is no multiple of the page size of 65536"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void every_device_that_is_bound_can_be_inspected(boolean vfioDevtree) throws IOException {
        board = mainline().vfioDevtree(vfioDevtree).build();
        Inspector inspector = new Inspector(board::syscalls, board.files());
        int opened = 0;
        for (SysfsDevice device : new PlatformBus(board.files()).list()) {
            if (device.driver().filter(name -> name.startsWith("vfio-")).isPresent()
                    && device.eligibility()
                            .reason()
                            .equals("bound to " + device.driver().get())) {
                Inspection inspection = inspector.inspect(device, InspectionRequest.of(device.policy()));
                assertThat(inspection.errors()).as(device.name()).isEmpty();
                assertThat(inspection.warnings()).as(device.name()).isEmpty();
                opened++;
            }
        }
        assertThat(opened).isGreaterThan(6);
    }

    @Test
    void a_device_of_a_kernel_driver_is_predicted_and_says_so() throws IOException {
        Inspection gpio = inspect(mainline(), "/soc@ffe000000/gpio@131000", MappingPolicy.KERNEL);

        assertThat(gpio.mode()).isEqualTo(InspectionMode.LIVE);
        assertThat(gpio.source()).isEqualTo(MappingSource.LIVE_TREE);
        assertThat(gpio.device()).isPresent();
        assertThat(gpio.regions())
                .extracting(BoardInspectionTest::text)
                .containsExactly("REG[0] of /soc@ffe000000/gpio@131000 ffe131000+1000 MAPPED");
        assertThat(gpio.notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("not opened", "gpio-mpc8xxx", "prediction"));
    }

    // It is bound, but its group has gpio@131000 too.
    @Test
    void a_device_whose_group_is_not_viable_is_refused_by_the_kernel_and_its_eligibility_says_why() throws IOException {
        assertThatThrownBy(() -> inspect(mainline(), "/soc@ffe000000/gpio@130000", MappingPolicy.KERNEL))
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.step()).isEqualTo(Step.SET_CONTAINER));
        SysfsDevice gpio = new PlatformBus(board.files()).find("/soc@ffe000000/gpio@130000");
        assertThat(gpio.eligibility().reason())
                .contains("bound to vfio-platform, but it cannot be opened", "ffe131000.gpio");
    }

    @Test
    void a_device_is_not_opened_if_not_asked_for() throws IOException {
        Inspection sata = inspect(mainline(), SATA, new InspectionRequest(MappingPolicy.PROPOSAL, false, true));

        assertThat(sata.mode()).isEqualTo(InspectionMode.LIVE);
        assertThat(sata.notes()).containsExactly("not opened, as asked: a prediction from the live tree");
    }

    // Only root may read /sys/firmware/fdt, which has the order of the nodes.
    @Test
    void an_ordinary_user_gets_a_prediction_in_an_order_of_our_own() throws IOException {
        InspectionRequest unopened = new InspectionRequest(MappingPolicy.PROPOSAL, false, false);

        Inspection dma = inspect(mainline().credentials(Credentials.user(1000, 1000)), DMA, unopened);

        assertThat(dma.order()).isEqualTo(LiveTree.OrderSource.SORTED);
        assertThat(dma.notes()).anySatisfy(note -> assertThat(note).contains("in order of unit address"));
        assertThat(dma.irqs())
                .extracting(BoardInspectionTest::text)
                .containsExactly(DMA + "/dma-channel@100 [34, 2, 0, 0]", DMA + "/dma-channel@180 [35, 2, 0, 0]");
    }

    // /sys/firmware/fdt may be missing (no boot blob, or a wrong CRC); the kernel that answers has the order.
    @Test
    void without_the_blob_the_answers_of_the_kernel_give_the_order() throws IOException {
        board = proposal().build();
        HostFiles withoutBlob = mock(HostFiles.class, delegatesTo(board.files()));
        Path blob = Path.of("/sys/firmware/fdt");
        doThrow(new NoSuchFileException(blob.toString())).when(withoutBlob).read(blob);

        Inspection dma = new Inspector(board::syscalls, withoutBlob)
                .inspect(new PlatformBus(withoutBlob).find(DMA), InspectionRequest.of(MappingPolicy.PROPOSAL));

        assertThat(dma.errors()).isEmpty();
        assertThat(dma.notes()).isEmpty();
        assertThat(dma.order()).isEqualTo(LiveTree.OrderSource.SORTED);
        assertThat(dma.source()).isEqualTo(MappingSource.DEVTREE_INFO);
        assertThat(dma.irqs())
                .extracting(BoardInspectionTest::text)
                .containsExactly(DMA + "/dma-channel@180 [35, 2, 0, 0]", DMA + "/dma-channel@100 [34, 2, 0, 0]");
    }

    @Test
    void what_the_kernel_refuses_is_an_error_with_step_and_errno() {
        assertThatThrownBy(
                        () -> inspect(mainline().credentials(Credentials.user(1000, 1000)), SATA, MappingPolicy.KERNEL))
                .isInstanceOfSatisfying(VfioException.class, refused -> {
                    assertThat(refused.step()).isEqualTo(Step.OPEN_GROUP);
                    assertThat(refused.errno()).isEqualTo(Errno.EACCES);
                });
    }

    @Test
    void a_device_that_is_not_opened_needs_no_system_call() throws IOException {
        board = mainline().pageSize(65536).build();
        Inspector inspector = new Inspector(
                () -> {
                    throw new AssertionError("the native library would be loaded here");
                },
                board.files());

        Inspection sata = inspector.inspect(new PlatformBus(board.files()).find(SATA), UNOPENED);

        assertThat(sata.pageSize()).isEqualTo(65536);
        assertThat(sata.regions()).hasSize(1);
    }

    @Test
    void a_tree_that_changes_meanwhile_is_an_error() throws IOException {
        board = mainline().build();
        AtomicBoolean opened = new AtomicBoolean();
        HostFiles changing = mock(HostFiles.class, delegatesTo(board.files()));
        doReturn(new byte[] {0, 0x22, 0, 0, 0, 0, 0x20, 0})
                .when(changing)
                .read(argThat(file -> opened.get() && file != null && file.endsWith("sata@220000/reg")));
        Inspector inspector = new Inspector(
                () -> {
                    opened.set(true);
                    return board.syscalls();
                },
                changing);

        Inspection sata =
                inspector.inspect(new PlatformBus(changing).find(SATA), InspectionRequest.of(MappingPolicy.KERNEL));

        assertThat(sata.errors()).extracting(MappingIssue::kind).containsExactly(Kind.TREE_CHANGED);
        assertThat(sata.regions()).allMatch(region -> region.mapping().isEmpty());
    }

    @Test
    void a_device_without_a_node_or_with_one_that_the_tree_lacks_cannot_be_inspected() throws IOException {
        board = mainline().build();
        SysfsDevice sata = new PlatformBus(board.files()).find(SATA);
        Inspector inspector = new Inspector(board::syscalls, board.files());

        assertThatThrownBy(() -> inspector.inspect(withNode(sata, Optional.empty()), UNOPENED))
                .isInstanceOfSatisfying(
                        DeviceLookupException.class,
                        none -> assertThat(none.kind()).isEqualTo(DeviceLookupException.Kind.NOT_DEVICETREE_BACKED));
        assertThatThrownBy(() -> inspector.inspect(withNode(sata, Optional.of("/gone")), UNOPENED))
                .isInstanceOf(DeviceLookupException.class)
                .hasMessage("the live tree has no node /gone, which sysfs names as that of ffe220000.sata");
    }

    @Test
    void a_device_without_a_node_is_told_so_on_a_machine_without_a_tree() throws IOException {
        board = mainline().build();
        SysfsDevice device = withNode(new PlatformBus(board.files()).find(SATA), Optional.empty());
        HostFiles treeless = mock(HostFiles.class, invocation -> {
            throw new NoSuchFileException("/sys/firmware/devicetree/base");
        });

        assertThatThrownBy(() -> new Inspector(board::syscalls, treeless).inspect(device, UNOPENED))
                .isInstanceOf(DeviceLookupException.class)
                .hasMessageStartingWith("ffe220000.sata has no device-tree node");
    }

    private static SysfsDevice withNode(SysfsDevice device, Optional<String> node) {
        return new SysfsDevice(
                device.name(),
                device.bus(),
                device.path(),
                node,
                device.driver(),
                device.iommuGroup(),
                device.eligibility());
    }

    @Test
    void a_device_that_is_not_bound_cannot_be_opened() throws IOException {
        board = mainline().build();
        SysfsDevice gpio = new PlatformBus(board.files()).find("/soc@ffe000000/gpio@131000");

        assertThatThrownBy(() -> PlatformDevice.open(board.syscalls(), board.files(), gpio))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gpio-mpc8xxx");
    }

    @Test
    void closing_a_device_again_does_nothing() throws IOException {
        board = mainline().build();
        LinuxSyscalls linux = board.syscalls();
        PlatformDevice device = PlatformDevice.open(linux, board.files(), SATA);
        assertThat(board.openDescriptors()).hasSize(3);

        device.close();
        device.close();

        assertThat(board.openDescriptors()).isEmpty();
    }
}
