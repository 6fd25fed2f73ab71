// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.KvmVfio;
import org.vfio4j.kvm.Vm;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.guest.MemorySlots.Slot;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.PlacedRegion;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.sim.DeviceModel;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.platform.sim.DmaFaultException;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.abi.VfioIoctl;

/** A device in the hands of a guest: what is in memory slots, what traps, what it reaches by DMA. */
final class GuestAssignmentTest {
    private static final int PAGE = 4096;
    private static final long GUEST = 0x0c00_0000;
    /** Two regions with pages of their own and one in part of a page, behind an IOMMU. */
    private static final String NET = "100000.net";
    /** Behind an IOMMU, and with a model that does DMA. */
    private static final String ENGINE = "200000.engine";
    /** Without an IOMMU. */
    private static final String CLOCK = "300000.clock";

    private DevicePort engine;
    private final SimulatedBoard board = SimulatedBoard.builder(DtsReader.read("""
                    /dts-v1/;
                    / {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        smmu: iommu@9000 {
                            compatible = "arm,smmu-v3";
                            #iommu-cells = <1>;
                            reg = <0x9000 0x1000>;
                        };
                        net@100000 {
                            compatible = "test,net";
                            reg = <0x100000 0x4000>, <0x110000 0x1000>, <0x120100 0x80>;
                            iommus = <&smmu 1>;
                        };
                        engine@200000 {
                            compatible = "test,engine";
                            reg = <0x200000 0x1000>;
                            iommus = <&smmu 2>;
                        };
                        clock@300000 {
                            compatible = "test,clock";
                            reg = <0x300000 0x1000>;
                            dma-coherent;
                        };
                    };
                    """))
            .readyToUse()
            .model(ENGINE, port -> {
                engine = port;
                return new DeviceModel() {
                    @Override
                    public long read(int region, long offset, int width) {
                        return 0;
                    }

                    @Override
                    public void write(int region, long offset, int width, long value) {}
                };
            })
            .build();
    private final MemorySlots kernel = new MemorySlots(board.syscalls());
    private final LinuxSyscalls linux = kernel.syscalls();
    private final AtomicInteger nextSlot = new AtomicInteger(10);
    private final MmioBus bus = new MmioBus();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Vm vm;

    @BeforeEach
    void createVm() throws IOException {
        Kvm kvm = Kvm.open(linux);
        open.add(kvm);
        vm = kvm.createVm();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private PlatformDevice open(String name) throws IOException {
        PlatformDevice device = PlatformDevice.open(linux, board.files(), name);
        open.add(device);
        return device;
    }

    @Test
    void whatCanBeMappedIsInMemorySlotsAndWhatIsSmallerThanAPageNeverIs() throws IOException {
        PlatformDevice net = open(NET);
        PlacedDevice placed = new PlacedDevice(
                NET,
                List.of(
                        new PlacedRegion(0, GUEST, 0x4000),
                        new PlacedRegion(1, GUEST + 0x10000, 0x1000),
                        new PlacedRegion(2, GUEST + 0x20000, 0x80)),
                List.of());

        GuestAssignment assignment = GuestAssignment.of(net)
                .place(placed)
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus);

        assertThat(assignment.device()).isSameAs(net);
        assertThat(assignment.regions())
                .extracting(PassthroughRegion::guestAddress)
                .containsExactly(GUEST, GUEST + 0x10000, GUEST + 0x20000);
        assertThat(kernel.slots()).containsOnlyKeys(10, 11);
        assertThat(kernel.slots().get(10))
                .extracting(Slot::guestAddress, Slot::size, Slot::flags)
                .containsExactly(GUEST, 0x4000L, 0);
        assertThat(kernel.slots().get(11))
                .extracting(Slot::guestAddress, Slot::size)
                .containsExactly(GUEST + 0x10000, 0x1000L);
        for (Slot slot : kernel.slots().values()) {
            assertThat(board.mappings()).anySatisfy(mapping -> {
                assertThat(mapping.address()).isEqualTo(slot.hostAddress());
                assertThat(mapping.length()).isEqualTo(slot.size());
            });
        }

        assignment.close();
        assignment.close();
        assertThat(kernel.slots()).isEmpty();
        bus.write(GUEST + 0x20000, 4, 1);
        assertThat(bus.unassigned().writes()).isEqualTo(1);
    }

