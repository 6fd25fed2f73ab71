// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.linux.LinuxSyscalls.MAP_ANONYMOUS;
import static org.vfio4j.linux.LinuxSyscalls.MAP_FIXED;
import static org.vfio4j.linux.LinuxSyscalls.MAP_PRIVATE;
import static org.vfio4j.linux.LinuxSyscalls.MAP_SHARED;
import static org.vfio4j.linux.LinuxSyscalls.PROT_READ;
import static org.vfio4j.linux.LinuxSyscalls.PROT_WRITE;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.memory;
import static org.vfio4j.platform.sim.Calls.words;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioIoctl;

/** mmap on a device (vfio_platform_mmap of Linux), and the address space. */
class RegionMappingTest {
    private static final int READ_WRITE = PROT_READ | PROT_WRITE;
    private static final long REGION_1 = 1L << 40;

    private final SimulatedBoard board = SmallTree.builder().bindAll().build();
    private final Calls calls = new Calls(board);
    private final int flash = calls.openDevice("/dev/vfio/1", SmallTree.FLASH);

    private long map(long length, int flags, int fd, long offset) {
        return calls.linux.mmap(0, length, READ_WRITE, flags, fd, offset);
    }

    @Test
    void aMappingAndPreadShowTheSameBytes() {
        calls.linux.pwrite(flash, memory(4).putInt(0, 0x01020304), REGION_1 + 0x2000);
        long address = map(0x1000, MAP_SHARED, flash, REGION_1 + 0x2000);
        ByteBuffer registers = calls.linux.memory(address, 0x1000);
        assertThat(registers.getInt(0)).isEqualTo(0x01020304);
        registers.putInt(4, 0x05060708);
        ByteBuffer read = memory(4);
        calls.linux.pread(flash, read, REGION_1 + 0x2004);
        assertThat(read.getInt(0)).isEqualTo(0x05060708);
    }

    @Test
    void twoMappingsOfAPageShareItsBytes() {
        ByteBuffer whole = calls.linux.memory(map(0x10000, MAP_SHARED, flash, 0), 0x10000);
        ByteBuffer second = calls.linux.memory(map(0x1000, MAP_SHARED, flash, 0x1000), 0x1000);
        whole.putInt(0x1000, 42);
        assertThat(second.getInt(0)).isEqualTo(42);
    }

    @ParameterizedTest
    @CsvSource({
        "MAP_PRIVATE, 4096, 2, 0, EINVAL",
        "no type, 4096, 0, 0, EINVAL",
        "no length, 0, 1, 0, EINVAL",
        "offset in a page, 4096, 1, 0x800, EINVAL",
        "past the end, 0x11000, 1, 0, EINVAL",
        "begins at the end, 4096, 1, 0x10000, EINVAL",
        "no such region, 4096, 1, 0x30000000000, EINVAL",
        "longer than user space, 0x1000000000000, 1, 0, ENOMEM"
    })
    void mmapRefuses(String why, long length, int flags, long offset, Errno errno) {
        assertThat(map(length, flags, flash, offset)).as(why).isEqualTo(failure(errno));
    }

    @Test
    void aPartOfAPageCountsAsAPage() {
        assertThat(map(1, MAP_SHARED, flash, 0)).isPositive();
        assertThat(board.mappings()).singleElement().satisfies(mapping -> {
            assertThat(mapping.length()).isEqualTo(4096);
            assertThat(mapping.file()).isEqualTo("anon_inode:[vfio-device]");
        });
    }

