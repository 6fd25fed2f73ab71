// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Board;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegisterAccessException;
import org.vfio4j.platform.register.RegisterHandler;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.platform.sim.SimulatedBoard;

/** What of a guest's accesses reaches the region of a device, and how. */
final class PassthroughRegionTest {
    private static final long GUEST = 0x0c00_0000;
    private static final int PAGE = 4096;

    private final List<RegisterAccess> atDevice = new ArrayList<>();
    private final SimulatedBoard board =
            Board.builder().accessLog(atDevice::add).build();
    private final LinuxSyscalls linux = mock(LinuxSyscalls.class, delegatesTo(board.syscalls()));
    private final List<String> heard = new ArrayList<>();
    private final MmioBus bus = new MmioBus();
    private final List<PlatformDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(PlatformDevice::close);
    }

    private Region open(String name, int index, Access access) throws IOException {
        PlatformDevice device = PlatformDevice.open(linux, board.files(), name);
        devices.add(device);
        return device.region(index, access);
    }

    private PassthroughRegion assign(Region region, Overlay... overlays) {
        return PassthroughRegion.add(
                bus,
                region,
                GUEST,
                PAGE,
                List.of(overlays),
                (address, width, write, value) ->
                        heard.add((write ? "w" : "r") + width + "@" + Long.toHexString(address - GUEST)));
    }

    private List<String> accesses() {
        return atDevice.stream()
                .map(a -> (a.write() ? "w" : "r") + a.width() + "@" + Long.toHexString(a.offset())
                        + (a.write() ? "=" + Long.toHexString(a.value()) : ""))
                .toList();
    }

    /** The region has 0x200 bytes. */
    @ParameterizedTest
    @CsvSource({
        "10,1,w1@10=11",
        "10,2,w2@10=2211",
        "10,4,w4@10=44332211",
        "10,8,w4@10=44332211 w4@14=88776655",
        "11,4,w1@11=11 w2@12=3322 w1@14=44",
        "1fc,4,w4@1fc=44332211",
        "1fe,4,w2@1fe=2211",
        "1ff,8,w1@1ff=11",
    })
    void aWriteReachesATrappedRegionAsItsBusCanHaveIt(String offset, int width, String expected) throws IOException {
        assign(open(Board.MIDDLE, 0, Access.AUTOMATIC));

        bus.write(GUEST + Long.parseLong(offset, 16), width, 0x8877665544332211L);

        assertThat(String.join(" ", accesses())).isEqualTo(expected);
    }

    @Test
    void aReadGivesTheBytesThatAreInTheRegionAndZerosForTheRest() throws IOException {
        Region region = open(Board.MIDDLE, 0, Access.AUTOMATIC);
        PassthroughRegion assigned = assign(region);
        region.write32(0x1fc, 0x44332211);
        atDevice.clear();

        assertThat(bus.read(GUEST + 0x1fe, 8)).isEqualTo(0x4433);

        assertThat(accesses()).containsExactly("r2@1fe");
        assertThat(heard).containsExactly("r6@200");
        assertThat(assigned.remainder().reads()).isEqualTo(1);
        assertThat(bus.unassigned().reads()).isZero();
    }

    /** Its host page has a UART before it and a GPIO bank behind it, which are not the guest's. */
    @Test
    void nothingBesidesTheRegionInItsPageIsReached() throws IOException {
        PassthroughRegion assigned = assign(open(Board.MIDDLE, 0, Access.AUTOMATIC));
        long outside = 0;
        for (int width = 1; width <= 8; width++) {
            for (int offset = -8; offset < PAGE + 8; offset++) {
                bus.read(GUEST + offset, width);
                bus.write(GUEST + offset, width, -1);
                outside += offset < 0x200 - width + 1 && offset >= 0 || offset + width <= 0 || offset >= PAGE ? 0 : 1;
            }
        }

        assertThat(atDevice).allSatisfy(access -> {
            assertThat(access.device()).isEqualTo(Board.MIDDLE);
            assertThat(access.offset()).isBetween(0L, 0x1ffL);
            assertThat(access.offset() + access.width()).isLessThanOrEqualTo(0x200L);
        });
        assertThat(assigned.failures()).isZero();
        // Those from before the page into the region have nothing of the rest, as the region begins with the page.
        assertThat(assigned.remainder().reads())
                .isEqualTo(outside - 28)
                .isEqualTo(assigned.remainder().writes());
        assertThat(heard).hasSize(2 * (int) assigned.remainder().reads());
    }

    @Test
    void theRestBeforeARegionThatBeginsInsideAPageIsUnassignedToo() throws IOException {
        Region region = open(Board.RIGHT, 0, Access.AUTOMATIC);
        PassthroughRegion assigned =
                PassthroughRegion.add(bus, region, GUEST + 0xffc, PAGE, List.of(), UnassignedListener.NONE);

        bus.write(GUEST, 4, -1);
        bus.write(GUEST + 0xffa, 8, 0x8877665544332211L);

        assertThat(accesses()).containsExactly("w4@0=66554433");
        assertThat(assigned.remainder().writes()).isEqualTo(2);
        assertThat(bus.unassigned().writes()).isEqualTo(1);
    }

    @Test
    void aRegionThatIsMappedIsReachedBy64BitsAtOnce() throws IOException {
        Region region = open(Board.TIMER, 0, Access.AUTOMATIC);
        assign(region);

        bus.write(GUEST + 8, 8, 0x8877665544332211L);
        bus.write(GUEST + 0xff9, 8, 0xffeeddccbbaa9988L);

        assertThat(region.read64(8)).isEqualTo(0x8877665544332211L);
        assertThat(bus.read(GUEST + 8, 8)).isEqualTo(0x8877665544332211L);
        assertThat(bus.read(GUEST + 0xff9, 8)).isEqualTo(0xeeddccbbaa9988L);
        assertThat(atDevice).as("nothing by pread or pwrite").isEmpty();
    }

    /** The bytes are what counts: the first is at the lowest address, whatever numbers are made of them. */
    @ParameterizedTest
    @CsvSource({
        Board.BIG + ",AUTOMATIC",
        Board.BIG + ",TRAPPED",
        Board.BIG_TRAPPED + ",AUTOMATIC",
        Board.LEFT + ",AUTOMATIC",
        Board.TIMER + ",AUTOMATIC",
        Board.TIMER + ",MAPPED_CHECKED"
    })
    void theDeviceSeesTheBytesThatTheGuestsBusHas(String name, Access access) throws IOException {
        Region region = open(name, 0, access);
        assign(region);

        bus.write(GUEST + 0x20, 8, 0x8877665544332211L);
        bus.write(GUEST + 0x32, 2, 0xbbaa);

        for (int i = 0; i < 8; i++) {
            assertThat(region.read8(0x20 + i)).isEqualTo(0x11 * (i + 1));
        }
        assertThat(region.read8(0x32)).isEqualTo(0xaa);
        boolean big = region.byteOrder() == ByteOrder.BIG_ENDIAN;
        assertThat(region.read32(0x20)).isEqualTo(big ? 0x11223344 : 0x44332211);
        assertThat(region.read16(0x32)).isEqualTo(big ? 0xaabb : 0xbbaa);
        assertThat(bus.read(GUEST + 0x20, 8)).isEqualTo(0x8877665544332211L);
        assertThat(bus.read(GUEST + 0x24, 4)).isEqualTo(0x88776655L);
        assertThat(bus.read(GUEST + 0x23, 4)).isEqualTo(0x77665544L);
    }

    @Test
    void aBigEndianDeviceThatIsTrappedGetsOneAccessWithTheBytesOfTheGuest() throws IOException {
        assign(open(Board.BIG_TRAPPED, 0, Access.AUTOMATIC));

        bus.write(GUEST, 4, 0x44332211);

        // The kernel takes the bytes as a little-endian number, and stores it as one.
        assertThat(accesses()).containsExactly("w4@0=44332211");
    }

    @Test
    void anOverlayAnswersInPlaceOfTheDevice() throws IOException {
        List<String> asked = new ArrayList<>();
        Region region = open(Board.MIDDLE, 0, Access.AUTOMATIC);
        assign(region, Overlay.of(0x12, 6, registers(asked), ByteOrder.LITTLE_ENDIAN));
        region.write32(0x10, -1);
        region.write32(0x18, -1);
        atDevice.clear();

        assertThat(bus.read(GUEST + 0x14, 4)).isEqualTo(0x17161514);
        assertThat(bus.read(GUEST + 0x10, 4)).isEqualTo(0x1312ffffL);
        bus.write(GUEST + 0x16, 8, 0x8877665544332211L);

        assertThat(asked).containsExactly("r4@14", "r2@12", "w2@16=2211");
        assertThat(accesses()).containsExactly("r2@10", "w4@18=66554433", "w2@1c=8877");
    }

    @Test
    void overlaysMayCoverARegionFromItsFirstByteToItsLast() throws IOException {
        List<String> asked = new ArrayList<>();
        assign(
                open(Board.MIDDLE, 0, Access.AUTOMATIC),
                Overlay.of(0x100, 0x100, registers(asked), ByteOrder.BIG_ENDIAN),
                Overlay.of(0, 0x100, registers(asked), ByteOrder.LITTLE_ENDIAN));

        bus.write(GUEST + 0xfe, 4, 0x44332211);
        bus.write(GUEST + 0x1fe, 4, 0x44332211);

        assertThat(asked).containsExactly("w2@fe=2211", "w2@100=3344", "w2@1fe=1122");
        assertThat(atDevice).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1f0,11", "200,1", "14,10"})
    void overlaysAreInsideTheRegionAndDoNotOverlap(String offset, String length) throws IOException {
        Region region = open(Board.MIDDLE, 0, Access.AUTOMATIC);
        Overlay first = new Overlay(0x10, 8, new RecordingHandler(0));
        Overlay second = new Overlay(Long.parseLong(offset, 16), Long.parseLong(length, 16), new RecordingHandler(0));

        assertThatThrownBy(() -> assign(region, second, first))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of " + region.name() + ", got 0x" + offset + " to");

        bus.write(GUEST, 4, 1);
        bus.write(GUEST + 0x300, 4, 1);
        assertThat(atDevice).as("nothing was left on the bus").isEmpty();
        assertThat(bus.unassigned().writes()).isEqualTo(2);
    }

    @Test
    void aPageThatIsTakenIsRefusedAndNothingIsLeftOnTheBus() throws IOException {
        RecordingHandler other = new RecordingHandler(0);
        bus.add(GUEST + 0xf00, 8, other);
        Region region = open(Board.MIDDLE, 0, Access.AUTOMATIC);

        assertThatThrownBy(() -> assign(region))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0xc000f00 to 0xc000f07");

        bus.read(GUEST, 4);
        assertThat(atDevice).isEmpty();
        assertThat(bus.unassigned().reads()).isEqualTo(1);
    }

    @Test
    void theAlignmentOfTheRegistersIsTheGuests() throws IOException {
        Region region = open(Board.MIDDLE, 0, Access.AUTOMATIC);

        assertThatThrownBy(
                        () -> PassthroughRegion.add(bus, region, GUEST + 4, PAGE, List.of(), UnassignedListener.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a multiple of 8 as the guest address of " + region.name() + ", got 0xc000004");
    }

    @Test
    void anAccessThatTheKernelRefusesReadsAllOnesAndIsCounted() throws IOException {
        PassthroughRegion assigned = assign(open(Board.MIDDLE, 0, Access.AUTOMATIC));
        doReturn(-Errno.EIO.number()).when(linux).pread(anyInt(), any(), anyLong());
        doReturn(-Errno.EIO.number()).when(linux).pwrite(anyInt(), any(), anyLong());

        assertThat(bus.read(GUEST, 4)).isEqualTo(0xffff_ffffL);
        bus.write(GUEST, 1, 5);

        assertThat(assigned.failures()).isEqualTo(2);
        assertThat(assigned.lastFailure().orElseThrow())
                .isInstanceOf(RegisterAccessException.class)
                .hasMessageContaining("8-bit write at 0x0 of " + Board.MIDDLE + " region 0");
    }

    @Test
    void aRegionThatIsClosedWhileTheGuestRunsDoesNotEndTheVmm() throws IOException {
        Region region = open(Board.MIDDLE, 0, Access.AUTOMATIC);
        PassthroughRegion assigned = assign(region);
        region.close();

        assertThat(bus.read(GUEST, 8)).isEqualTo(-1);
        bus.write(GUEST, 4, 5);

        assertThat(assigned.failures()).isEqualTo(3);
        assertThat(assigned.lastFailure().orElseThrow()).hasMessage(region.name() + " is closed");
        assertThat(atDevice).isEmpty();
    }

    @Test
    void aRegionThatIsTakenOffTheBusIsReachedNoMore() throws IOException {
        PassthroughRegion assigned = assign(open(Board.MIDDLE, 0, Access.AUTOMATIC));

        assigned.close();
        assigned.close();
        bus.write(GUEST, 4, 5);
        bus.write(GUEST + 0x800, 4, 5);

        assertThat(atDevice).isEmpty();
        assertThat(assigned.remainder().writes()).isZero();
        assertThat(bus.unassigned().writes()).isEqualTo(2);
    }

    private static RegisterHandler registers(List<String> asked) {
        return new RegisterHandler() {
            @Override
            public long read(long offset, int width) {
                asked.add("r" + width + "@" + Long.toHexString(offset));
                long value = 0;
                for (int i = 0; i < width; i++) {
                    value |= (offset + i) << (8 * i);
                }
                return value;
            }

            @Override
            public void write(long offset, int width, long value) {
                asked.add("w" + width + "@" + Long.toHexString(offset) + "=" + Long.toHexString(value));
            }
        };
    }
}
