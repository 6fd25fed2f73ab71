// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DeviceInfoLayout;
import org.vfio4j.vfio.abi.GroupStatusLayout;
import org.vfio4j.vfio.abi.VfioIoctl;

class VfioObjectsTest {
    private final FakeVfio linux = new FakeVfio();

    private Device openDevice() throws Exception {
        Container container = Container.open(linux);
        Group group = Group.open(linux, FakeVfio.GROUP);
        group.attach(container);
        container.setIommu(IommuType.TYPE1_V2);
        return group.openDevice(FakeVfio.DEVICE);
    }

    @Test
    void aDeviceSaysWhatItIs() throws Exception {
        Device device = openDevice();

        DeviceInfo info = device.info();

        assertThat(info).isEqualTo(new DeviceInfo(5, 2, 1));
        assertThat(info.canReset()).isTrue();
        assertThat(info.isPlatform()).isTrue();
        assertThat(info.isAmba()).isFalse();
        assertThat(device.region(0)).isEqualTo(new RegionInfo(0, 7, 0x1000, 0, List.of()));
        assertThat(device.region(0).isMappable()).isTrue();
        assertThat(device.region(1)).isEqualTo(new RegionInfo(1, 3, 0x80, 1L << 40, List.of()));
        assertThat(device.region(1).isMappable()).isFalse();
        assertThat(device.irq(0)).isEqualTo(new IrqInfo(0, 7, 1));
        assertThat(device.irq(0).isEventfd()).isTrue();
        assertThat(device.irq(0).isMaskable()).isTrue();
        assertThat(device.irq(0).isAutomasked()).isTrue();
        assertThat(new IrqInfo(0, 1, 1).isMaskable()).isFalse();
        assertThat(device.region(0).isReadable()).isTrue();
        assertThat(device.region(0).isWritable()).isTrue();
    }

    @Test
    void theKernelIsAskedForTheExtensionAndTheBackendByNumber() throws Exception {
        Container container = Container.open(linux);

        assertThat(container.hasExtension(Extension.TYPE1_V2)).isTrue();
        assertThat(container.hasExtension(Extension.NOIOMMU)).isFalse();
        linux.numbers.put(VfioIoctl.VFIO_SET_IOMMU, type -> type == 8 ? 0 : -Errno.ENODEV.number());
        container.setIommu(IommuType.NOIOMMU);
        assertThatThrownBy(() -> container.setIommu(IommuType.TYPE1))
                .isInstanceOfSatisfying(
                        VfioException.class, e -> assertThat(e.step()).isEqualTo(Step.SET_IOMMU));
    }

    @Test
    void anotherVersionOfTheApiIsRefused() {
        linux.numbers.put(VfioIoctl.VFIO_GET_API_VERSION, argument -> 1);

        assertThatThrownBy(() -> Container.open(linux))
                .isInstanceOf(KernelReplyException.class)
                .hasMessageContaining("version 1 of the API");

        assertThat(linux.open).isEmpty();
    }

    @Test
    void theStatusOfAGroup() throws Exception {
        GroupStatus status = Group.open(linux, FakeVfio.GROUP).status();

        assertThat(status.isViable()).isTrue();
        assertThat(status.hasContainer()).isFalse();
        assertThat(new GroupStatus(2).hasContainer()).isTrue();
    }

    @Test
    void thePathOfAGroup() {
        assertThat(Group.pathOf(7, false)).isEqualTo("/dev/vfio/7");
        assertThat(Group.pathOf(0, true)).isEqualTo("/dev/vfio/noiommu-0");
    }

    @Test
    void closingTheContainerClosesDeviceGroupAndContainerInThisOrder() throws Exception {
        Container container = Container.open(linux);
        Group group = Group.open(linux, FakeVfio.GROUP);
        group.attach(container);
        Device device = group.openDevice(FakeVfio.DEVICE);

        container.close();

        assertThat(linux.calls).endsWith("close fff51000.ethernet", "close /dev/vfio/7", "close /dev/vfio/vfio");
        assertThat(device.isClosed()).isTrue();
        assertThat(group.isClosed()).isTrue();
        int calls = linux.calls.size();
        container.close();
        group.close();
        device.close();
        assertThat(linux.calls).as("closing again does nothing").hasSize(calls);
    }

