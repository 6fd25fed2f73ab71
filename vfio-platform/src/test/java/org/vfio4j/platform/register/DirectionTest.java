// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

/** Regions that the kernel lets be read or written only. A store to a mapping without PROT_WRITE would end the JVM. */
class DirectionTest {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.ofMachine();

    @TempDir
    private Path directory;

    private Region region(int flags, Access access) throws IOException {
        Path file = Files.write(directory.resolve("device"), new byte[LINUX.pageSize()]);
        int fd = LINUX.open(file.toString(), LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC);
        RegionInfo info =
                new RegionInfo(0, flags | VfioFlags.VFIO_REGION_INFO_FLAG_MMAP, LINUX.pageSize(), 0, List.of());
        return Region.open(
                FileDescriptor.owning(LINUX, fd, "device"),
                info,
                ByteOrder.LITTLE_ENDIAN,
                MachineRegion.mappable(),
                access);
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void a_region_for_reading_refuses_writes(Access access) throws IOException {
        try (Region region = region(VfioFlags.VFIO_REGION_INFO_FLAG_READ, access)) {
            assertThat(region.read32(0)).isZero();
            for (int width : new int[] {1, 2, 4, 8}) {
                assertThatThrownBy(() -> RegionTest.write(region, width, 0))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessage(
                                8 * width + "-bit write at 0x0 of device region 0: the kernel does not let the region"
                                        + " be written");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void a_region_for_writing_refuses_reads(Access access) throws IOException {
        try (Region region = region(VfioFlags.VFIO_REGION_INFO_FLAG_WRITE, access)) {
            region.write32(0, 1);
            for (int width : new int[] {1, 2, 4, 8}) {
                assertThatThrownBy(() -> RegionTest.read(region, width, 0))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageEndingWith("the kernel does not let the region be read");
            }
        }
        assertThat(Files.readAllBytes(directory.resolve("device"))).startsWith(1, 0, 0, 0);
    }

    @Test
    void a_region_without_access_is_not_opened() {
        RegionAccess none = new RegionAccess(RegionAccess.Kind.NONE, "I/O ports");
        assertThatThrownBy(() -> Region.open(
                        FileDescriptor.owning(LINUX, 1_000_000, "device"),
                        MachineRegion.info(8),
                        ByteOrder.LITTLE_ENDIAN,
                        none,
                        Access.AUTOMATIC))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("device region 0 cannot be accessed: I/O ports");
    }

    // One buffer of Java holds no more; the kernel would map it.
    @Test
    void a_region_of_more_than_two_gib_is_trapped() {
        List<RegionFlag> all = List.of(RegionFlag.READ, RegionFlag.WRITE, RegionFlag.MMAP);
        RegionAccess access = RegionAccess.of(1L << 31, Set.copyOf(all), Optional.empty(), 4096);
        assertThat(access.kind()).isEqualTo(RegionAccess.Kind.TRAPPED);
        assertThat(access.reason()).isEqualTo("has more than 2 GiB, which is the most that is mapped");
    }
}
