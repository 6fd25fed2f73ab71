// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.DeviceModel;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;

/** Boards for the command: fw_cfg devices with the same four files, and a device that is none. */
public final class CommandBoard {
    private CommandBoard() {}

    /** A board with devices at these nodes. */
    public static SimulatedBoard of(String... nodes) {
        return of(CommandBoard::model, nodes);
    }

    /** A board with a device at this node that answers no transfer. */
    public static SimulatedBoard silent(String node) {
        return of(
                port -> {
                    FwCfgModel model = model(port);
                    model.silence();
                    return model;
                },
                node);
    }

    private static SimulatedBoard of(Function<DevicePort, DeviceModel> model, String... nodes) {
        StringBuilder source = new StringBuilder("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    uart@9000000 { compatible = "arm,sbsa-uart"; reg = <0x9000000 0x1000>; };
                """);
        for (String node : nodes) {
            String address = node.substring(node.indexOf('@') + 1);
            source.append(node + " { compatible = \"qemu,fw-cfg-mmio\"; reg = <0x" + address + " 0x18>; };\n");
        }
        SimulatedBoardBuilder builder = SimulatedBoard.builder(DtsReader.read(source + "};"))
                .readyToUse()
                .hugePages(2);
        for (String node : nodes) {
            builder.model("/" + node, model);
        }
        return builder.build();
    }

    private static FwCfgModel model(DevicePort port) {
        FwCfgModel model = new FwCfgModel(FwCfgBoard.LAYOUT, new PortMemory(port));
        List<FwCfgFile> files = List.of(
                new FwCfgFile(0x20, "etc/boot-fail-wait", 4),
                new FwCfgFile(0x21, "opt/a", 5),
                new FwCfgFile(0x22, "opt/a/b\u001b[2J", 0),
                new FwCfgFile(0x23, "opt/\u00c3\u00a4", 1));
        String[] contents = {"\17\0\0\0", "hello", "", "x"};
        for (int i = 0; i < contents.length; i++) {
            model.item(files.get(i).key(), contents[i].getBytes(StandardCharsets.ISO_8859_1));
        }
        return model.item(0x19, DirectoryBytes.of(files));
    }
}