    @Test
    void closingTheGroupClosesItsDevicesTheYoungestFirst() throws Exception {
        Group group = Group.open(linux, FakeVfio.GROUP);
        Device first = group.openDevice(FakeVfio.DEVICE);
        Device second = group.openDevice(FakeVfio.DEVICE);
        first.close();
        Device third = group.openDevice(FakeVfio.DEVICE);

        group.close();

        assertThat(second.isClosed()).isTrue();
        assertThat(third.isClosed()).isTrue();
        assertThat(linux.calls.stream().filter(call -> call.equals("close fff51000.ethernet")))
                .hasSize(3);
        assertThat(linux.open).isEmpty();
    }

    @Test
    void aChildThatCannotBeClosedKeepsNoOtherOpen() throws Exception {
        Container container = Container.open(linux);
        Group group = Group.open(linux, FakeVfio.GROUP);
        group.attach(container);
        group.openDevice(FakeVfio.DEVICE);
        group.openDevice(FakeVfio.DEVICE);
        linux.open.values().removeIf(FakeVfio.DEVICE::equals);

        assertThatThrownBy(container::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed by someone else")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

        assertThat(linux.open).isEmpty();
    }

    @Test
    void aClosedObjectRefusesEverything() throws Exception {
        Device device = openDevice();
        RegionInfo region = device.region(0);
        device.close();

        assertThatThrownBy(device::info).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(device::reset).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> device.readRegion(region, 0, ByteBuffer.allocateDirect(4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("fff51000.ethernet is closed");
        Group group = Group.open(linux, FakeVfio.GROUP);
        group.close();
        assertThatThrownBy(group::status).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> group.openDevice(FakeVfio.DEVICE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedContainerTakesNoGroup() throws Exception {
        Container container = Container.open(linux);
        Group group = Group.open(linux, FakeVfio.GROUP);
        container.close();

        assertThatThrownBy(() -> group.attach(container)).isInstanceOf(IllegalStateException.class);

        assertThat(group.isClosed()).isFalse();
        group.attach(Container.open(linux));
    }

    @Test
    void aGroupIsAttachedOnceAndCanBeDetached() throws Exception {
        Container container = Container.open(linux);
        Group group = Group.open(linux, FakeVfio.GROUP);
        assertThatThrownBy(group::detach).isInstanceOf(IllegalStateException.class);
        group.attach(container);
        assertThatThrownBy(() -> group.attach(container)).isInstanceOf(IllegalStateException.class);

        group.detach();

        container.close();
        assertThat(group.isClosed()).as("it is the container's no more").isFalse();
        assertThatThrownBy(group::detach).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aGroupThatTheKernelDoesNotAttachIsNotAttached() throws Exception {
        Container container = Container.open(linux);
        Group group = Group.open(linux, FakeVfio.GROUP);
        linux.structs.put(VfioIoctl.VFIO_GROUP_SET_CONTAINER, fd -> -Errno.EBUSY.number());

        assertThatThrownBy(() -> group.attach(container)).isInstanceOfSatisfying(VfioException.class, e -> {
            assertThat(e.step()).isEqualTo(Step.SET_CONTAINER);
            assertThat(e.subject()).isEqualTo("/dev/vfio/7");
            assertThat(e.errno()).isEqualTo(Errno.EBUSY);
        });

        container.close();
        assertThat(group.isClosed()).isFalse();
    }

    @Test
    void epermOfAttachIsExplainedByWhatTheGroupIs() throws Exception {
        linux.structs.put(VfioIoctl.VFIO_GROUP_SET_CONTAINER, fd -> -Errno.EPERM.number());
        assertThat(whyNotAttached(FakeVfio.GROUP, 1)).contains("noiommu groups, or iommufd");
        assertThat(whyNotAttached(FakeVfio.GROUP, 0))
                .contains("not viable", "bind every device under /sys/kernel/iommu_groups/7/devices");
        assertThat(whyNotAttached(FakeVfio.NOIOMMU_GROUP, 1)).contains("CAP_SYS_RAWIO");
        assertThat(whyNotAttached(FakeVfio.GROUP, -Errno.ENODEV.number())).contains("not viable", "mixed", "RAWIO");
    }

    private String whyNotAttached(String path, int status) throws Exception {
        linux.structs.put(VfioIoctl.VFIO_GROUP_GET_STATUS, reply -> {
            reply.putInt(GroupStatusLayout.FLAGS, status);
            return Math.min(status, 0);
        });
        try (Container container = Container.open(linux);
                Group group = Group.open(linux, path)) {
            group.attach(container);
            throw new AssertionError("attached");
        } catch (VfioException e) {
            assertThat(e.errno()).isEqualTo(Errno.EPERM);
            assertThat(e.step()).isEqualTo(Step.SET_CONTAINER);
            return e.getMessage();
        }
    }

    @Test
    void epermOfSetIommuIsExplainedByTheBackend() throws Exception {
        Container container = Container.open(linux);
        linux.numbers.put(VfioIoctl.VFIO_SET_IOMMU, type -> -Errno.EPERM.number());

        assertThatThrownBy(() -> container.setIommu(IommuType.NOIOMMU))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("CAP_SYS_RAWIO");
        assertThatThrownBy(() -> container.setIommu(IommuType.TYPE1_V2))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("vfio_iommu_type1/parameters/allow_unsafe_interrupts");
    }

    @Test
    void aNameOfADeviceIsNotEmptyAndHasNoNul() throws Exception {
        Group group = Group.open(linux, FakeVfio.GROUP);

        assertThatThrownBy(() -> group.openDevice("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> group.openDevice("a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> group.openDevice("other"))
                .isInstanceOfSatisfying(
                        VfioException.class,
                        e -> assertThat(e.getMessage())
                                .isEqualTo(
                                        "VFIO_GROUP_GET_DEVICE_FD other: ENODEV (the group has no device of this name)."
                                                + " Remedy: use a name that ls /sys/kernel/iommu_groups/N/devices shows."));
    }

    @Test
    void countsOfMoreThan31BitsAreNotBelieved() throws Exception {
        Device device = openDevice();
        linux.structs.put(VfioIoctl.VFIO_DEVICE_GET_INFO, info -> {
            info.putInt(DeviceInfoLayout.NUM_REGIONS, -1);
            return 0;
        });

        assertThatThrownBy(device::info)
                .isInstanceOf(KernelReplyException.class)
                .hasMessageContaining("4294967295 regions");
    }

    @Test
    void anAccessIsAtTheOffsetOfTheRegion() throws Exception {
        Device device = openDevice();

        assertThat(device.readRegion(device.region(1), 0x7c, ByteBuffer.allocateDirect(4)))
                .isEqualTo(4);
        assertThat(device.writeRegion(device.region(1), 8, ByteBuffer.allocateDirect(2)))
                .isEqualTo(2);

        assertThat(linux.calls).contains("pread 0x1000000007c", "pwrite 0x10000000008");
    }

    @Test
    void anAccessOutsideTheRegionIsNotMade() throws Exception {
        Device device = openDevice();
        RegionInfo region = device.region(1);
        int calls = linux.calls.size();

        assertThatThrownBy(() -> device.readRegion(region, 0x7d, ByteBuffer.allocateDirect(4)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> device.writeRegion(region, -1, ByteBuffer.allocateDirect(4)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> device.readRegion(region, 0, ByteBuffer.allocate(4)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> device.region(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(linux.calls).hasSize(calls);
    }

    @RepeatedTest(50)
    void concurrentClosesCloseEveryDescriptorOnce() throws Exception {
        Container container = Container.open(linux);
        Group group = Group.open(linux, FakeVfio.GROUP);
        group.attach(container);
        Device device = group.openDevice(FakeVfio.DEVICE);
        List<Runnable> closers = List.of(container::close, group::close, device::close, container::close, group::close);
        ExecutorService threads = Executors.newFixedThreadPool(closers.size());
        CountDownLatch together = new CountDownLatch(closers.size());
        var closing = closers.stream()
                .map(closer -> threads.submit(() -> {
                    together.countDown();
                    together.await();
                    closer.run();
                    return null;
                }))
                .toList();
        for (var close : closing) {
            close.get(10, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(linux.open).isEmpty();
        assertThat(linux.calls.stream().filter(call -> call.startsWith("close")))
                .hasSize(3);
    }

    @RepeatedTest(50)
    void aDeviceThatIsOpenedWhileTheGroupClosesIsClosedToo() throws Exception {
        Group group = Group.open(linux, FakeVfio.GROUP);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch together = new CountDownLatch(4);
        var opening = IntStream.range(0, 3)
                .mapToObj(i -> threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return group.openDevice(FakeVfio.DEVICE);
                }))
                .toList();
        together.countDown();
        together.await();
        group.close();
        for (var open : opening) {
            try {
                open.get(10, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(IllegalStateException.class);
            }
        }
        threads.shutdown();

        assertThat(linux.open).isEmpty();
    }
}
