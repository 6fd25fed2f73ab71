// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.platform.sim.SimulatedBoard;

/**
 * A simulated board with a fw_cfg device that behaves as QEMU's: where Arm's machine {@code virt} has it, with some files,
 * a script for the loader, and a reset after which it has forgotten what was written. It is for trying things out and for
 * tests without QEMU.
 */
public final class SimulatedMachine {
    /** What it is called on the command line. */
    public static final String NAME = "virt";

    /** The name of the device. */
    public static final String DEVICE = "9020000.fw-cfg";

    /** The architecture of the board, whatever this program runs on. */
    public static final Architecture ARCHITECTURE = Architecture.ARM;

    private static final String TREE = """
            /dts-v1/;
            / {
                compatible = "linux,dummy-virt";
                #address-cells = <2>;
                #size-cells = <2>;
                fw-cfg@9020000 {
                    compatible = "qemu,fw-cfg-mmio";
                    reg = <0x0 0x9020000 0x0 0x18>;
                    dma-coherent;
                };
            };
            """;

    private static final int DIRECTORY = 0x19;
    private static final int SCRIPT_ENTRY = 128;
    private static final int ID_FILE_SIZE = 4096;
    private static final int ID_OFFSET = 40;

    private final List<FwCfgFile> files = new ArrayList<>();
    private final FwCfgModel model;

    private SimulatedMachine(DevicePort port) {
        model = new FwCfgModel(RegisterLayout.of(ARCHITECTURE, 0x18), new PortMemory(port));
    }

    /**
     * Makes a board, ready to use: the device is bound to VFIO, it can be opened without an IOMMU, and there are huge
     * pages.
     *
     * @return the board
     */
    public static SimulatedBoard board() {
        return SimulatedBoard.builder(DtsReader.read(TREE))
                .model(DEVICE, port -> new SimulatedMachine(port).device())
                .resetFunction(RegisterLayout.COMPATIBLE)
                .readyToUse()
                .hugePages(4)
                .build();
    }

    private FwCfgModel device() {
        add("bootorder", new byte[0], false);
        add("etc/boot-fail-wait", new byte[] {-1, -1, -1, -1}, false);
        add("etc/table-loader", script(), false);
        add(FwCfgFile.VMCOREINFO, new VmcoreInfo(1, VmcoreInfo.NONE, 0, 0).bytes(), true);
        add("etc/vmgenid_addr", new byte[Long.BYTES], true);
        add("etc/vmgenid_guid", id(), false);
        add("opt/org.example/greeting", "Hello from the host\n".getBytes(StandardCharsets.US_ASCII), false);
        return model.item(DIRECTORY, DirectoryBytes.of(files));
    }

    private void add(String name, byte[] bytes, boolean writable) {
        FwCfgFile file = new FwCfgFile(FwCfgFile.FIRST_KEY + files.size(), name, bytes.length);
        files.add(file);
        if (writable) {
            model.writableItem(file.key(), bytes);
        } else {
            model.item(file.key(), bytes);
        }
    }

    /** Put the generation's id into memory, and tell the device where ({@code vmgenid_build_acpi} of QEMU). */
    private static byte[] script() {
        ByteBuffer script = ByteBuffer.allocate(2 * SCRIPT_ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        script.putInt(0, 1).put(4, name("etc/vmgenid_guid")).putInt(60, 4096).put(64, (byte) 1);
        ByteBuffer pointer = script.slice(SCRIPT_ENTRY, SCRIPT_ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        pointer.putInt(0, 4).put(4, name("etc/vmgenid_addr")).put(60, name("etc/vmgenid_guid"));
        pointer.putInt(116, 0).putInt(120, ID_OFFSET).put(124, (byte) Long.BYTES);
        return script.array();
    }

    private static byte[] id() {
        ByteBuffer file = ByteBuffer.allocate(ID_FILE_SIZE);
        return file.putLong(ID_OFFSET, 0xaf6e4e32d1d1f64bL)
                .putLong(ID_OFFSET + Long.BYTES, 0xbf41b9bb6c91fb87L)
                .array();
    }

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
