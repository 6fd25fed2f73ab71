// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.MappedRange;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Every system call of a region fails with every error number: a typed error, and nothing is left. */
class RegionFaultTest {
    private static final int FIXED = LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS | LinuxSyscalls.MAP_FIXED;

    private final SimulatedBoard board = Board.builder().build();
    private final LinuxSyscalls linux = mock(LinuxSyscalls.class, delegatesTo(board.syscalls()));
    private PlatformDevice device;

    @BeforeEach
    void open() throws IOException {
        device = PlatformDevice.open(linux, board.files(), Board.TIMER);
    }

    @AfterEach
    void close() {
        device.close();
        assertThat(board.openDescriptors()).isEmpty();
    }

    /** EINTR stays in the seam. */
    static Stream<Errno> errnos() {
        return Arrays.stream(Errno.values()).filter(errno -> errno != Errno.UNKNOWN && errno != Errno.EINTR);
    }

    @ParameterizedTest
    @MethodSource("errnos")
    void a_mapping_that_is_refused_leaves_nothing(Errno errno) throws IOException {
        doReturn((long) -errno.number())
                .when(linux)
                .mmap(anyLong(), anyLong(), anyInt(), eq(LinuxSyscalls.MAP_SHARED), anyInt(), anyLong());
        assertThatThrownBy(() -> device.region(0)).isInstanceOfSatisfying(VfioException.class, refused -> {
            assertThat(refused.step()).isEqualTo(Step.MAP_REGION);
            assertThat(refused.subject()).isEqualTo("100000.timer region 0");
            assertThat(refused.errno()).isEqualTo(errno);
            assertThat(refused.remedy()).isNotBlank();
        });
        assertThat(board.mappings()).isEmpty();
        verify(linux, never()).munmap(anyLong(), anyLong());
        assertThatCode(() -> device.region(0, Access.TRAPPED).read32(0))
                .as("the other way is open")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("errnos")
    void a_read_or_write_that_is_refused_says_where_and_why(Errno errno) throws IOException {
        Region region = device.region(0, Access.TRAPPED);
        doReturn(-errno.number()).when(linux).pread(anyInt(), any(), anyLong());
        doReturn(-errno.number()).when(linux).pwrite(anyInt(), any(), anyLong());
        for (int width : new int[] {1, 2, 4}) {
            assertRefused(catchThrowable(() -> RegionTest.read(region, width, 0x24)), errno, width, false);
            assertRefused(catchThrowable(() -> RegionTest.write(region, width, 0x24)), errno, width, true);
        }
        doReturn(4).when(linux).pwrite(anyInt(), any(), anyLong());
        assertThatCode(() -> region.write32(0x24, 1)).as("the next one").doesNotThrowAnyException();
    }

    private static void assertRefused(Throwable thrown, Errno errno, int width, boolean write) {
        assertThat(thrown)
                .isInstanceOfSatisfying(RegisterAccessException.class, failed -> {
                    assertThat(failed.region()).isEqualTo("100000.timer region 0");
                    assertThat(failed.offset()).isEqualTo(0x24);
                    assertThat(failed.width()).isEqualTo(width);
                    assertThat(failed.isWrite()).isEqualTo(write);
                    VfioException refusal = failed.refusal().orElseThrow();
                    assertThat(refusal.step()).isEqualTo(write ? Step.WRITE_REGION : Step.READ_REGION);
                    assertThat(refusal.errno()).isEqualTo(errno);
                })
                .hasMessageStartingWith(
                        8 * width + "-bit " + (write ? "write" : "read") + " at 0x24 of 100000.timer region 0: ")
                .hasMessageContaining("Remedy: ");
    }

    // Half an access is none: the value would be made up.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5})
    void a_count_that_is_not_the_width_is_no_value(int count) throws IOException {
        Region region = device.region(0, Access.TRAPPED);
        doReturn(count).when(linux).pread(anyInt(), any(), anyLong());
        doReturn(count).when(linux).pwrite(anyInt(), any(), anyLong());
        assertThatThrownBy(() -> region.read32(0))
                .isInstanceOf(RegisterAccessException.class)
                .hasCauseInstanceOf(KernelReplyException.class)
                .hasMessageContaining(count + " bytes of 4");
        assertThatThrownBy(() -> region.write32(0, 0)).hasCauseInstanceOf(KernelReplyException.class);
    }

    @Test
    void memory_that_cannot_be_wrapped_is_given_back() {
        doThrow(new OutOfMemoryError("made up")).when(linux).memory(anyLong(), anyInt());
        assertThatThrownBy(() -> device.region(0)).isInstanceOf(OutOfMemoryError.class);
        assertThat(board.mappings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("errnos")
    void a_mapping_that_cannot_be_replaced_is_reported_and_refused_all_the_same(Errno errno) throws IOException {
        Region region = device.region(0);
        doReturn((long) -errno.number())
                .when(linux)
                .mmap(anyLong(), anyLong(), anyInt(), eq(FIXED), anyInt(), anyLong());
        assertThatThrownBy(region::close)
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(errno));
        assertThat(region.isClosed()).isTrue();
        assertThatThrownBy(() -> region.read32(0)).isInstanceOf(IllegalStateException.class);
        // A thread may still be in an access, so the addresses must not go back yet.
        verify(linux, never()).munmap(anyLong(), anyLong());
        clearInvocations(linux);
        assertThatCode(region::close).as("closing again").doesNotThrowAnyException();
        verify(linux, never()).mmap(anyLong(), anyLong(), anyInt(), anyInt(), anyInt(), anyLong());
    }

    @Test
    void a_region_that_does_not_close_does_not_keep_the_device_open() throws IOException {
        Region first = device.region(0);
        Region second = device.region(1);
        doReturn((long) -Errno.ENOMEM.number())
                .when(linux)
                .mmap(anyLong(), anyLong(), anyInt(), eq(FIXED), anyInt(), anyLong());
        assertThatThrownBy(device::close)
                .isInstanceOf(UncheckedIOException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(first.isClosed()).isTrue();
        assertThat(second.isClosed()).isTrue();
        assertThat(board.openDescriptors()).isEmpty();
    }

    @Test
    void what_is_mapped_is_the_region_and_no_more() throws IOException {
        device.region(1);
        assertThat(board.mappings()).extracting(MappedRange::length).containsExactly(0x2000L);
        verify(linux)
                .mmap(
                        eq(0L),
                        eq(0x2000L),
                        eq(LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE),
                        eq(LinuxSyscalls.MAP_SHARED),
                        anyInt(),
                        eq(1L << 40));
    }
}
