// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.guest.MmioBus;
import org.vfio4j.platform.guest.MmioHandler;
import org.vfio4j.platform.guest.Overlay;
import org.vfio4j.platform.guest.PassthroughRegion;
import org.vfio4j.platform.guest.UnassignedListener;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

/** An access of a guest leaves nothing for the garbage collector, from the exit to the pread of the region. */
@Timeout(60)
class MmioBusAllocationTest {
    private static final long GUEST = 0x0c00_0000;
    private static final int PAGE = 4096;
    private static final int SIZE = 0x200;
    private static final int ROUNDS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory;

    @Test
    void anAccessAllocatesNothing() throws Exception {
        Path file = Files.write(directory.resolve("device"), new byte[SIZE]);
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE;
        RegionInfo info = new RegionInfo(0, flags, SIZE, 0, List.of());
        RegionAccess trapped = new RegionAccess(RegionAccess.Kind.TRAPPED, "smaller than a page");
        try (FileDescriptor device =
                        FileDescriptor.owning(linux, linux.open(file.toString(), LinuxSyscalls.O_RDWR), "device");
                Region region = Region.open(device, info, ByteOrder.BIG_ENDIAN, trapped, Access.TRAPPED)) {
            MmioBus bus = new MmioBus();
            for (int i = 2; i < 100; i++) {
                bus.add(GUEST + i * PAGE, PAGE, new Echo());
            }
            PassthroughRegion.add(
                    bus, region, GUEST, PAGE, List.of(new Overlay(0x100, 4, new Echo())), UnassignedListener.NONE);
            use(bus);
            long thread = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(thread);
            long sum = use(bus);
            long allocated = threads.getThreadAllocatedBytes(thread) - before;

            assertThat(sum).isNotZero();
            // The JVM's own: call sites that are linked late. One object for each round would be 320 000 and more.
            assertThat(allocated).isLessThan(2L * ROUNDS);
        }
    }

    private static long use(MmioBus bus) {
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            bus.write(GUEST + 4, 4, i);
            bus.write(GUEST + 9, 7, i);
            sum += bus.read(GUEST + 4, 4) + bus.read(GUEST + 0xfe, 8);
            // Over the region's end, in the rest of its page, nowhere, and over two handlers.
            sum += bus.read(GUEST + SIZE - 3, 8) + bus.read(GUEST + 0x800, 4) + bus.read(GUEST - 8, 4);
            sum += bus.read(GUEST + 51 * PAGE - 2, 4);
        }
        return sum;
    }

    private static final class Echo implements MmioHandler {
        @Override
        public long read(long offset, int width) {
            return offset;
        }

        @Override
        public void write(long offset, int width, long value) {
            throw new AssertionError("not written");
        }
    }
}
