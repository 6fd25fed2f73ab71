// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Board;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.abi.VfioFlags;

/** A guest on this machine's KVM makes every access that it can to the regions of a simulated board. */
@Timeout(120)
final class X86MmioGuestTest {
    private static final long GUEST = 0x0c00_0000;
    private static final int PAGE = 4096;
    private static final int SIZE = 0x200;

    private final List<RegisterAccess> atDevice = new ArrayList<>();
    private final MmioBus bus = new MmioBus();
    private PlatformDevice device;
    private X86MmioGuest guest;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        SimulatedBoard board = Board.builder().accessLog(atDevice::add).build();
        guest = X86MmioGuest.on(bus);
        device = PlatformDevice.open(board.syscalls(), board.files(), Board.MIDDLE);
        GuestAssignment.of(device).region(0, GUEST + PAGE).allowUnconfinedDma().assign(bus);
    }

    @AfterEach
    void stop() {
        if (guest != null) {
            guest.close();
            device.close();
        }
    }

    /** The region is at the beginning of the second of three pages of 0x1000; before and behind it is nothing. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void everyWidthAtEveryAlignmentOverEveryEdge(int width) throws IOException {
        List<Long> places = new ArrayList<>();
        for (long around : new long[] {PAGE, PAGE + 0x40, PAGE + SIZE, 2 * PAGE}) {
            for (long place = around - 9; place < around + 9; place++) {
                places.add(place);
            }
        }
        byte[] expected = new byte[3 * PAGE];
        for (long place : places) {
            long value = 0x8877665544332211L ^ place * 0x0101010101010101L;
            guest.write(GUEST + place, width, value);
            for (int i = 0; i < width; i++) {
                int at = (int) place + i;
                if (at >= PAGE && at < PAGE + SIZE) {
                    expected[at] = (byte) (value >>> (8 * i));
                }
            }
        }
        for (long place : places) {
            long bytes = 0;
            for (int i = 0; i < width; i++) {
                bytes |= (expected[(int) place + i] & 0xffL) << (8 * i);
            }
            assertThat(guest.read(GUEST + place, width))
                    .as("%d at 0x%x", width, place)
                    .isEqualTo(bytes);
        }
        assertThat(atDevice).isNotEmpty().allSatisfy(access -> {
            assertThat(access.device()).isEqualTo(Board.MIDDLE);
            assertThat(access.offset() + access.width()).isBetween(1L, (long) SIZE);
        });
    }

    /** An instruction that crosses a page is two exits, whose widths need not be powers of two. */
    @ParameterizedTest
    @CsvSource({
        "3,4,w1@0=44",
        "7,8,w1@0=88",
        "1,4,w2@0=3322 w1@2=44",
        "5,8,w2@0=7766 w1@2=88",
        "4,8,w4@0=88776655",
    })
    void anAccessOverTheFirstByteOfTheRegionReachesItWithTheRest(int before, int width, String expected)
            throws IOException {
        guest.write(GUEST + PAGE - before, width, 0x8877665544332211L);

        assertThat(atDevice.stream()
                        .map(a -> "w" + a.width() + "@" + a.offset() + "=" + Long.toHexString(a.value()))
                        .toList())
                .containsExactly(expected.split(" "));
        assertThat(guest.exits()).isEqualTo(2);
        assertThat(bus.unassigned().writes()).isEqualTo(1);
    }

    @Test
    void anAlignedAccessOfEachWidthIsOneOfTheDeviceAndEightBytesAreTwo() throws IOException {
        for (int width : new int[] {1, 2, 4, 8}) {
            guest.write(GUEST + PAGE + 0x10, width, 0x8877665544332211L);
            guest.read(GUEST + PAGE + 0x10, width);
        }

        assertThat(atDevice.stream()
                        .map(a -> (a.write() ? "w" : "r") + a.width() + "@" + Long.toHexString(a.offset()))
                        .toList())
                .containsExactly(
                        "w1@10", "r1@10", "w2@10", "r2@10", "w4@10", "r4@10", "w4@10", "w4@14", "r4@10", "r4@14");
        assertThat(guest.exits()).isEqualTo(8);
    }

    /** What keeps a sub-page region out of a memory slot in KVM itself. */
    @ParameterizedTest
    @CsvSource({"0x100,0x1000,0", "0,0x200,0", "0,0x1000,0x100"})
    void kvmRefusesAPartOfAPageAsAMemorySlot(String offset, String size, String misplaced) {
        Vm vm = guest.vm();
        long address = X86MmioGuest.LINUX.mmap(
                0,
                2 * PAGE,
                LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS,
                -1,
                0);
        try {
            assertThatThrownBy(() -> vm.memory(
                            7,
                            GUEST + 0x10_0000 + Long.decode(offset),
                            Long.decode(size),
                            address + Long.decode(misplaced)))
                    .isInstanceOfSatisfying(VfioException.class, refused -> {
                        assertThat(refused.step()).isEqualTo(Step.KVM_SET_MEMORY);
                        assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
                    });
        } finally {
            X86MmioGuest.LINUX.munmap(address, 2 * PAGE);
        }
    }

    /** A file takes the place of a region that can be mapped: the second of its three pages. */
    @Test
    void aMappedRegionIsTheGuestsWithoutExitsUntilItIsTakenAway() throws IOException {
        Path file = Files.write(directory.resolve("device"), new byte[3 * PAGE]);
        int fd = X86MmioGuest.LINUX.open(file.toString(), LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC);
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ
                | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE
                | VfioFlags.VFIO_REGION_INFO_FLAG_MMAP;
        RegionInfo info = new RegionInfo(0, flags, PAGE, PAGE, List.of());
        long at = GUEST + 0x10_0000;
        try (FileDescriptor opened = FileDescriptor.owning(X86MmioGuest.LINUX, fd, "device")) {
            MappedPages pages = MappedPages.of(opened, info, new PageRun(0, PAGE), guest.vm(), 5, at);
            pages.map();
            guest.write(at + 0xff8, 8, 0x8877665544332211L);
            assertThat(guest.read(at + 0xffc, 4)).isEqualTo(0x88776655L);
            assertThat(guest.exits()).isZero();
            byte[] bytes = new byte[3 * PAGE];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(PAGE + 0xff8, 0x8877665544332211L);
            assertThat(file).hasBinaryContent(bytes);

            pages.trap();
            guest.write(at, 4, 5);
            assertThat(guest.exits()).isEqualTo(1);
            assertThat(bus.unassigned().writes()).isEqualTo(1);

            pages.map();
            assertThat(guest.read(at, 4)).isZero();
            assertThat(guest.exits()).isEqualTo(1);

            pages.close();
            assertThat(guest.read(at + 0xff8, 8)).isZero();
            assertThat(guest.exits()).isEqualTo(2);
        }
    }
}
