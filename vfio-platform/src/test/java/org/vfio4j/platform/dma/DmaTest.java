// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IommuFd;
import org.vfio4j.vfio.IommuType;
import org.vfio4j.vfio.IovaRange;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Buffers of a device, the same on both stacks. */
class DmaTest {
    private static final int PAGE = 4096;

    private final SimulatedBoard board = DmaBoard.builder().build();

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void aBufferIsMappedUntilItIsClosed(DmaStack stack) throws Exception {
        try (PlatformDevice net = DmaBoard.open(board, stack)) {
            Dma dma = net.dma();
            assertThat(net.dma()).isSameAs(dma);
            assertThat(dma.stack()).isEqualTo(stack);
            DmaBuffer first = dma.allocate(100);
            assertThat(first.size()).isEqualTo(100);
            assertThat(first.mappedSize()).isEqualTo(PAGE);
            assertThat(first.access()).isEqualTo(DmaAccess.READ_WRITE);
            assertThat(first.iova()).as("not the first page").isEqualTo(PAGE);
            DmaBuffer second = dma.allocate(DmaRequest.of(PAGE + 1).access(DmaAccess.READ));
            assertThat(second.iova()).isEqualTo(2 * PAGE);
            assertThat(second.mappedSize()).isEqualTo(2 * PAGE);
            assertThatThrownBy(() -> dma.allocate(DmaRequest.of(1).at(PAGE)))
                    .isInstanceOf(IllegalArgumentException.class);
            first.close();
            first.close();
            assertThat(first.isClosed()).isTrue();
            try (DmaBuffer third = dma.allocate(DmaRequest.of(1).at(PAGE))) {
                assertThat(third.iova()).as("free again").isEqualTo(PAGE);
            }
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void anIovaIsNeitherReservedNorBeyondTheDevice(DmaStack stack) throws Exception {
        try (PlatformDevice net = DmaBoard.open(board, stack)) {
            Dma dma = net.dma();
            assertThat(dma.ranges().ranges())
                    .containsExactly(new IovaRange(0, 0x7ff_ffff), new IovaRange(0x810_0000, 0xffff_ffff_ffffL));
            assertThat(dma.ranges().alignment()).isEqualTo(PAGE);
            assertThat(dma.allocate(DmaRequest.of(PAGE).alignment(0x800_0000)).iova())
                    .as("0 and 0x8000000 cannot be")
                    .isEqualTo(0x1000_0000);
            assertThat(dma.allocate(DmaRequest.of(PAGE).at(0)).iova()).isZero();
            for (long iova : new long[] {0x800_0000, 0x80f_f000, 0x1_0000_0000_0000L, -PAGE, 0x1234}) {
                assertThatThrownBy(() -> dma.allocate(DmaRequest.of(PAGE).at(iova)))
                        .as(Long.toHexString(iova))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() ->
                            dma.allocate(DmaRequest.of(PAGE).addressBits(16).at(0x10000)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("beyond the 16 bits");
            assertThat(dma.allocate(DmaRequest.of(8 * PAGE).addressBits(16)).iova())
                    .isEqualTo(PAGE);
            assertThatThrownBy(() -> dma.allocate(DmaRequest.of(8 * PAGE).addressBits(16)))
                    .isInstanceOfSatisfying(
                            IovaSpaceException.class,
                            none -> assertThat(none.length()).isEqualTo(8 * PAGE))
                    .hasMessageContaining("Remedy: ");
            assertThat(dma.allocate(DmaRequest.of(7 * PAGE).addressBits(16)).iova())
                    .isEqualTo(9 * PAGE);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void hugePagesAreMappedAtMultiplesOfThemselves(DmaStack stack) throws Exception {
        try (PlatformDevice net = DmaBoard.open(board, stack)) {
            net.dma().allocate(1);
            DmaBuffer huge = net.dma().allocate(DmaRequest.of(3 << 20).inHugePages());
            assertThat(huge.iova()).isEqualTo(2 << 20);
            assertThat(huge.mappedSize()).isEqualTo(4 << 20);
            huge.put64((3 << 20) - 8, -2);
            assertThat(huge.get64((3 << 20) - 8)).isEqualTo(-2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void closingTheDeviceClosesItsBuffers(DmaStack stack) throws Exception {
        PlatformDevice net = DmaBoard.open(board, stack);
        Dma dma = net.dma();
        DmaBuffer one = dma.allocate(1);
        DmaMemory slice = one.slice(0, 1);
        net.close();
        net.close();
        assertThat(one.isClosed()).isTrue();
        assertThat(slice.isClosed()).isTrue();
        one.close();
        assertThatThrownBy(() -> one.get8(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> slice.put8(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> dma.allocate(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(net::dma).isInstanceOf(IllegalStateException.class);
        assertThat(board.openDescriptors()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void lockedMemoryIsLimitedAndTheErrorSaysSo(DmaStack stack) throws Exception {
        SimulatedBoard limited = DmaBoard.builder()
                .credentials(Credentials.root().without(Capability.CAP_IPC_LOCK))
                .lockedMemoryLimit(4 * PAGE)
                .build();
        try (PlatformDevice net = DmaBoard.open(limited, stack)) {
            Dma dma = net.dma();
            DmaBuffer three = dma.allocate(3 * PAGE);
            assertThatThrownBy(() -> dma.allocate(2 * PAGE)).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.errno()).isEqualTo(Errno.ENOMEM);
                assertThat(refused.meaning()).contains("locked");
                assertThat(refused.remedy()).contains("ulimit -l");
            });
            three.close();
            assertThat(dma.allocate(4 * PAGE).iova()).as("nothing was left").isEqualTo(PAGE);
        }
    }

    /** vfio_iommu_type1: dma_entry_limit, which a container takes over when its backend is chosen. */
    @Test
    void aContainerHasOnlySoManyMappings() throws Exception {
        board.files().write(Path.of("/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"), new byte[] {'2'});
        try (PlatformDevice net = DmaBoard.open(board, DmaStack.TYPE1)) {
            net.dma().allocate(1);
            DmaBuffer last = net.dma().allocate(1);
            assertThatThrownBy(() -> net.dma().allocate(1)).isInstanceOfSatisfying(VfioException.class, refused -> {
                assertThat(refused.errno()).isEqualTo(Errno.ENOSPC);
                assertThat(refused.remedy()).contains("dma_entry_limit");
            });
            last.close();
            net.dma().allocate(1);
        }
    }

    @Test
    void theGroupIsTheWayUnlessSomethingElseIsAskedFor() throws Exception {
        try (PlatformDevice net = PlatformDevice.open(board.syscalls(), board.files(), DmaBoard.NET)) {
            assertThat(net.stack()).hasValue(DmaStack.TYPE1);
            assertThat(net.stackReason())
                    .matches("TYPE1_V2 through the group /dev/vfio/[0-9]+: the group is there; so is IOMMUFD.*");
        }
        try (PlatformDevice net = DmaBoard.open(board, DmaStack.IOMMUFD)) {
            assertThat(net.stack()).hasValue(DmaStack.IOMMUFD);
            assertThat(net.stackReason()).matches("IOMMUFD through /dev/vfio/devices/vfio[0-9]+: it was asked for");
            assertThat(net.region(0).read32(0)).isZero();
        }
        SimulatedBoard without = DmaBoard.builder().iommufd(false).build();
        assertThatThrownBy(() -> DmaBoard.open(without, DmaStack.IOMMUFD))
                .isInstanceOfAny(UnsupportedOperationException.class, VfioException.class);
        assertThat(without.openDescriptors()).isEmpty();
    }

    private SysfsDevice net() throws Exception {
        return DmaBoard.entry(board, DmaBoard.NET);
    }

    private String group() throws Exception {
        return net().iommuGroup().orElseThrow().devicePath();
    }

    /** Linux 6.6 and later can be built without CONFIG_VFIO_GROUP or CONFIG_VFIO_CONTAINER, and has no such file then. */
    @Test
    void withoutGroupsTheDeviceIsOpenedByItsOwnFile() throws Exception {
        for (String missing : List.of(group(), "/dev/vfio/vfio")) {
            HostFiles files = mock(HostFiles.class, delegatesTo(board.files()));
            doReturn(false).when(files).exists(Path.of(missing));
            try (PlatformDevice net = PlatformDevice.open(board.syscalls(), files, net())) {
                assertThat(net.stack()).hasValue(DmaStack.IOMMUFD);
                assertThat(net.stackReason()).contains("there is no " + missing + ",");
                assertThat(net.dma().allocate(1).iova()).isEqualTo(PAGE);
            }
        }
    }

    private static LinuxSyscalls refusing(SimulatedBoard board, Errno with, String... paths) {
        LinuxSyscalls linux = mock(LinuxSyscalls.class, delegatesTo(board.syscalls()));
        for (String path : paths) {
            doReturn(-with.number()).when(linux).open(eq(path), anyInt());
        }
        return linux;
    }

    @Test
    void whoMayNotOpenTheGroupMayOpenTheDevicesOwnFile() throws Exception {
        LinuxSyscalls linux = refusing(board, Errno.EACCES, group());
        try (PlatformDevice net = PlatformDevice.open(linux, board.files(), net())) {
            assertThat(net.stack()).hasValue(DmaStack.IOMMUFD);
            assertThat(net.stackReason()).contains("may not open " + group());
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    /** The group is the way that is told of, and another error than EACCES is no reason to go another. */
    @Test
    void whatIsWrongWithTheGroupIsNotHidden() throws Exception {
        LinuxSyscalls neither = refusing(board, Errno.EACCES, group(), "/dev/iommu");
        assertThatThrownBy(() -> PlatformDevice.open(neither, board.files(), net()))
                .isInstanceOfSatisfying(VfioException.class, refused -> {
                    assertThat(refused.step()).isEqualTo(Step.OPEN_GROUP);
                    assertThat(refused.getSuppressed()).singleElement().isInstanceOf(VfioException.class);
                });
        LinuxSyscalls busy = refusing(board, Errno.EBUSY, group());
        assertThatThrownBy(() -> PlatformDevice.open(busy, board.files(), net()))
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EBUSY));
        LinuxSyscalls forced = refusing(board, Errno.EACCES, group());
        assertThatThrownBy(() -> DmaBoard.open(board, forced, DmaStack.TYPE1))
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EACCES));
        assertThat(board.openDescriptors()).isEmpty();
    }

    @Test
    void aContainerAndADeviceCanBeInherited() throws Exception {
        LinuxSyscalls linux = board.syscalls();
        Container container = Container.open(linux);
        Group group = Group.open(
                linux,
                DmaBoard.entry(board, DmaBoard.NET).iommuGroup().orElseThrow().devicePath());
        group.attach(container);
        container.setIommu(IommuType.TYPE1_V2);
        Device device = group.openDevice(DmaBoard.NET);
        int[] numbers = {
            container.descriptor().lease().number(), device.descriptor().lease().number()
        };
        try (PlatformDevice net = PlatformDevice.ofDescriptors(
                linux, board.files(), DmaBoard.entry(board, DmaBoard.NET), numbers[0], numbers[1])) {
            assertThat(net.stack()).hasValue(DmaStack.TYPE1);
            assertThat(net.dma().allocate(1).iova()).isEqualTo(PAGE);
        }
        assertThat(board.openDescriptors())
                .as("only the group is not the device's")
                .hasSize(1);
    }

    @Test
    void anIommufdAndADeviceCanBeInherited() throws Exception {
        LinuxSyscalls linux = board.syscalls();
        IommuFd iommufd = IommuFd.open(linux);
        String name = board.files()
                .list(DmaBoard.entry(board, DmaBoard.NET).path().resolve("vfio-dev"))
                .get(0);
        Device device = iommufd.openDevice("/dev/vfio/devices/" + name);
        Ioas ioas = iommufd.allocateIoas();
        ioas.attach(device);
        int[] numbers = {
            iommufd.descriptor().lease().number(), device.descriptor().lease().number()
        };
        try (PlatformDevice net = PlatformDevice.ofDescriptors(
                linux, board.files(), DmaBoard.entry(board, DmaBoard.NET), numbers[0], numbers[1], ioas.id())) {
            assertThat(net.stack()).hasValue(DmaStack.IOMMUFD);
            assertThat(net.dma().allocate(1).iova()).isEqualTo(PAGE);
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    /** What is given is closed, whatever is wrong with it. */
    @Test
    void descriptorsOfSomethingElseAreRefused() throws Exception {
        LinuxSyscalls linux = board.syscalls();
        for (boolean iommufd : new boolean[] {false, true}) {
            int first = linux.eventfd(0, 0);
            int second = linux.eventfd(0, 0);
            assertThatThrownBy(() -> {
                        if (iommufd) {
                            PlatformDevice.ofDescriptors(
                                    linux, board.files(), DmaBoard.entry(board, DmaBoard.NET), first, second, 1);
                        } else {
                            PlatformDevice.ofDescriptors(
                                    linux, board.files(), DmaBoard.entry(board, DmaBoard.NET), first, second);
                        }
                    })
                    .isInstanceOf(VfioException.class);
            assertThat(board.openDescriptors()).isEmpty();
        }
        assertThatThrownBy(() ->
                        PlatformDevice.ofDescriptors(linux, board.files(), DmaBoard.entry(board, DmaBoard.NET), -1, 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRequestIsCheckedWhenItIsMade() {
        for (Runnable wrong : List.<Runnable>of(
                () -> DmaRequest.of(0),
                () -> DmaRequest.of(-1),
                () -> DmaRequest.of(2L << 30),
                () -> DmaRequest.of(1).alignment(0),
                () -> DmaRequest.of(1).alignment(3),
                () -> DmaRequest.of(1).alignment(Long.MIN_VALUE),
                () -> DmaRequest.of(1).addressBits(0),
                () -> DmaRequest.of(1).addressBits(65))) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("expected");
        }
        DmaRequest all = DmaRequest.of(5)
                .access(DmaAccess.WRITE)
                .inHugePages()
                .alignment(64)
                .addressBits(32)
                .at(0x40)
                .order(ByteOrder.BIG_ENDIAN);
        assertThat(all)
                .isEqualTo(new DmaRequest(
                        5, DmaAccess.WRITE, true, false, 64, 32, OptionalLong.of(0x40), ByteOrder.BIG_ENDIAN));
        assertThat(all.lastAddress()).isEqualTo(0xffff_ffffL);
        assertThat(DmaRequest.of(1).lastAddress()).isEqualTo(-1);
    }
}