    /** The slot and the trapped path are the same registers. */
    @Test
    void aSlotShowsTheRegistersOfTheRegion() throws IOException {
        PlatformDevice net = open(NET);
        try (GuestAssignment assignment = GuestAssignment.of(net)
                .region(0, GUEST)
                .overlay(0, new Overlay(0x1000, 4, new RecordingHandler(0)))
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus)) {
            Region region = assignment.regions().get(0).region();
            region.write32(0x2004, 0x11223344);

            Slot behind = kernel.slots().get(11);
            assertThat(behind.guestAddress()).isEqualTo(GUEST + 0x2000);
            assertThat(linux.memory(behind.hostAddress(), PAGE).getInt(4)).isEqualTo(0x11223344);
            assertThat(bus.read(GUEST + 0x2004, 4)).isEqualTo(0x11223344);
        }
    }

    @Test
    void pagesWithAnOverlayTrap() throws IOException {
        RecordingHandler handler = new RecordingHandler(0);
        try (GuestAssignment assignment = GuestAssignment.of(open(NET))
                .region(0, GUEST)
                .overlay(0, new Overlay(0x1ffe, 4, handler))
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus)) {
            assertThat(kernel.slots().values())
                    .extracting(Slot::guestAddress, Slot::size)
                    .containsExactlyInAnyOrder(tuple(GUEST, 0x1000L), tuple(GUEST + 0x3000, 0x1000L));

            bus.write(GUEST + 0x1ffc, 8, 0x8877665544332211L);

            assertThat(handler.accesses).containsExactly("w4@8190=66554433");
            Region region = assignment.regions().get(0).region();
            assertThat(region.read16(0x1ffc)).isEqualTo(0x2211);
            assertThat(region.read32(0x1ffc)).isEqualTo(0x2211);
            assertThat(region.read32(0x2000)).isEqualTo(0x88770000);
        }
    }

    @Test
    void slotsAreTakenAwayAndGivenBackAndAccessesTrapMeanwhile() throws IOException {
        PlatformDevice net = open(NET);
        List<String> told = new ArrayList<>();
        try (GuestAssignment assignment = GuestAssignment.of(net)
                .region(0, GUEST)
                .region(1, GUEST + 0x10000)
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus)) {
            Map<Integer, Slot> before = kernel.slots();
            assignment.regions().forEach(region -> region.afterAccess(() -> told.add("accessed")));

            assignment.trap();
            assignment.trap();
            assertThat(kernel.slots()).isEmpty();
            bus.write(GUEST + 8, 4, 0x55);
            assertThat(assignment.regions().get(0).region().read32(8)).isEqualTo(0x55);
            assertThat(told).hasSize(1);
            bus.read(GUEST + 8, 8);
            assertThat(told).hasSize(2);

            assignment.map();
            assignment.map();
            assertThat(kernel.slots()).isEqualTo(before);
        }
        assertThat(kernel.slots()).isEmpty();
    }

    @Test
    void interruptsFollowTheGuestsAccessesAndAreClosedFirst() throws IOException {
        GuestAssignment assignment = GuestAssignment.of(open(NET))
                .region(0, GUEST)
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus);
        List<Integer> slotsAtClosing = new ArrayList<>();
        GuestInterrupts interrupts = mock(GuestInterrupts.class);
        doAnswer(call -> slotsAtClosing.add(kernel.slots().size()))
                .when(interrupts)
                .close();

        assignment.attach(interrupts);
        verify(interrupts, never()).accessed();
        bus.read(GUEST, 4);
        verify(interrupts).accessed();
        bus.write(GUEST, 4, 1);
        verify(interrupts, times(2)).accessed();

        assignment.close();
        assignment.close();
        assertThat(slotsAtClosing).containsExactly(1);
        assertThatThrownBy(() -> assignment.attach(interrupts))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(NET + " is no longer assigned");
    }

    @Test
    void slotsThatWereTakenAwayDoNotComeBackAfterClosing() throws IOException {
        GuestAssignment assignment = GuestAssignment.of(open(NET))
                .region(0, GUEST)
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus);
        assignment.trap();
        assignment.close();

        assignment.map();

        assertThat(kernel.slots()).isEmpty();
    }

    @Test
    void oneSlotThatKvmKeepsDoesNotHinderTheOthers() throws IOException {
        try (GuestAssignment assignment = GuestAssignment.of(open(NET))
                .region(0, GUEST)
                .region(1, GUEST + 0x10000)
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus)) {
            kernel.fail(0, Errno.EIO);

            assertThatThrownBy(assignment::trap)
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            refused -> assertThat(refused.step()).isEqualTo(Step.KVM_DELETE_MEMORY));
            assertThat(kernel.slots()).containsOnlyKeys(10);

            assignment.map();
            assertThat(kernel.slots()).containsOnlyKeys(10, 11);
        }
        assertThat(kernel.slots()).isEmpty();
    }

    @Test
    void withoutMemorySlotsEverythingTraps() throws IOException {
        try (GuestAssignment assignment =
                GuestAssignment.of(open(NET)).region(0, GUEST).assign(bus)) {
            bus.write(GUEST, 4, 7);

            assertThat(assignment.regions().get(0).region().read32(0)).isEqualTo(7);
            assertThat(kernel.slots()).isEmpty();
        }
    }

    @Test
    void aRegionThatCanBeMappedIsPlacedAtAPage() throws IOException {
        GuestAssignmentBuilder builder =
                GuestAssignment.of(open(NET)).region(0, GUEST + 8).memorySlots(vm, nextSlot::getAndIncrement);

        assertThatThrownBy(() -> builder.assign(bus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a multiple of the page size of 0x1000 as the guest address of " + NET
                        + " region 0, got 0xc000008");
        bus.read(GUEST + 8, 1);
        assertThat(bus.unassigned().reads()).isEqualTo(1);
    }

    @Test
    void aSlotThatKvmRefusesLeavesNothingBehind() throws IOException {
        vm.memory(1, GUEST + 0x10000, PAGE, 0x7000_0000);
        PlatformDevice net = open(NET);
        GuestAssignmentBuilder builder = GuestAssignment.of(net)
                .region(0, GUEST)
                .region(1, GUEST + 0x10000)
                .memorySlots(vm, nextSlot::getAndIncrement);

        assertThatThrownBy(() -> builder.assign(bus)).isInstanceOfSatisfying(VfioException.class, refused -> {
            assertThat(refused.step()).isEqualTo(Step.KVM_SET_MEMORY);
            assertThat(refused.errno()).isEqualTo(Errno.EEXIST);
        });

        assertThat(kernel.slots()).containsOnlyKeys(1);
        bus.read(GUEST, 1);
        assertThat(bus.unassigned().reads()).isEqualTo(1);
    }

    @Test
    void theGuestsMemoryIsTheDevicesAtTheGuestsAddressesWhileItIsAssigned() throws IOException {
        GuestMemory memory = GuestMemory.allocate(linux, vm, 0, 0x4000_0000, 2 * PAGE);
        memory.bytes().put(PAGE, (byte) 77);
        PlatformDevice device = open(ENGINE);
        ByteBuffer one = ByteBuffer.allocate(1);

        try (GuestAssignment assignment = GuestAssignment.of(device)
                .region(0, GUEST)
                .dma(List.of(memory))
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus)) {
            assertThat(assignment.regions()).hasSize(1);
            engine.readMemory(0x4000_1000, one);
            assertThat(one.get(0)).isEqualTo((byte) 77);
            engine.writeMemory(0x4000_1004, ByteBuffer.wrap(new byte[] {5}));
            assertThat(memory.bytes().get(PAGE + 4)).isEqualTo((byte) 5);
        }

        assertThatThrownBy(() -> engine.readMemory(0x4000_1000, one.clear())).isInstanceOf(DmaFaultException.class);
    }

    @Test
    void kvmIsToldOfTheDeviceWhileItIsAssigned() throws IOException {
        PlatformDevice device = open(ENGINE);
        KvmVfio kvmVfio = new KvmVfio(vm.createDevice(KvmDeviceType.VFIO));
        assertThat(device.kvmFile().name())
                .isEqualTo(
                        "/dev/vfio/" + device.entry().iommuGroup().orElseThrow().number());

        try (GuestAssignment assignment =
                GuestAssignment.of(device).kvmVfio(kvmVfio).assign(bus)) {
            assertThat(assignment.regions()).isEmpty();
            assertThat(kernel.vfioFiles()).isEqualTo(1);
        }
        assertThat(kernel.vfioFiles()).isZero();

        GuestAssignment assignment = GuestAssignment.of(device).kvmVfio(kvmVfio).assign(bus);
        kvmVfio.close();
        assignment.close();
        assertThat(kernel.vfioFiles()).as("not told of again").isEqualTo(1);
    }

    @Test
    void aDeviceWithoutAnIommuIsAssignedOnlyToWhoAllowsIt() throws IOException {
        PlatformDevice clock = open(CLOCK);
        GuestAssignmentBuilder builder = GuestAssignment.of(clock).region(0, GUEST);

        assertThatThrownBy(() -> builder.assign(bus))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith(CLOCK + " has no IOMMU: a guest could have it write to all memory of the host");
        builder.allowUnconfinedDma().assign(bus).close();

        builder.dma(List.of(GuestMemory.allocate(linux, vm, 0, 0x4000_0000, PAGE)));
        assertThatThrownBy(() -> builder.assign(bus))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(CLOCK + " has no IOMMU: the guest's memory cannot be mapped for it");
    }

    @Test
    void placesAndOverlaysAreOfRegionsThatTheDeviceHas() throws IOException {
        GuestAssignmentBuilder builder = GuestAssignment.of(open(NET));
        Overlay overlay = new Overlay(0, 4, new RecordingHandler(0));

        assertThatThrownBy(() -> builder.region(3, GUEST)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> builder.overlay(-1, overlay)).isInstanceOf(IndexOutOfBoundsException.class);
        builder.region(2, GUEST).overlay(1, overlay);
        assertThatThrownBy(() -> builder.assign(bus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a place for region 1 of " + NET
                        + ", which has an overlay; there are places for regions [2]");
    }

    /** The guest's memory is the device's before the guest can start it, and as long as the guest can. */
    @Test
    void registersComeLastAndGoFirst() throws IOException {
        GuestMemory memory = GuestMemory.allocate(linux, vm, 0, 0x4000_0000, PAGE);
        KvmVfio kvmVfio = new KvmVfio(vm.createDevice(KvmDeviceType.VFIO));
        PlatformDevice net = open(NET);
        net.dma();
        net.inspection();
        String setFile = "ioctl 0x" + Integer.toHexString(KvmIoctl.KVM_SET_DEVICE_ATTR);
        String setSlot = "ioctl 0x" + Integer.toHexString(KvmIoctl.KVM_SET_USER_MEMORY_REGION);
        kernel.made().clear();

        GuestAssignment assignment = GuestAssignment.of(net)
                .region(1, GUEST)
                .dma(List.of(memory))
                .kvmVfio(kvmVfio)
                .memorySlots(vm, nextSlot::getAndIncrement)
                .assign(bus);

        // The first mmap is the program's own, for accesses that trap.
        assertThat(kernel.made())
                .containsExactly(
                        "ioctl 0x" + Integer.toHexString(VfioIoctl.VFIO_IOMMU_MAP_DMA),
                        setFile,
                        "mmap",
                        "mmap",
                        setSlot);
        kernel.made().clear();
        assignment.close();
        assertThat(kernel.made())
                .containsExactly(
                        setSlot, "munmap", setFile, "ioctl 0x" + Integer.toHexString(VfioIoctl.VFIO_IOMMU_UNMAP_DMA));
    }

    /** Each system call of assigning, trapping, mapping and closing fails in turn. */
    @Test
    void whateverFailsNothingStaysAssigned() throws IOException {
        GuestMemory memory = GuestMemory.allocate(linux, vm, 0, 0x4000_0000, PAGE);
        KvmVfio kvmVfio = new KvmVfio(vm.createDevice(KvmDeviceType.VFIO));
        int calls = assignAndClose(memory, kvmVfio, Integer.MAX_VALUE);
        assertThat(kernel.vfioFiles()).isZero();
        assertThat(calls).isGreaterThan(12);
        for (int failing = 0; failing < calls; failing++) {
            int number = failing;
            assertThatCode(() -> assignAndClose(memory, kvmVfio, number))
                    .as("call %d", number)
                    .satisfiesAnyOf(
                            thrown -> assertThat(thrown).isNull(),
                            thrown -> assertThat(thrown).isInstanceOf(VfioException.class),
                            thrown -> assertThat(thrown)
                                    .isInstanceOf(UncheckedIOException.class)
                                    .hasRootCauseInstanceOf(VfioException.class));
        }
    }

    /** Answers how many system calls that made. */
    private int assignAndClose(GuestMemory memory, KvmVfio kvmVfio, int failing) throws IOException {
        int descriptors = board.openDescriptors().size();
        MmioBus ownBus = new MmioBus();
        PlatformDevice net = PlatformDevice.open(linux, board.files(), NET);
        int before = kernel.made().size();
        if (failing != Integer.MAX_VALUE) {
            kernel.fail(failing, Errno.EIO);
        }
        int calls;
        try {
            try (GuestAssignment assignment = GuestAssignment.of(net)
                    .region(2, GUEST + 0x20000)
                    .region(0, GUEST)
                    .overlay(0, new Overlay(0x1000, 8, new RecordingHandler(0)))
                    .dma(List.of(memory))
                    .kvmVfio(kvmVfio)
                    .memorySlots(vm, nextSlot::getAndIncrement)
                    .assign(ownBus)) {
                assertThat(kernel.vfioFiles()).isEqualTo(1);
                assignment.trap();
                assignment.map();
            }
        } finally {
            calls = kernel.made().size() - before;
            ownBus.read(GUEST, 1);
            ownBus.read(GUEST + 0x20000, 1);
            assertThat(ownBus.unassigned().reads()).as("nothing on the bus").isEqualTo(2);
            requireNothingBehindSlots();
            net.close();
            assertThat(board.openDescriptors()).hasSize(descriptors);
        }
        return calls;
    }

    /** A slot that KVM keeps has nothing of a device behind it. It is taken away for the next round. */
    private void requireNothingBehindSlots() throws IOException {
        for (Map.Entry<Integer, Slot> slot : kernel.slots().entrySet()) {
            if (slot.getKey() == 0) {
                continue;
            }
            assertThat(board.mappings()).anySatisfy(mapping -> {
                assertThat(mapping.address()).isEqualTo(slot.getValue().hostAddress());
                assertThat(mapping.protection()).as("PROT_NONE").isZero();
                assertThat(mapping.file()).isEmpty();
            });
            Slot left = slot.getValue();
            kernel.forget(slot.getKey());
            linux.munmap(left.hostAddress(), left.size());
        }
    }

    @Test
    void theRestOfAPageIsReported() throws IOException {
        List<Long> heard = new ArrayList<>();
        try (GuestAssignment assignment = GuestAssignment.of(open(NET))
                .region(2, GUEST)
                .report((address, width, write, value) -> heard.add(address))
                .assign(bus)) {
            bus.read(GUEST + 0x7c, 8);
            bus.write(GUEST + 0xfff, 1, 3);

            assertThat(heard).containsExactly(GUEST + 0x80, GUEST + 0xfff);
            assertThat(assignment.regions().get(0).remainder().reads()).isEqualTo(1);
            assertThat(assignment.regions().get(0).remainder().writes()).isEqualTo(1);
        }
    }

    @Test
    void memoryOfAGuestStaysAllocatedIfKvmKeepsItsSlot() throws IOException {
        GuestMemory memory = GuestMemory.allocate(linux, vm, 3, 0x4000_0000, PAGE);
        ByteBuffer view = memory.bytes();
        kernel.fail(0, Errno.EIO);

        assertThatThrownBy(memory::close)
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(VfioException.class);

        long address = kernel.slots().get(3).hostAddress();
        view.put(0, (byte) 9);
        assertThat(linux.memory(address, PAGE).get(0)).isEqualTo((byte) 9);
        assertThatThrownBy(memory::bytes).isInstanceOf(IllegalStateException.class);
        kernel.forget(3);
    }

    @Test
    void aViewOfClosedMemorySeesOtherMemory() throws IOException {
        GuestMemory memory = GuestMemory.allocate(linux, vm, 3, 0x4000_0000, PAGE);
        assertThat(memory.size()).isEqualTo(PAGE);
        assertThat(memory.guestAddress()).isEqualTo(0x4000_0000);
        assertThat(kernel.slots()).containsOnlyKeys(3);
        long address = kernel.slots().get(3).hostAddress();

        memory.close();
        memory.close();

        assertThat(kernel.slots()).isEmpty();
        assertThat(board.mappings())
                .filteredOn(mapping -> mapping.address() == address)
                .as("its addresses are kept")
                .hasSize(1);
    }
}
