// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.DeviceModel;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.platform.sim.DmaFault;
import org.vfio4j.platform.sim.DmaFaultException;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IommuFd;
import org.vfio4j.vfio.IommuType;

/** What a simulated device reaches by DMA is what the kernel has set up for it, and nothing else. */
class DeviceMemoryTest {
    private static final int PAGE = 4096;

    private DevicePort net;
    private DevicePort free;
    private DevicePort shifted;
    private final SimulatedBoard board = DmaBoard.builder()
            .model(DmaBoard.NET, port -> silent(net = port))
            .model(DmaBoard.FREE, port -> silent(free = port))
            .model(DmaBoard.SHIFTED, port -> silent(shifted = port))
            .build();

    private static DeviceModel silent(DevicePort port) {
        return new DeviceModel() {
            @Override
            public long read(int region, long offset, int width) {
                return 0;
            }

            @Override
            public void write(int region, long offset, int width, long value) {}
        };
    }

    private DevicePort port(DmaStack stack) {
        return stack == DmaStack.NOIOMMU ? free : net;
    }

    private static byte[] read(DevicePort port, long address, int length) {
        byte[] bytes = new byte[length];
        ByteBuffer into = ByteBuffer.wrap(bytes);
        port.readMemory(address, into);
        assertThat(into.hasRemaining()).isFalse();
        return bytes;
    }

