// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.memory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;

/** pread and pwrite on a device (vfio_platform_read_mmio and _write_mmio of Linux). */
class RegionAccessTest {
    private static final long REGION_1 = 1L << 40;

    private final List<RegisterAccess> accesses = new ArrayList<>();
    private final SimulatedBoard board =
            SmallTree.builder().bindAll().accessLog(accesses::add).build();
    private final Calls calls = new Calls(board);
    private int uart;
    private int flash;

    @BeforeEach
    void open() {
        uart = calls.openDevice("/dev/vfio/0", SmallTree.UART);
        flash = calls.openDevice("/dev/vfio/1", SmallTree.FLASH);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, '1'",
        "0, 2, '2'",
        "0, 3, '2 1'",
        "0, 4, '4'",
        "0, 5, '4 1'",
        "0, 6, '4 2'",
        "0, 7, '4 2 1'",
        "0, 8, '4 4'",
        "1, 1, '1'",
        "1, 2, '1 1'",
        "1, 3, '1 2'",
        "1, 4, '1 2 1'",
        "1, 7, '1 2 4'",
        "2, 2, '2'",
        "2, 4, '2 2'",
        "2, 8, '2 4 2'",
        "3, 4, '1 2 1'",
        "3, 8, '1 4 2 1'"
    })
    void anAccessIsSplitIntoTheWidestAlignedOnes(long offset, int count, String widths) {
        assertThat(calls.linux.pread(flash, memory(count), offset)).isEqualTo(count);
        assertThat(calls.linux.pwrite(flash, memory(count), offset)).isEqualTo(count);
        List<Integer> expected =
                List.of(widths.split(" ")).stream().map(Integer::valueOf).toList();
        assertThat(accesses)
                .filteredOn(access -> !access.write())
                .map(RegisterAccess::width)
                .isEqualTo(expected);
        assertThat(accesses)
                .filteredOn(RegisterAccess::write)
                .map(RegisterAccess::width)
                .isEqualTo(expected);
    }

    @Test
    void theLogNamesDeviceRegionOffsetAndValue() {
        ByteBuffer value = memory(4).putInt(0, 0xdeadbeef);
        calls.linux.pwrite(flash, value, REGION_1 + 8);
        assertThat(accesses).containsExactly(new RegisterAccess(SmallTree.FLASH, 1, 8, 4, true, 0xdeadbeefL));
    }

    @Test
    void whatIsWrittenIsReadAgainAtAnyWidth() {
        calls.linux.pwrite(flash, memory(8).putLong(0, 0x8877_6655_4433_2211L), REGION_1 + 16);
        ByteBuffer read = memory(8);
        assertThat(calls.linux.pread(flash, read, REGION_1 + 16)).isEqualTo(8);
        assertThat(read.getLong(0)).isEqualTo(0x8877_6655_4433_2211L);
        ByteBuffer one = memory(1);
        calls.linux.pread(flash, one, REGION_1 + 19);
        assertThat(one.get(0)).isEqualTo((byte) 0x44);
        calls.linux.pread(flash, one, 19);
        assertThat(one.get(0)).as("the other region").isZero();
    }

    @Test
    void theCountIsCutAtTheEndOfTheRegion() {
        assertThat(calls.pread(uart, 8, 0x26 - 4)).isEqualTo(4);
        assertThat(calls.pread(uart, 1000, 0)).isEqualTo(0x26);
        assertThat(calls.pread(uart, 0, 0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0x26", "0x27", "0xffffffffff", "0x10000000000", "0x7fffffffffffffff", "-1"})
    void anOffsetOutsideEveryRegionIsRefused(long offset) {
        assertThat(calls.pread(uart, 4, offset)).isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.pwrite(uart, memory(4), offset)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void readAndWriteAreAlwaysAtTheStart() {
        assertThat(calls.linux.write(uart, memory(4).putInt(0, 7))).isEqualTo(4);
        ByteBuffer read = memory(4);
        assertThat(calls.linux.read(uart, read)).isEqualTo(4);
        assertThat(read.getInt(0)).isEqualTo(7);
    }

    @Test
    void onlyTheBytesFromPositionToLimitAreUsed() {
        ByteBuffer buffer = memory(8);
        buffer.position(2).limit(4);
        assertThat(calls.linux.pread(uart, buffer, 0)).isEqualTo(2);
        assertThat(buffer.position()).isEqualTo(2);
        assertThat(buffer.limit()).isEqualTo(4);
    }

    @Test
    void otherFilesHaveNoOffsets() {
        int container = calls.mustOpen("/dev/vfio/vfio");
        assertThat(calls.pread(container, 4, 0)).isEqualTo(failure(Errno.EINVAL));
        assertThat(calls.linux.read(container, memory(8))).isEqualTo(failure(Errno.EINVAL));
        int eventFd = calls.linux.eventfd(0, 0);
        assertThat(calls.pread(eventFd, 8, 0)).isEqualTo(failure(Errno.ESPIPE));
        assertThat(calls.pread(999, 4, 0)).isEqualTo(failure(Errno.EBADF));
    }

    @Test
    void devicesInOnePageSeeOnlyTheirOwnRegisters() {
        SimulatedBoard proposal = SimulatedBoard.builder("proposal").build();
        Calls there = new Calls(proposal);
        int left = there.openDevice("/dev/vfio/4", "ffe11c500.serial");
        int right = there.openDevice("/dev/vfio/5", "ffe11c600.serial");
        there.linux.pwrite(left, memory(4).putInt(0, 0x1111_1111), 0xfc);
        there.linux.pwrite(right, memory(4).putInt(0, 0x2222_2222), 0);
        ByteBuffer read = memory(4);
        there.linux.pread(left, read, 0xfc);
        assertThat(read.getInt(0)).isEqualTo(0x1111_1111);
        assertThat(there.pread(left, 4, 0x100)).isEqualTo(failure(Errno.EINVAL));
    }
}
