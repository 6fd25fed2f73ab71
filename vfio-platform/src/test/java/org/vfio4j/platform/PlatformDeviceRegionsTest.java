// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.mapper.RegionSource;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Board;
import org.vfio4j.platform.register.PageNeighbour;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegisterHandler;
import org.vfio4j.platform.sim.SimulatedBoard;

/** How a driver finds the regions of its device, and who closes them. */
class PlatformDeviceRegionsTest {
    private final SimulatedBoard board = Board.builder().build();

    private PlatformDevice open(String device) throws IOException {
        return PlatformDevice.open(board.syscalls(), board.files(), device);
    }

    @Test
    void a_region_is_found_by_index_name_or_property() throws IOException {
        try (PlatformDevice timer = open(Board.TIMER)) {
            Region counters = timer.region(1);
            assertThat(counters.size()).isEqualTo(0x2000);
            assertThat(timer.region("counters")).isSameAs(counters);
            assertThat(timer.region("/timer@100000", RegionSource.REG, 1)).isSameAs(counters);
            assertThat(timer.region("small").access().kind()).isEqualTo(RegionAccess.Kind.TRAPPED);
        }
    }

    @Test
    void what_is_not_there_is_answered_with_what_is() throws IOException {
        try (PlatformDevice timer = open(Board.TIMER)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> timer.region("counter"))
                    .withMessage(
                            "expected a region of the name counter; 100000.timer has region 0 \"control\" from reg[0]"
                                    + " of /timer@100000, region 1 \"counters\" from reg[1] of /timer@100000, region 2 \"small\""
                                    + " from reg[2] of /timer@100000");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> timer.region("/timer@100000", RegionSource.RANGES, 0))
                    .withMessageStartingWith("expected ranges[0] of /timer@100000; 100000.timer has region 0");
            assertThatThrownBy(() -> timer.region(3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> timer.region(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void a_region_of_ranges_is_found_where_the_kernel_has_one() throws IOException {
        SimulatedBoard exposing = Board.builder().vfioDevtree(true).build();
        try (PlatformDevice dma = PlatformDevice.open(exposing.syscalls(), exposing.files(), Board.MIDDLE)) {
            assertThat(dma.region("/dma@200100", RegionSource.RANGES, 0).size()).isEqualTo(0x100);
            assertThat(dma.region("/dma@200100", RegionSource.REG, 0).size()).isEqualTo(0x200);
        }
    }

    @Test
    void the_node_is_that_of_the_device_in_the_tree_of_the_machine() throws IOException {
        try (PlatformDevice timer = open(Board.TIMER)) {
            assertThat(timer.node().path()).isEqualTo("/timer@100000");
            assertThat(timer.node().strings("reg-names")).contains("counters");
            assertThat(timer.node().tree().find("/dma@200100")).isPresent();
        }
    }

    // It is the device's: who asks twice gets one object, one mapping.
    @Test
    void a_region_is_opened_once_and_again_after_it_was_closed() throws IOException {
        try (PlatformDevice timer = open(Board.TIMER)) {
            Region first = timer.region(0);
            assertThat(timer.region(0)).isSameAs(first);
            assertThat(timer.region(0, Access.TRAPPED)).isNotSameAs(first);
            assertThat(board.mappings()).hasSize(1);
            first.close();
            assertThat(timer.region(0)).isNotSameAs(first);
            timer.region(0).write32(0, 1);
            assertThat(timer.region(0, Access.TRAPPED).read32(0)).isOne();
        }
    }

    @Test
    void closing_the_device_closes_its_regions() throws IOException {
        PlatformDevice timer = open(Board.TIMER);
        Region mapped = timer.region(0);
        Region trapped = timer.region(0, Access.TRAPPED);
        Region overlay = mapped.overlay(0, 4, new Nothing());
        timer.close();

        assertThat(mapped.isClosed()).isTrue();
        assertThat(trapped.isClosed()).isTrue();
        assertThat(overlay.isClosed()).isTrue();
        assertThatThrownBy(() -> mapped.read32(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> overlay.read32(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> timer.region(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("100000.timer is closed");
        assertThat(board.openDescriptors()).isEmpty();
        assertThat(board.mappings()).allMatch(mapping -> mapping.file().isEmpty());
        timer.close();
    }

    private static final class Nothing implements RegisterHandler {
        @Override
        public long read(long offset, int width) {
            return 0;
        }

        @Override
        public void write(long offset, int width, long value) {
            // Nothing.
        }
    }

    // dma@200100 and its channels are one device, whose parts are no neighbours; the two others are.
    @Test
    void a_trapped_region_names_the_devices_in_its_page() throws IOException {
        try (PlatformDevice dma = open(Board.MIDDLE)) {
            assertThat(dma.region(0).access().neighbours())
                    .containsExactly(
                            new PageNeighbour(Board.LEFT, "/uart@200000", 0x200000, 0x100),
                            new PageNeighbour(Board.RIGHT, "/gpio@200ffc", 0x200ffc, 4));
        }
        try (PlatformDevice timer = open(Board.TIMER)) {
            assertThat(timer.region("small").access().neighbours()).isEmpty();
            assertThat(timer.region("control").access().neighbours()).isEmpty();
        }
    }

    // On a kernel with pages of 64 KiB the whole board is in fewer pages.
    @Test
    void neighbours_depend_on_the_page_size() throws IOException {
        SimulatedBoard large = Board.builder().pageSize(65536).build();
        try (PlatformDevice big = PlatformDevice.open(large.syscalls(), large.files(), Board.BIG)) {
            assertThat(big.region(0).access().neighbours())
                    .extracting(PageNeighbour::device)
                    .containsExactly(Board.BIG_TRAPPED);
        }
    }

    // of_device_is_big_endian of drivers/of/base.c.
    @ParameterizedTest
    @CsvSource({"big-endian;, true", "native-endian;, false", "little-endian;, false", "'', false"})
    void the_byte_order_is_what_the_node_says(String property, boolean big) throws IOException {
        SimulatedBoard one = SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <1>;
                            #size-cells = <1>;
                            big-endian;
                            device@1000 { compatible = "test,device"; reg = <0x1000 0x1000>; %s };
                        };
                        """.formatted(property)))
                .readyToUse()
                .build();
        ByteOrder expected = property.startsWith("native") ? ByteOrder.nativeOrder() : order(big);
        try (PlatformDevice device = PlatformDevice.open(one.syscalls(), one.files(), "1000.device")) {
            assertThat(device.region(0).byteOrder()).isEqualTo(expected);
            assertThat(device.inspection().byteOrder()).isEqualTo(expected);
        }
    }

    private static ByteOrder order(boolean big) {
        return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    // The kernel exposes the window of ranges, and the tree is read as mainline would have it.
    @Test
    void where_device_and_tree_disagree_a_region_has_an_index_and_no_name() throws IOException {
        SimulatedBoard exposing = Board.builder().vfioDevtree(true).build();
        SysfsDevice entry = new PlatformBus(exposing.files()).find(Board.MIDDLE);
        SysfsDevice mainline = with(entry, entry.node(), Optional.of("vfio-platform"));
        try (PlatformDevice dma = PlatformDevice.open(exposing.syscalls(), exposing.files(), mainline)) {
            assertThat(dma.inspection().isMapped()).isFalse();
            assertThatThrownBy(() -> dma.region("channels"))
                    .isInstanceOfSatisfying(
                            MappingMismatchException.class,
                            e -> assertThat(e.errors()).isNotEmpty())
                    .hasMessageStartingWith("200100.dma: device and device tree disagree: ");
            assertThat(dma.region(0).size()).isEqualTo(0x100);
        }
    }

    @Test
    void a_device_without_a_node_has_regions_by_index() throws IOException {
        SysfsDevice entry = new PlatformBus(board.files()).find(Board.TIMER);
        SysfsDevice acpi = with(entry, Optional.empty(), entry.driver());
        try (PlatformDevice timer = PlatformDevice.open(board.syscalls(), board.files(), acpi)) {
            assertThat(timer.region(0).byteOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(timer.region(2).access().reason()).isEqualTo("size is no multiple of the page size of 4096");
            assertThatThrownBy(() -> timer.region("control")).isInstanceOf(DeviceLookupException.class);
        }
    }

    private static SysfsDevice with(SysfsDevice entry, Optional<String> node, Optional<String> driver) {
        return new SysfsDevice(
                entry.name(), entry.bus(), entry.path(), node, driver, entry.iommuGroup(), entry.eligibility());
    }

    @Test
    void a_device_that_does_not_exist_is_not_opened() {
        assertThatThrownBy(() -> open("100000.time"))
                .isInstanceOf(DeviceLookupException.class)
                .hasMessageContaining(Board.TIMER);
        assertThat(board.openDescriptors()).isEmpty();
    }
}
