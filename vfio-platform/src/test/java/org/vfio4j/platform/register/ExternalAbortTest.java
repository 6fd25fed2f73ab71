// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.linux.LinuxSyscalls;

/** A device that does not answer is SIGBUS for the process; so is a page of a mapping that its file no longer has. */
@Timeout(60)
class ExternalAbortTest {
    @TempDir
    private Path directory;

    private Region region(Access access) throws IOException {
        Path file = Files.write(
                directory.resolve("device"), new byte[LinuxSyscalls.ofMachine().pageSize()]);
        return MachineRegion.of(file, access);
    }

    private void goAway() throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve("device"), StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
    }

    // Interpreted and compiled code meet the fault in different ways, so both are tried.
    @ParameterizedTest
    @ValueSource(ints = {0, 50_000})
    void each_access_of_a_checked_region_reports_its_own_abort(int before) throws IOException {
        try (Region region = region(Access.MAPPED_CHECKED)) {
            for (int i = 0; i < before; i++) {
                accessAll(region, i % 4);
            }
            goAway();
            for (int i = 0; i < 500; i++) {
                for (int width : new int[] {1, 2, 4, 8}) {
                    long offset = 8L * (i % 500);
                    assertAbort(catchThrowable(() -> RegionTest.read(region, width, offset)), offset, width, false);
                    assertAbort(catchThrowable(() -> RegionTest.write(region, width, offset)), offset, width, true);
                }
            }
        }
    }

    @Test
    void an_abort_does_not_end_the_use_of_other_registers() throws IOException {
        Path file = Files.write(
                directory.resolve("two"), new byte[2 * LinuxSyscalls.ofMachine().pageSize()]);
        try (Region region = MachineRegion.of(file, Access.MAPPED_CHECKED)) {
            region.write32(0, 5);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(LinuxSyscalls.ofMachine().pageSize());
            }
            assertThat(catchThrowable(
                            () -> region.read32(LinuxSyscalls.ofMachine().pageSize())))
                    .isInstanceOf(RegisterAccessException.class);
            assertThat(region.read32(0)).isEqualTo(5);
        }
    }

    // The JVM tells, but compiled code may be past the access by then.
    @ParameterizedTest
    @ValueSource(ints = {0, 50_000})
    void an_abort_of_any_other_mapped_region_is_never_silent(int before) throws IOException {
        try (Region region = region(Access.MAPPED)) {
            for (int i = 0; i < before; i++) {
                accessAll(region, i % 4);
            }
            goAway();
            for (int i = 0; i < 500; i++) {
                Throwable thrown = catchThrowable(() -> {
                    region.read32(0);
                    Abort.raisePending();
                });
                assertThat(thrown).isInstanceOfAny(RegisterAccessException.class, InternalError.class);
            }
        }
    }

    private static void accessAll(Region region, int i) {
        RegionTest.read(region, 1 << i, 0);
        RegionTest.write(region, 1 << i, 0);
    }

    private static void assertAbort(Throwable thrown, long offset, int width, boolean write) {
        assertThat(thrown)
                .isInstanceOfSatisfying(RegisterAccessException.class, abort -> {
                    assertThat(abort.region()).isEqualTo("device region 0");
                    assertThat(abort.offset()).isEqualTo(offset);
                    assertThat(abort.width()).isEqualTo(width);
                    assertThat(abort.isWrite()).isEqualTo(write);
                    assertThat(abort.refusal()).isEmpty();
                    assertThat(abort.getCause()).isInstanceOf(InternalError.class);
                })
                .hasMessageStartingWith(8 * width + "-bit " + (write ? "write" : "read") + " at 0x"
                        + Long.toHexString(offset) + " of device region 0: external abort (SIGBUS)");
    }
}
