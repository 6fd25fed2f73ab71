// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Field;
import org.vfio4j.platform.register.PageNeighbour;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.Register32;

/** The registers of the lab's devices as a driver opens them: PlatformDevice.region and named registers. */
class RegisterTest extends ConformanceTest {
    /** Virtio 1.2, 4.2.2. */
    private static final Register32 MAGIC_VALUE = Register32.at(0x000);

    private static final Register32 VERSION = Register32.at(0x004);
    private static final Register32 VENDOR_ID = Register32.at(0x00c);

    /** ARM DDI 0224C: PrimeCell Real Time Clock (PL031). */
    private static final Register32 DATA = Register32.at(0x000);

    private static final Register32 MATCH = Register32.at(0x004);
    private static final List<Register32> PERIPHERAL_ID = Register32.array(0xfe0, 4, 4);
    private static final Field ID_BYTE = PERIPHERAL_ID.get(0).bits(7, 0);

    private PlatformDevice open(LabDevice device) throws IOException {
        return PlatformDevice.open(world.linux(), world.files(), device.device);
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void everyRegionOpensAsItsFlagsSay(LabDevice device) throws IOException {
        try (PlatformDevice opened = open(device)) {
            for (int i = 0; i < device.regions.size(); i++) {
                Region region = opened.region(i);
                boolean mappable = (device.regions.get(i).flags() & 4) != 0;
                assertThat(region.size()).isEqualTo(device.regions.get(i).size());
                assertThat(region.access().kind())
                        .isEqualTo(mappable ? RegionAccess.Kind.MAPPED : RegionAccess.Kind.TRAPPED);
                region.read32(0);
                opened.region(i, Access.TRAPPED).read32(0);
                assertThatThrownBy(() -> region.read32(region.size())).isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> opened.region(device.regions.size()))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    // Memory in both worlds, so every width can be seen from every other one.
    @ParameterizedTest
    @EnumSource(Access.class)
    void everyWidthIsThatPartOfTheWord(Access access) throws IOException {
        try (PlatformDevice sata = open(LabDevice.SATA)) {
            Region region = sata.region(0, access);
            region.write32(0x40, 0x11223344);
            region.write32(0x44, 0);
            region.write16(0x46, 0x5566);
            region.write8(0x45, 0x77);
            assertThat(region.read8(0x40)).isEqualTo(0x44);
            assertThat(region.read8(0x43)).isEqualTo(0x11);
            assertThat(region.read16(0x42)).isEqualTo(0x1122);
            assertThat(region.read32(0x44)).isEqualTo(0x55667700);
            if (access == Access.TRAPPED) {
                assertThatThrownBy(() -> region.read64(0x40)).isInstanceOf(UnsupportedOperationException.class);
            } else {
                assertThat(region.read64(0x40)).isEqualTo(0x5566770011223344L);
                region.write64(0x40, -2);
                assertThat(region.read32(0x44)).isEqualTo(-1);
            }
        }
    }

    @Test
    void mappedAndTrappedAccessMeetTheSameRegister() throws IOException {
        try (PlatformDevice rtc = open(LabDevice.RTC)) {
            Region mapped = rtc.region(0, Access.MAPPED);
            Region trapped = rtc.region(0, Access.TRAPPED);
            MATCH.write(mapped, 0x12345678);
            assertThat(MATCH.read(trapped)).isEqualTo(0x12345678);
            MATCH.write(trapped, 0x7fffffff);
            assertThat(MATCH.read(mapped)).isEqualTo(0x7fffffff);
        }
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void aRealClockCounts(Access access) throws IOException {
        world.needsRealDevices();
        try (PlatformDevice rtc = open(LabDevice.RTC)) {
            Region registers = rtc.region(0, access);
            int id = 0;
            for (int i = 0; i < PERIPHERAL_ID.size(); i++) {
                id |= ID_BYTE.in(PERIPHERAL_ID.get(i).read(registers)) << 8 * i;
            }
            assertThat(id).isEqualTo(0x00141031);
            int before = DATA.read(registers);
            Field whole = DATA.bits(31, 0);
            whole.await(registers, before + 1, Duration.ofSeconds(20));
        }
    }

    @Test
    void aRealSubPageDeviceAnswers() throws IOException {
        world.needsRealDevices();
        try (PlatformDevice virtio = open(LabDevice.VIRTIO)) {
            Region registers = virtio.region(0);
            assertThat(MAGIC_VALUE.read(registers)).as("\"virt\"").isEqualTo(0x74726976);
            // QEMU has a register at 0 and none at 2 and 3, so what is 0 there was read there, with its own width.
            assertThat(registers.read16(2)).isZero();
            assertThat(registers.read8(3)).isZero();
            assertThat(VERSION.read(registers)).isIn(1, 2);
            assertThat(VENDOR_ID.read(registers)).as("\"QEMU\"").isEqualTo(0x554d4551);
        }
    }

    // Eight slots share the page. The kernel does not map it, and we do not reach over its edge.
    @Test
    void theNeighboursInThePageAreNamedAndOutOfReach() throws IOException {
        try (PlatformDevice virtio = open(LabDevice.VIRTIO)) {
            Region registers = virtio.region(0);
            assertThat(registers.access().neighbours())
                    .extracting(PageNeighbour::device)
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 8)
                            .filter(slot -> slot != 6)
                            .mapToObj(slot -> Integer.toHexString(0xa003000 + 0x200 * slot) + ".virtio_mmio")
                            .toList());
            assertThatThrownBy(() -> registers.read8(0x200)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> registers.write32(0x200, 0)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> registers.read32(-4)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> virtio.region(0, Access.MAPPED))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("a003e00.virtio_mmio");
        }
    }

    // A mapping holds the device; if one were left, the group would be busy.
    @Test
    void aDeviceThatWasMappedCanBeOpenedAgainAtOnce() throws IOException {
        for (int i = 0; i < 3; i++) {
            Region left;
            try (PlatformDevice sata = open(LabDevice.SATA)) {
                left = sata.region(0);
                left.read32(0);
            }
            assertThatThrownBy(() -> left.read32(0)).isInstanceOf(IllegalStateException.class);
        }
    }
}
