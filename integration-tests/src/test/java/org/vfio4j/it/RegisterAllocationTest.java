// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Field;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.Register16;
import org.vfio4j.platform.register.Register32;
import org.vfio4j.platform.register.RegisterHandler;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

/** An access leaves nothing for the garbage collector, by offset, by name and by field. */
@Timeout(60)
class RegisterAllocationTest {
    private static final Register32 CONTROL = Register32.at(0x20);
    private static final Field ENABLE = CONTROL.bit(0);
    private static final Field MODE = CONTROL.bits(6, 4);
    private static final List<Register16> CHANNELS = Register16.array(0x40, 8, 4);
    private static final RegionAccess MAPPABLE = new RegionAccess(RegionAccess.Kind.MAPPED, "memory");
    private static final int ROUNDS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int[] fifo = new int[4];

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(
            value = Access.class,
            names = {"MAPPED", "TRAPPED"})
    void an_access_allocates_nothing(Access access) throws Exception {
        Path file = Files.write(
                directory.resolve("device"), new byte[LinuxSyscalls.ofMachine().pageSize()]);
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE;
        RegionInfo info = new RegionInfo(0, flags, linux.pageSize(), 0, List.of());
        try (FileDescriptor device =
                        FileDescriptor.owning(linux, linux.open(file.toString(), LinuxSyscalls.O_RDWR), "device");
                Region plain = Region.open(device, info, ByteOrder.LITTLE_ENDIAN, MAPPABLE, access)) {
            Region region = plain.overlay(0x100, 4, new Echo());
            use(region);
            long thread = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(thread);
            int sum = use(region);
            long allocated = threads.getThreadAllocatedBytes(thread) - before;

            assertThat(sum).isNotZero();
            // The JVM's own: call sites that are linked late. One object for each round would be 320 000 and more.
            assertThat(allocated).isLessThan(2L * ROUNDS);
        }
    }

    private int use(Region region) {
        int sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            region.write32(4, i);
            region.write16(8, 1);
            region.write8(9, 1);
            sum += region.read32(4) + region.read16(8) + region.read8(9) + region.read32(0x100);
            ENABLE.write(region, 1);
            CONTROL.write(region, ENABLE.of(1) | MODE.of(3));
            sum += MODE.read(region) + (ENABLE.isSet(region) ? 1 : 0);
            CHANNELS.get(i & 3).write(region, 7);
            region.readRepeated(4, fifo, 0, fifo.length);
            region.writeRepeated(4, fifo, 0, fifo.length);
        }
        return sum;
    }

    private static final class Echo implements RegisterHandler {
        @Override
        public long read(long offset, int width) {
            return 1;
        }

        @Override
        public void write(long offset, int width, long value) {
            throw new AssertionError("not written");
        }
    }
}
