// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.openfirmware.ClientInterface;
import org.vfio4j.devtree.openfirmware.EntryResult;
import org.vfio4j.devtree.openfirmware.MappingProperties;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.Vm;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.guest.tree.DeviceResources;
import org.vfio4j.platform.guest.tree.GuestBase;
import org.vfio4j.platform.guest.tree.GuestDevice;
import org.vfio4j.platform.guest.tree.GuestPlatformBus;
import org.vfio4j.platform.guest.tree.GuestTree;
import org.vfio4j.platform.guest.tree.GuestTreeOptions;
import org.vfio4j.platform.guest.tree.Placement;
import org.vfio4j.platform.sim.SimulatedBoard;

/** A guest asks its firmware for the device that it was given, and finds the device's registers where it says. */
final class GuestFirmwareTest {
    private static final int PAGE = 4096;
    private static final int RAM = 0x4000_0000;
    private static final String TIMER = "120100.timer";

    private final SimulatedBoard board =
            SimulatedBoard.builder(DtsReader.read("""
                    /dts-v1/;
                    / {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        smmu: iommu@9000 {
                            compatible = "arm,smmu-v3";
                            #iommu-cells = <1>;
                            reg = <0x9000 0x1000>;
                        };
                        timer@120100 {
                            compatible = "test,timer";
                            reg = <0x120100 0x80>;
                            iommus = <&smmu 1>;
                        };
                    };
                    """)).readyToUse().build();
    private final DeviceTree guestBoard = DtsReader.read("""
            /dts-v1/;
            / {
                #address-cells = <2>;
                #size-cells = <2>;
                memory@40000000 {
                    device_type = "memory";
                    reg = <0 0x40000000 0 0x2000>, <0 0x40004000 0 0x1000>;
                };
                interrupt-controller@8000000 {
                    compatible = "arm,gic-v3";
                    #interrupt-cells = <3>;
                    interrupt-controller;
                    reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0xf60000>;
                };
            };
            """);

    private Kvm kvm;
    private Vm vm;
    private List<GuestMemory> memories;

    @BeforeEach
    void createGuest() throws Exception {
        kvm = Kvm.open(board.syscalls());
        vm = kvm.createVm();
        memories = List.of(
                GuestMemory.allocate(board.syscalls(), vm, 0, RAM, PAGE),
                GuestMemory.allocate(board.syscalls(), vm, 1, RAM + PAGE, PAGE),
                GuestMemory.allocate(board.syscalls(), vm, 2, RAM + 4 * PAGE, PAGE));
    }

    @AfterEach
    void closeGuest() {
        memories.forEach(GuestMemory::close);
        vm.close();
        kvm.close();
    }

    @Test
    void theRegionThatItNamesIsTheDevicesForTheGuest() throws Exception {
        MmioBus bus = new MmioBus();
        try (PlatformDevice timer = PlatformDevice.open(board.syscalls(), board.files(), TIMER)) {
            Placement placement = GuestPlatformBus.ofQemuVirt().place(List.of(DeviceResources.of(timer)));
            GuestTree described = describe(timer, placement);
            DeviceTree tree = described.tree();
            Node node = tree.find(described.paths().get(TIMER)).orElseThrow();
            ClientInterface firmware = GuestFirmware.over(tree, memories)
                    .mapping(DevtreeMapper.predict(node, MappingPolicy.KERNEL))
                    .build();
            timer.region(0).write32(4, 0x1234_5678);

            try (GuestAssignment assignment = GuestAssignment.of(timer)
                    .place(placement.find(TIMER).orElseThrow())
                    .assign(bus)) {
                assertThat(assignment.regions()).hasSize(1);
                // The array goes over the end of the first piece of memory.
                int found = call(firmware, RAM + PAGE - 8, "finddevice", string(RAM, node.path()));
                int length = call(
                        firmware,
                        RAM + PAGE - 8,
                        "getprop",
                        found,
                        string(RAM, MappingProperties.REGIONS),
                        RAM + 4 * PAGE,
                        PAGE);

                assertThat(length).isEqualTo(28);
                ByteBuffer cells = memories.get(2).bytes().order(ByteOrder.BIG_ENDIAN);
                assertThat(cells.getInt(0)).as("region").isZero();
                assertThat(cells.getLong(20)).as("size").isEqualTo(0x80);
                assertThat(bus.read(cells.getLong(12) + 4, 4)).isEqualTo(0x1234_5678);
            }
        }
    }

    @Test
    void whatIsBetweenPiecesOfMemoryIsNone() throws Exception {
        ClientInterface firmware = GuestFirmware.over(guestBoard, memories).build();
        memories.get(1).bytes().order(ByteOrder.BIG_ENDIAN).putInt(PAGE - 4, RAM);

        assertThat(firmware.call(RAM + 2 * PAGE - 4)).isEqualTo(EntryResult.BAD_FRAME);
        assertThat(firmware.call(RAM + 4 * PAGE - 4)).isEqualTo(EntryResult.BAD_FRAME);
        assertThat(firmware.call(RAM - 4)).isEqualTo(EntryResult.BAD_FRAME);
    }

    private GuestTree describe(PlatformDevice device, Placement placement) throws Exception {
        GuestDevice described = GuestDevice.of(
                device.node(), device.inspection(), placement.find(TIMER).orElseThrow());
        return GuestTree.of(GuestBase.of(guestBoard), placement, List.of(described), GuestTreeOptions.none());
    }

    /** Puts a text where no array is, and gives its address. */
    private int string(int address, String text) {
        int at = address + 64;
        memories.get(0).bytes().position(64).put((text + '\0').getBytes(StandardCharsets.ISO_8859_1));
        return at;
    }

    /** One call with one return cell, as a client makes it. */
    private int call(ClientInterface firmware, int frame, String service, int... arguments) {
        memories.get(0).bytes().put((service + '\0').getBytes(StandardCharsets.ISO_8859_1));
        ByteBuffer array = ByteBuffer.allocate(4 * (arguments.length + 4));
        array.putInt(RAM).putInt(arguments.length).putInt(1);
        for (int argument : arguments) {
            array.putInt(argument);
        }
        int inFirst = RAM + PAGE - frame;
        memories.get(0).bytes().position(frame - RAM).put(array.array(), 0, inFirst);
        memories.get(1).bytes().put(array.array(), inFirst, array.capacity() - inFirst);

        assertThat(firmware.call(frame)).isEqualTo(EntryResult.COMPLETED);
        return memories.get(1).bytes().order(ByteOrder.BIG_ENDIAN).getInt(array.capacity() - 4 - inFirst);
    }
}
