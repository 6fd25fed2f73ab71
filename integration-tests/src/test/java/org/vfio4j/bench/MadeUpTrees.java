// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.fdt.FdtWriter;

/**
 * Writes trees of the size and shape of boards' trees, the same on every run: some hundred devices on a few buses, four
 * to five properties each, most of them a few cells.
 */
public final class MadeUpTrees {
    private static final int TREES = 100;
    private static final String[] DEVICES = {
        "serial", "i2c", "spi", "gpio", "clock-controller", "ethernet", "phy", "usb"
    };

    private final Random random;
    private int phandle;

    private MadeUpTrees(long seed) {
        random = new Random(seed);
    }

    /**
     * Writes them.
     *
     * @param args the directory, which is made if it is not there
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        for (int i = 0; i < TREES; i++) {
            Files.write(directory.resolve("board-" + i + ".dtb"), FdtWriter.write(new MadeUpTrees(i).board()));
        }
    }

    private DeviceTree board() {
        DeviceTreeBuilder builder = DeviceTree.builder()
                .beginNode("")
                .strings("compatible", "acme,board-" + random.nextInt(100), "acme,soc")
                .strings("model", "A board of " + random.nextInt(100))
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .cells("interrupt-parent", 1);
        for (int bus = 0; bus < 4; bus++) {
            int base = bus << 28;
            builder.beginNode("bus@" + Integer.toHexString(base))
                    .strings("compatible", "simple-bus")
                    .cells("#address-cells", 1)
                    .cells("#size-cells", 1)
                    .cells("ranges", 0, 0, base, 0x1000_0000);
            for (int i = 20 + random.nextInt(200); i > 0; i--) {
                addDevice(builder, i << 12);
            }
            builder.endNode();
        }
        return builder.endNode().build();
    }

    private void addDevice(DeviceTreeBuilder builder, int address) {
        String kind = DEVICES[random.nextInt(DEVICES.length)];
        builder.beginNode(kind + "@" + Integer.toHexString(address))
                .strings("compatible", "acme,soc-" + kind + "-v" + random.nextInt(5), "acme," + kind)
                .cells("reg", address, 0x1000)
                .cells("interrupts", 0, random.nextInt(500), 4)
                .cells("clocks", 1, random.nextInt(100), 1, random.nextInt(100))
                .strings("clock-names", "bus", "core");
        if (random.nextBoolean()) {
            builder.strings("status", "disabled");
        }
        if (random.nextBoolean()) {
            builder.cells("phandle", ++phandle);
        }
        for (int pins = random.nextInt(3); pins > 0; pins--) {
            builder.beginNode("pins-" + pins)
                    .strings("function", kind)
                    .cells("bias-pull-up")
                    .cells("phandle", ++phandle)
                    .endNode();
        }
        builder.endNode();
    }
}
