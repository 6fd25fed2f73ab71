// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.vfio4j.platform.guest.tree.DeviceResources.IrqResource;
import org.vfio4j.platform.guest.tree.DeviceResources.RegionResource;
import org.vfio4j.platform.guest.tree.GuestTreeException.Kind;

class PlacementTest {
    private static final GuestPlatformBus BUS = GuestPlatformBus.ofQemuVirt();

    private static DeviceResources device(String name, long... sizes) {
        return new DeviceResources(
                name,
                IntStream.range(0, sizes.length)
                        .mapToObj(i -> new RegionResource(i, sizes[i]))
                        .toList(),
                List.of());
    }

    private static List<Long> addresses(Placement placement) {
        return placement.devices().stream()
                .flatMap(device -> device.regions().stream())
                .map(PlacedRegion::guestAddress)
                .toList();
    }

    @Test
    void subPageRegionsAreAloneInTheirPages() throws GuestTreeException {
        Placement placement = BUS.place(List.of(device("a", 4, 0x80), device("b", 0x18)));

        assertThat(addresses(placement)).containsExactly(0xc000000L, 0xc001000L, 0xc002000L);
        assertThat(placement.devices().get(0).region(1)).isEqualTo(new PlacedRegion(1, 0xc001000, 0x80));
    }

    // hw/core/platform-bus.c of QEMU: the first free offset that is a multiple of the size, rounded up to a power of
    // two.
    @Test
    void regionsAreAlignedToTheirSizeAndFillGaps() throws GuestTreeException {
        Placement placement = BUS.place(List.of(device("a", 0x1000, 0x10000, 0x1000, 0x3000)));

        assertThat(addresses(placement)).containsExactly(0xc000000L, 0xc010000L, 0xc001000L, 0xc004000L);
    }

    @Test
    void pagesMayBeLarger() throws GuestTreeException {
        GuestPlatformBus large = new GuestPlatformBus(0xc000000, 0x200000, 0x10000, 32, 8);

        assertThat(addresses(large.place(device("a", 0x1000, 4, 0x18000))))
                .containsExactly(0xc000000L, 0xc010000L, 0xc020000L);
    }

    @Test
    void aRegionOfNoBytesHasAnAddress() throws GuestTreeException {
        assertThat(addresses(BUS.place(device("a", 0, 0x1000)))).containsExactly(0xc000000L, 0xc001000L);
    }

    @Test
    void aFullWindowSaysWhatWasNeeded() {
        GuestPlatformBus small = new GuestPlatformBus(0xc000000, 0x3000, 4096, 112, 64);

        assertThatThrownBy(() -> small.place(List.of(device("a", 0x1000), device("b", 0x1000, 0x1800))))
                .isInstanceOfSatisfying(
                        GuestTreeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WINDOW_FULL))
                .hasMessageContaining("region 1 of b needs 0x1800 bytes")
                .hasMessageContaining("0x3000 bytes is taken up to 0x2000");
        assertThatThrownBy(() -> small.place(device("a", -1))).isInstanceOf(GuestTreeException.class);
        assertThatThrownBy(() -> small.place(device("a", Long.MAX_VALUE))).isInstanceOf(GuestTreeException.class);
    }

    @Test
    void theLastPageIsUsed() throws GuestTreeException {
        GuestPlatformBus small = new GuestPlatformBus(0xc000000, 0x3000, 4096, 112, 64);

        assertThat(addresses(small.place(device("a", 1, 1, 1)))).endsWith(0xc002000L);
    }

    @Test
    void interruptsTakeTheNextSpi() throws GuestTreeException {
        DeviceResources first =
                new DeviceResources("a", List.of(), List.of(new IrqResource(0, true), new IrqResource(1, false)));
        DeviceResources second = new DeviceResources("b", List.of(), List.of(new IrqResource(0, true)));

        Placement placement = BUS.place(List.of(first, second));

        assertThat(placement.devices().get(0).irqs())
                .containsExactly(new PlacedIrq(0, 112, true), new PlacedIrq(1, 113, false));
        assertThat(placement.find("b").orElseThrow().irq(0)).isEqualTo(new PlacedIrq(0, 114, true));
        assertThat(placement.find("b").orElseThrow().irq(0).intId()).isEqualTo(146);
    }

    @Test
    void tooManyInterruptsSayWhatWasNeeded() {
        GuestPlatformBus few = new GuestPlatformBus(0xc000000, 0x1000, 4096, 7, 1);
        DeviceResources two =
                new DeviceResources("a", List.of(), List.of(new IrqResource(0, true), new IrqResource(1, false)));

        assertThatThrownBy(() -> few.place(two))
                .isInstanceOfSatisfying(
                        GuestTreeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_SPI_LEFT))
                .hasMessageContaining("interrupt 1 of a needs an SPI, and the bus has 1 from 7");
    }

    @Test
    void aBusHasPagesAndSpis() {
        assertThatIllegalArgumentException().isThrownBy(() -> new GuestPlatformBus(0x800, 0x1000, 4096, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuestPlatformBus(0, 0x1800, 4096, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuestPlatformBus(0, 0, 4096, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuestPlatformBus(0, 0x3000, 0x3000, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuestPlatformBus(-0x1000, 0x2000, 4096, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new GuestPlatformBus(0, 0x1000, 4096, 987, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BUS.place(List.of(device("a"), device("a"))))
                .withMessageContaining("found a twice");
    }

    @Test
    void whatADeviceDoesNotHaveHasNoPlace() throws GuestTreeException {
        PlacedDevice placed = BUS.place(device("a", 4)).devices().get(0);

        assertThatThrownBy(() -> placed.region(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> placed.irq(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @RepeatedTest(50)
    void noTwoRegionsShareAPage(RepetitionInfo repetition) throws GuestTreeException {
        Random random = new Random(repetition.getCurrentRepetition());
        List<DeviceResources> devices = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long[] sizes = LongStream.generate(() -> 1 + random.nextInt(1 << random.nextInt(16)))
                    .limit(random.nextInt(6))
                    .toArray();
            devices.add(device("device" + i, sizes));
        }

        Placement placement = BUS.place(devices);

        List<PlacedRegion> regions = placement.devices().stream()
                .flatMap(device -> device.regions().stream())
                .toList();
        long last = BUS.base() + BUS.size() - 1;
        for (PlacedRegion region : regions) {
            assertThat(region.guestAddress() % 4096).isZero();
            assertThat(region.guestAddress()).isBetween(BUS.base(), last - region.size() + 1);
            assertThat(regions)
                    .as("seed %d", repetition.getCurrentRepetition())
                    .filteredOn(other -> other.guestAddress() / 4096 <= lastPage(region)
                            && region.guestAddress() / 4096 <= lastPage(other))
                    .containsExactly(region);
        }
    }

    private static long lastPage(PlacedRegion region) {
        return (region.guestAddress() + region.size() - 1) / 4096;
    }
}