    private DmaFault fault(Runnable access) {
        int before = board.dmaFaults().size();
        DmaFault fault =
                catchThrowableOfType(DmaFaultException.class, access::run).fault();
        assertThat(board.dmaFaults()).hasSize(before + 1).last().isEqualTo(fault);
        return fault;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource(DmaStack.class)
    void deviceAndDriverSeeOneMemory(DmaStack stack) throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, stack)) {
            DmaBuffer buffer = device.dma().allocate(100);
            buffer.put(10, bytes("to the device"));
            assertThat(read(port(stack), buffer.iova(10), 13)).isEqualTo(bytes("to the device"));
            ByteBuffer from =
                    ByteBuffer.wrap(bytes("(to the driver)")).position(1).limit(14);
            port(stack).writeMemory(buffer.iova() + 50, from);
            assertThat(from.position()).isEqualTo(14);
            byte[] got = new byte[15];
            buffer.get(49, got);
            assertThat(got).isEqualTo(bytes("\0to the driver\0"));
            assertThat(board.dmaFaults()).isEmpty();
        }
    }

    /** Neighbouring IOVAs of two mappings are one range to a device. */
    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void aRangeMayLieInSeveralMappings(DmaStack stack) throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, stack)) {
            DmaBuffer first = device.dma().allocate(PAGE);
            DmaBuffer second = device.dma().allocate(PAGE);
            assertThat(second.iova()).isEqualTo(first.iova() + PAGE);
            net.writeMemory(second.iova() - 3, ByteBuffer.wrap(bytes("across")));
            byte[] half = new byte[3];
            first.get(PAGE - 3, half);
            assertThat(half).isEqualTo(bytes("acr"));
            second.get(0, half);
            assertThat(half).isEqualTo(bytes("oss"));
            assertThat(read(net, second.iova() - 3, 6)).isEqualTo(bytes("across"));
            second.close();
            first.put(PAGE - 3, bytes("abc"));
            assertThat(fault(() -> net.writeMemory(first.iova() + PAGE - 3, ByteBuffer.wrap(bytes("across")))))
                    .isEqualTo(new DmaFault(DmaBoard.NET, first.iova() + PAGE, true, "nothing is mapped there"));
            first.get(PAGE - 3, half);
            assertThat(half).as("nothing is written if a part cannot be").isEqualTo(bytes("abc"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void theDirectionOfAMappingIsKept(DmaStack stack) throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, stack)) {
            DmaBuffer in = device.dma().allocate(DmaRequest.of(8).access(DmaAccess.WRITE));
            DmaBuffer out = device.dma().allocate(DmaRequest.of(8).access(DmaAccess.READ));
            net.writeMemory(in.iova(), ByteBuffer.allocate(8));
            read(net, out.iova(), 8);
            assertThat(fault(() -> read(net, in.iova() + 4, 4)))
                    .isEqualTo(new DmaFault(
                            DmaBoard.NET, in.iova() + 4, false, "what is mapped there is not for reading"));
            assertThat(fault(() -> net.writeMemory(out.iova(), ByteBuffer.allocate(1)))
                            .toString())
                    .isEqualTo(DmaBoard.NET + " wrote to address 0x" + Long.toHexString(out.iova())
                            + ": what is mapped there is not for writing");
        }
    }

    @ParameterizedTest
    @EnumSource(DmaStack.class)
    void whatIsGoneIsNotReached(DmaStack stack) throws Exception {
        long address;
        try (PlatformDevice device = DmaBoard.open(board, stack)) {
            assertThat(fault(() -> read(port(stack), 0, 1)).write()).isFalse();
            DmaBuffer buffer = device.dma().allocate(8);
            address = buffer.iova();
            buffer.put64(0, 77);
            buffer.close();
            if (stack == DmaStack.NOIOMMU) {
                assertThat(read(free, address, 8)).as("kept for the device").startsWith(77);
            } else {
                fault(() -> read(net, address, 8));
            }
        }
        fault(() -> read(port(stack), address, 8));
    }

    /** A driver that takes scattered pages for one run would hit memory of somebody else. */
    @Test
    void withoutAnIommuARunEndsWithThePage() throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, DmaStack.NOIOMMU)) {
            DmaBuffer buffer = device.dma().allocate(2 * PAGE);
            read(free, buffer.iova(0), PAGE);
            read(free, buffer.iova(PAGE), PAGE);
            assertThat(fault(() -> read(free, buffer.iova(0), PAGE + 1)))
                    .isEqualTo(new DmaFault(
                            DmaBoard.FREE, buffer.iova(0) + PAGE, false, "no memory of the process is there"));
            DmaBuffer huge = device.dma().allocate(DmaRequest.of(2 * PAGE).contiguously());
            huge.put64(2 * PAGE - 8, 1);
            assertThat(read(free, huge.iova(), 2 * PAGE)[2 * PAGE - 8]).isEqualTo((byte) 1);
            assertThatThrownBy(() -> read(free, 0x101000, 1))
                    .as("registers are no memory")
                    .isInstanceOf(DmaFaultException.class);
        }
    }

    @Test
    void theBusOfADeviceMayHaveMemoryElsewhere() throws Exception {
        try (PlatformDevice device = PlatformDevice.open(
                board.syscalls(), board.files(), DmaBoard.entry(board, DmaBoard.SHIFTED), DmaStack.NOIOMMU)) {
            DmaBuffer buffer = device.dma().allocate(8);
            buffer.put64(0, 5);
            assertThat(read(shifted, buffer.iova(), 8)).startsWith(5);
            assertThat(fault(() -> read(shifted, buffer.iova() - 0x8000_0000L, 8))
                            .reason())
                    .contains("no memory");
        }
    }

    /** The kernel has pinned the pages: the device keeps them, whatever the process has at the address by then. */
    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void aMappingKeepsItsPages(DmaStack stack) throws Exception {
        LinuxSyscalls linux = board.syscalls();
        int protection = LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE;
        int anonymous = LinuxSyscalls.MAP_SHARED | LinuxSyscalls.MAP_ANONYMOUS;
        long memory = linux.mmap(0, 2 * PAGE, protection, anonymous, -1, 0);
        linux.memory(memory, 2 * PAGE).put(PAGE, bytes("pinned"));
        assertThat(net).isNotNull();
        fault(() -> read(net, 0x10000, 6));
        try (AutoCloseable owner = map(stack, memory)) {
            assertThat(owner).isNotNull();
            assertThat(linux.munmap(memory + PAGE, PAGE)).isZero();
            assertThat(linux.mmap(memory + PAGE, PAGE, protection, anonymous | LinuxSyscalls.MAP_FIXED, -1, 0))
                    .isEqualTo(memory + PAGE);
            assertThat(read(net, 0x10000 + PAGE, 6)).isEqualTo(bytes("pinned"));
        }
        fault(() -> read(net, 0x10000 + PAGE, 6));
    }

    /** Maps two pages at 0x10000 for the device. */
    private AutoCloseable map(DmaStack stack, long memory) throws Exception {
        LinuxSyscalls linux = board.syscalls();
        if (stack == DmaStack.TYPE1) {
            Container container = Container.open(linux);
            Group group = Group.open(
                    linux,
                    DmaBoard.entry(board, DmaBoard.NET)
                            .iommuGroup()
                            .orElseThrow()
                            .devicePath());
            group.attach(container);
            fault(() -> read(net, 0x10000, 1));
            container.setIommu(IommuType.TYPE1_V2);
            container.map(0x10000, memory, 2 * PAGE, DmaAccess.READ_WRITE);
            return container;
        }
        IommuFd iommufd = IommuFd.open(linux);
        String name = board.files()
                .list(DmaBoard.entry(board, DmaBoard.NET).path().resolve("vfio-dev"))
                .get(0);
        Device device = iommufd.openDevice("/dev/vfio/devices/" + name);
        Ioas ioas = iommufd.allocateIoas();
        ioas.map(0x10000, memory, 2 * PAGE, DmaAccess.READ_WRITE);
        fault(() -> read(net, 0x10000, 1));
        ioas.attach(device);
        return iommufd;
    }
}