    @Test
    void aRegionBelowAPageCannotBeMapped() {
        int uart = calls.openDevice("/dev/vfio/0", SmallTree.UART);
        assertThat(map(4096, MAP_SHARED, uart, 0)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void otherFilesCannotBeMapped() {
        assertThat(map(4096, MAP_SHARED, calls.mustOpen("/dev/vfio/vfio"), 0)).isEqualTo(failure(Errno.ENODEV));
        assertThat(map(4096, MAP_SHARED, calls.linux.eventfd(0, 0), 0)).isEqualTo(failure(Errno.ENODEV));
        assertThat(map(4096, MAP_SHARED, 999, 0)).isEqualTo(failure(Errno.EBADF));
    }

    @Test
    void aMappingThatIsOnlyReadCannotBeWritten() {
        long address = calls.linux.mmap(0, 4096, PROT_READ, MAP_SHARED, flash, 0);
        ByteBuffer registers = calls.linux.memory(address, 4096);
        assertThatThrownBy(() -> registers.putInt(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    /** Start and size must be multiples of the page size: 64 KiB regions, and one of 4 KiB that is not at 16 or 64. */
    @ParameterizedTest
    @CsvSource({"4096, '7 7 7'", "16384, '7 7 3'", "65536, '7 7 3'"})
    void theMmapFlagDependsOnThePageSize(int pageSize, String flags) {
        Calls there = new Calls(SmallTree.builder().pageSize(pageSize).bindAll().build());
        int device = there.openDevice("/dev/vfio/1", SmallTree.FLASH);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ByteBuffer region = words(32, 32, 0, i);
            there.linux.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, region);
            found.add(Integer.toString(region.getInt(4)));
        }
        assertThat(String.join(" ", found)).isEqualTo(flags);
        assertThat(there.linux.pageSize()).isEqualTo(pageSize);
    }

    @Test
    void munmapMayCutAHoleIntoAMapping() {
        long address = map(0x3000, MAP_SHARED, flash, 0);
        calls.linux.memory(address, 0x3000).putInt(0x2000, 9);
        assertThat(calls.linux.munmap(address + 0x1000, 0x1000)).isZero();
        assertThat(board.mappings()).extracting(MappedRange::address).containsExactly(address, address + 0x2000);
        assertThat(calls.linux.memory(address + 0x2000, 4).getInt(0)).isEqualTo(9);
        assertThatThrownBy(() -> calls.linux.memory(address + 0x1000, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no mapping");
        assertThat(calls.linux.munmap(address, 0x3000)).isZero();
        assertThat(board.mappings()).isEmpty();
        assertThat(calls.linux.munmap(address, 0x3000))
                .as("nothing there is no error")
                .isZero();
    }

    @Test
    void munmapChecksItsArguments() {
        assertThat(calls.linux.munmap(0x1234, 4096)).isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.munmap(0x10000, 0)).isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.munmap(-4096, 4096)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void anonymousMemoryCanTakeAMappingsPlace() {
        long address = map(0x1000, MAP_SHARED, flash, 0);
        calls.linux.memory(address, 4).putInt(0, 5);
        calls.linux.close(flash);
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
        assertThat(calls.linux.mmap(address, 0x1000, READ_WRITE, flags, -1, 0)).isEqualTo(address);
        assertThat(calls.linux.memory(address, 4).getInt(0)).isZero();
        assertThat(board.mappings())
                .singleElement()
                .extracting(MappedRange::file)
                .isEqualTo("");
    }

    @Test
    void aFixedAddressMustBeAPageOfUserSpace() {
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
        assertThat(calls.linux.mmap(0x123456, 4096, READ_WRITE, flags, -1, 0)).isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.mmap(0, 4096, READ_WRITE, flags, -1, 0)).isEqualTo(failure(Errno.EPERM));
        assertThat(calls.linux.mmap(1L << 47, 4096, READ_WRITE, flags, -1, 0)).isEqualTo(failure(Errno.ENOMEM));
    }

    @Test
    void anAddressLeadsBackToItsBuffer() {
        ByteBuffer buffer = memory(64);
        long address = calls.linux.addressOf(buffer);
        assertThat(calls.linux.addressOf(buffer)).isEqualTo(address);
        assertThat(calls.linux.addressOf(buffer.position(8))).isEqualTo(address + 8);
        long mapped = map(0x1000, MAP_SHARED, flash, 0);
        assertThat(calls.linux.addressOf(calls.linux.memory(mapped + 16, 4))).isEqualTo(mapped + 16);
    }
}
