// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.DeviceModel;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.platform.sim.DmaFaultException;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.abi.IommufdIoctl;
import org.vfio4j.vfio.abi.VfioIoctl;

/** Memory that is there already, at an address that is given, as a guest's is. */
final class DmaMappingTest {
    private static final int PAGE = 4096;
    private static final long IOVA = 0x4000_0000;

    private DevicePort net;
    private final SimulatedBoard board = DmaBoard.builder()
            .model(DmaBoard.NET, port -> {
                net = port;
                return mock(DeviceModel.class);
            })
            .build();
    private final LinuxSyscalls linux = mock(LinuxSyscalls.class, delegatesTo(board.syscalls()));

    private long memory(int length) {
        int flags = LinuxSyscalls.MAP_SHARED | LinuxSyscalls.MAP_ANONYMOUS;
        long address = linux.mmap(0, length, LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE, flags, -1, 0);
        assertThat(address).isPositive();
        return address;
    }

    private int firstByteForDevice() {
        ByteBuffer one = ByteBuffer.allocate(1);
        net.readMemory(IOVA, one);
        return one.get(0);
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void theDeviceHasTheMemoryAtTheAddressUntilTheMappingIsClosed(DmaStack stack) throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, linux, stack)) {
            long address = memory(2 * PAGE);
            linux.memory(address, PAGE).put(0, (byte) 77);

            DmaMapping mapping = device.dma().map(IOVA, address, 2 * PAGE, DmaAccess.READ);

            assertThat(mapping.iova()).isEqualTo(IOVA);
            assertThat(mapping.length()).isEqualTo(2 * PAGE);
            assertThat(firstByteForDevice()).isEqualTo(77);
            assertThatThrownBy(() -> net.writeMemory(IOVA, ByteBuffer.allocate(1)))
                    .isInstanceOf(DmaFaultException.class);
            mapping.close();
            mapping.close();
            assertThatThrownBy(this::firstByteForDevice).isInstanceOf(DmaFaultException.class);
            device.dma().map(IOVA, address, PAGE, DmaAccess.READ_WRITE);
            assertThat(firstByteForDevice()).isEqualTo(77);
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    @Test
    void itsAddressesAreNotGivenToBuffers() throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, linux, DmaStack.TYPE1)) {
            device.dma().map(PAGE, memory(PAGE), PAGE, DmaAccess.READ_WRITE);

            assertThat(device.dma().allocate(1).iova()).isEqualTo(2 * PAGE);
        }
    }

    /** The board's SMMU keeps 0x8000000 to 0x80fffff for message-signalled interrupts. */
    @ParameterizedTest
    @CsvSource({
        "0x8000000,0x1000,0",
        "0x7fff000,0x2000,0",
        "0x40000800,0x1000,0",
        "0x40000000,0x800,0",
        "0,0,0",
        "0,0x1000,0x10"
    })
    void whatCannotBeMappedIsRefusedBeforeTheKernelIsAsked(String iova, String length, String misplaced)
            throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, linux, DmaStack.TYPE1)) {
            Dma dma = device.dma();
            long address = memory(2 * PAGE) + Long.decode(misplaced);

            assertThatThrownBy(() -> dma.map(Long.decode(iova), address, Long.decode(length), DmaAccess.READ))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(".*expected (some of|an IOVA|whole pages).*");
        }
    }

    @Test
    void whatTheKernelRefusesTakesNoAddresses() throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, linux, DmaStack.TYPE1)) {
            Dma dma = device.dma();
            long address = memory(PAGE);
            doReturn(-Errno.ENOMEM.number())
                    .doAnswer(call -> board.syscalls()
                            .ioctl(
                                    call.<Integer>getArgument(0),
                                    call.<Integer>getArgument(1),
                                    call.<ByteBuffer>getArgument(2)))
                    .when(linux)
                    .ioctl(anyInt(), eq(VfioIoctl.VFIO_IOMMU_MAP_DMA), any(ByteBuffer.class));

            assertThatThrownBy(() -> dma.map(IOVA, address, PAGE, DmaAccess.READ))
                    .isInstanceOf(VfioException.class);

            assertThat(dma.map(IOVA, address, PAGE, DmaAccess.READ).iova()).isEqualTo(IOVA);
        }
    }

    @Test
    void anUnmappingThatFailsIsToldAndTheAddressesAreNotUsedAgain() throws Exception {
        PlatformDevice device = DmaBoard.open(board, linux, DmaStack.IOMMUFD);
        Dma dma = device.dma();
        long address = memory(PAGE);
        DmaMapping mapping = dma.map(IOVA, address, PAGE, DmaAccess.READ);
        doReturn(-Errno.ENOENT.number())
                .when(linux)
                .ioctl(anyInt(), eq(IommufdIoctl.IOMMU_IOAS_UNMAP), any(ByteBuffer.class));

        assertThatThrownBy(mapping::close)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the device may reach it until it is closed itself");
        assertThatThrownBy(() -> dma.map(IOVA, address, PAGE, DmaAccess.READ))
                .isInstanceOf(IllegalArgumentException.class);

        device.close();
        assertThat(board.openDescriptors()).isEmpty();
    }

    @Test
    void closingTheDeviceClosesIt() throws Exception {
        PlatformDevice device = DmaBoard.open(board, linux, DmaStack.TYPE1);
        Dma dma = device.dma();
        long address = memory(PAGE);
        dma.map(IOVA, address, PAGE, DmaAccess.READ);

        device.close();

        assertThatThrownBy(this::firstByteForDevice).isInstanceOf(DmaFaultException.class);
        assertThatThrownBy(() -> dma.map(IOVA, address, PAGE, DmaAccess.READ))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withoutAnIommuThereAreNoAddressesToChoose() throws Exception {
        try (PlatformDevice device = DmaBoard.open(board, linux, DmaStack.NOIOMMU)) {
            Dma dma = device.dma();

            assertThatThrownBy(() -> dma.map(IOVA, memory(PAGE), PAGE, DmaAccess.READ))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageStartingWith(DmaBoard.FREE + " has no IOMMU");
        }
    }
}
