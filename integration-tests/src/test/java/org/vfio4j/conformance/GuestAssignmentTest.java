// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.KvmVfio;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.guest.GuestAssignment;
import org.vfio4j.platform.guest.GuestMemory;
import org.vfio4j.platform.guest.MmioBus;
import org.vfio4j.platform.guest.PassthroughRegion;
import org.vfio4j.platform.register.Region;
import org.vfio4j.vfio.VfioException;

/** The lab's devices in the hands of a guest: its bus, and the memory slots of KVM where there is one. */
class GuestAssignmentTest extends ConformanceTest {
    private static final long GUEST = 0x0c00_0000;
    private static final long RAM = 0x4000_0000;
    private static final int VIRTIO_MAGIC = 0x74726976;

    private final MmioBus bus = new MmioBus();

    private PlatformDevice open(LabDevice device) throws IOException {
        return PlatformDevice.open(world.linux(), world.files(), device.device);
    }

    private Kvm openKvm() throws IOException {
        try {
            return Kvm.open(world.linux());
        } catch (VfioException refused) {
            return abort("not run: " + refused.getMessage());
        }
    }

    /** Its page on the host is that of other transports of virtio. */
    @Test
    void ofASubPageDevicesPageTheGuestHasItsRegionOnly() throws IOException {
        try (PlatformDevice virtio = open(LabDevice.VIRTIO);
                GuestAssignment assignment = GuestAssignment.of(virtio)
                        .region(0, GUEST)
                        .allowUnconfinedDma()
                        .assign(bus)) {
            PassthroughRegion assigned = assignment.regions().get(0);
            long pageSize = virtio.pageSize();
            Region region = assigned.region();
            long size = region.size();

            for (long at = 0; at + 4 <= size; at += 4) {
                assertThat(bus.read(GUEST + at, 4)).isEqualTo(Integer.toUnsignedLong(region.read32(at)));
            }
            for (long at = size; at < pageSize; at += 8) {
                assertThat(bus.read(GUEST + at, 8)).as("0x%x", at).isZero();
                bus.write(GUEST + at, 8, -1);
            }
            assertThat(assigned.remainder().reads()).isEqualTo((pageSize - size) / 8);
            assertThat(assigned.remainder().writes()).isEqualTo((pageSize - size) / 8);
            assertThat(assigned.failures()).isZero();
            if (world.isMachine()) {
                assertThat(bus.read(GUEST, 4)).isEqualTo(VIRTIO_MAGIC);
            }
        }
    }

    /** Memory in both worlds: Linux makes of the guest's accesses what the bus says. */
    @Test
    void fourBytesInAPageTakeWhatFallsOnThem() throws IOException {
        try (PlatformDevice dma = open(LabDevice.DMA);
                GuestAssignment assignment =
                        GuestAssignment.of(dma).region(0, GUEST + 0x300).assign(bus)) {
            Region region = assignment.regions().get(0).region();
            region.write32(0, 0);

            bus.write(GUEST + 0x2fd, 8, 0x8877665544332211L);
            assertThat(region.read32(0)).isEqualTo(0x77665544);
            bus.write(GUEST + 0x303, 8, 0x8877665544332211L);
            assertThat(region.read32(0)).isEqualTo(0x11665544);
            assertThat(bus.read(GUEST + 0x2fe, 8)).isEqualTo(0x1166_5544_0000L);
            region.write32(0, 0);
        }
    }

    @Test
    void aMappedRegionIsAMemorySlotAndItsDmaIsTheGuestsMemory() throws IOException {
        assignToVm(LabDevice.SATA, true);
    }

    @Test
    void aDeviceWithoutAnIommuGetsNoMemoryOfTheGuest() throws IOException {
        assignToVm(LabDevice.RTC, false);
    }

    /** What is closed is closed: a device that KVM still had could not be opened again. */
    private void assignToVm(LabDevice device, boolean withDma) throws IOException {
        AtomicInteger slots = new AtomicInteger(1);
        try (Kvm kvm = openKvm()) {
            Vm vm = kvm.createVm();
            int pageSize = world.linux().pageSize();
            try (KvmVfio kvmVfio = new KvmVfio(vm.createDevice(KvmDeviceType.VFIO));
                    GuestMemory memory = GuestMemory.allocate(world.linux(), vm, 0, RAM, 16L * pageSize)) {
                for (int round = 0; round < 2; round++) {
                    try (PlatformDevice opened = open(device);
                            GuestAssignment assignment = GuestAssignment.of(opened)
                                    .region(0, GUEST)
                                    .dma(withDma ? List.of(memory) : List.of())
                                    .allowUnconfinedDma()
                                    .kvmVfio(kvmVfio)
                                    .memorySlots(vm, slots::getAndIncrement)
                                    .assign(bus)) {
                        requireSlot(vm, pageSize);
                        assignment.trap();
                        vm.memory(100, GUEST, pageSize, hostPage(pageSize)).close();
                        assignment.map();
                        requireSlot(vm, pageSize);
                        assertThat(bus.read(GUEST + 4, 4))
                                .isEqualTo(
                                        Integer.toUnsignedLong(opened.region(0).read32(4)));
                    }
                    vm.memory(100, GUEST, pageSize, hostPage(pageSize)).close();
                }
            }
        }
        assertThat(slots).hasValue(3);
    }

    /** KVM has memory where the device is. */
    private void requireSlot(Vm vm, int pageSize) {
        assertThatThrownBy(() -> vm.memory(100, GUEST, pageSize, hostPage(pageSize)))
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EEXIST));
    }

    /** An address is enough for KVM, as nobody accesses the memory. */
    private static long hostPage(int pageSize) {
        return 0x1000_0000L / pageSize * pageSize;
    }
}
