// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtReader;
import org.vfio4j.devtree.fdt.FdtWriter;

/** A client that does what Linux does gets back the tree that the client interface was given. */
class LinuxClientTest {
    private static final byte[] NOTHING = {};

    private final ByteBuffer memory = ByteBuffer.allocate(0x40000);

    @Test
    void linuxStartsAsItDoesOnVirtualOpenFirmware() {
        StringBuilder console = new StringBuilder();
        InstanceIo io = new InstanceIo() {
            @Override
            public int write(byte[] data) {
                console.append(new String(data));
                return data.length;
            }
        };
        ClientInterface firmware = ClientInterface.builder(Trees.MACHINE, GuestMemory.of(0, memory))
                .device("console", arguments -> Optional.of(io))
                .method("/", "ibm,client-architecture-support", call -> MethodResult.of())
                .method(
                        "/rtas",
                        "instantiate-rtas",
                        call -> MethodResult.of(call.arguments().get(0)))
                .stdout("console")
                .reserve(0, 0xda0)
                .build();
        LinuxClient linux = new LinuxClient(firmware, memory);
        int chosen = linux.find("/chosen");
        int root = linux.find("/");
        assertThat(root).as("numbered on from the one there is").isEqualTo(0x1112);
        int stdout = linux.cell(chosen, "stdout");
        int length = linux.call("instance-to-path", stdout, 0x800, 255);
        assertThat(linux.call("instance-to-package", stdout)).isEqualTo(linux.find("console"));
        byte[] path = new byte[length + 1];
        memory.get(0x800, path);
        assertThat(linux.call("write", stdout, linux.put(0x300, "OF stdout device is: "), 21))
                .isEqualTo(21);
        linux.call("write", stdout, 0x800, length);
        assertThat(linux.set(chosen, "linux,stdout-path", path)).isEqualTo(22);
        assertThat(linux.cell(chosen, "stdin")).isEqualTo(-1);
        assertThat(linux.cell(root, "#address-cells")).isEqualTo(2);
        int rtas = linux.find("/rtas");
        int size = linux.cell(rtas, "rtas-size");
        assertThat(linux.claim(0x1fff0000, size)).isEqualTo(0x1fff0000);
        int instance = linux.call("open", linux.put(0x300, "/rtas"));
        assertThat(linux.call("call-method", linux.put(0x300, "instantiate-rtas"), instance, 0x1fff0000))
                .isZero();
        assertThat(linux.set(rtas, "linux,rtas-base", FirmwareTree.cell(0x1fff0000)))
                .isEqualTo(4);
        assertThat(linux.set(rtas, "linux,rtas-entry", FirmwareTree.cell(0x1fff0000)))
                .isEqualTo(4);
        assertThat(linux.find("/vdevice/vtpm")).isEqualTo(-1);
        assertThat(linux.claim(0, 0x100000)).as("the firmware is there").isEqualTo(-1);
        assertThat(linux.claim(0x100000, 0x100000)).isEqualTo(0x100000);
        byte[] blob = linux.flatten();
        linux.call("quiesce");

        assertThat(console).hasToString("OF stdout device is: /vdevice/vty@71000000");
        DeviceTree tree = FdtReader.read(blob);
        assertThat(FdtWriter.write(tree)).isEqualTo(FdtWriter.write(firmware.tree()));
        Node memoryNode = tree.find("/memory@0").orElseThrow();
        assertThat(memoryNode.property("available").orElseThrow().cells())
                .containsExactly(0, 0xda0, 0, 0x100000 - 0xda0, 0, 0x200000, 0, 0x1fdf0000, 0, 0x1fff082c, 0, 0xf7d4);
        assertThat(tree.find("/rtas")
                        .orElseThrow()
                        .property("linux,rtas-base")
                        .orElseThrow()
                        .u32())
                .isEqualTo(0x1fff0000);
        assertThat(tree.find("/chosen").orElseThrow().strings("linux,stdout-path"))
                .containsExactly("/vdevice/vty@71000000");
    }

    @Test
    void theTreeComesBackWithPhandlesAndAvailable() {
        assertComesBack(Trees.MACHINE, Map.of("/memory@0", available(0, 0, 0, 0x20000000)));
    }

    @Test
    void aTreeWithEveryKindOfPhandleComesBack() {
        assertComesBack(DtsReader.read("""
                / { compatible = "v,board"; #address-cells = <1>; #size-cells = <1>;
                    chosen { phandle = <7>; bootargs = "quiet"; name = "chosen"; };
                    a { linux,phandle = <9>; }; b { ibm,phandle = <0x20>; phandle = <3>; }; c { };
                    d { phandle = <0xffffffff>; }; e { phandle = <0>; empty; odd = [01 02 03]; };
                    memory@80000000 { device_type = "memory"; reg = <0x80000000 0x1000>; };
                    deep { deep { deep { deep { value = "end"; }; }; }; };
                };
                """), Map.of("/memory@80000000", available(0x80000000, 0x1000)));
    }

    @Test
    void aTreeOf50000NodesComesBack() {
        DeviceTree tree = largeTree(50_000);
        ByteBuffer large = ByteBuffer.allocate(0x100000);
        // Once for the compiler, once for the figures. A limit would fail on a busy machine, so they are only printed.
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            long cpu = cpuNanos();
            ClientInterface firmware =
                    ClientInterface.builder(tree, GuestMemory.of(0, large)).build();
            LinuxClient linux = new LinuxClient(firmware, large);
            byte[] blob = linux.flatten();
            long nanos = System.nanoTime() - start;
            long cpuNanos = cpuNanos() - cpu;
            int calls = linux.callCounts.values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            assertThat(FdtWriter.write(FdtReader.read(blob))).isEqualTo(FdtWriter.write(expected(tree, Map.of())));
            System.out.printf(
                    "%d nodes, %d calls: %.2f s, of which the processors worked %.2f s%n",
                    tree.nodes().size(), calls, nanos / 1e9, cpuNanos / 1e9);
        }
    }

    /** Of all threads of this process, with those of compiler and collector. */
    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(0L);
    }

    private static DeviceTree largeTree(int nodes) {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("").cells("#address-cells", 1);
        int bus = 0;
        int left = nodes - 1;
        while (left > 0) {
            builder.beginNode("bus@" + bus++)
                    .strings("compatible", "simple-bus")
                    .cells("#address-cells", 1);
            left--;
            // Most buses are small; the second has as many devices as all others.
            for (int device = bus == 2 ? nodes / 2 : 50; device > 0 && left > 0; device--, left--) {
                builder.beginNode("device@" + Integer.toHexString(device))
                        .strings("compatible", "v,device-" + device % 100, "v,device")
                        .cells("reg", device, 1)
                        .strings("status", "okay");
                if (device % 3 == 0) {
                    builder.cells("phandle", left);
                }
                builder.endNode();
            }
            builder.endNode();
        }
        return builder.endNode().build();
    }

    private void assertComesBack(DeviceTree tree, Map<String, byte[]> available) {
        ClientInterface firmware =
                ClientInterface.builder(tree, GuestMemory.of(0, memory)).build();
        byte[] blob = new LinuxClient(firmware, memory).flatten();
        byte[] expected = FdtWriter.write(expected(tree, available));
        assertThat(FdtWriter.write(FdtReader.read(blob))).isEqualTo(expected);
    }

    private static byte[] available(int... cells) {
        ByteBuffer value = ByteBuffer.allocate(4 * cells.length);
        value.asIntBuffer().put(cells);
        return value.array();
    }

    /**
     * The input with {@code /chosen}, a phandle for each node without one, and {@code available}. Numbers go on from the
     * highest in the order of the tree. The client leaves out {@code name} and adds {@code phandle} where a node has only
     * one of the older properties.
     */
    private static DeviceTree expected(DeviceTree tree, Map<String, byte[]> available) {
        Map<String, Integer> numbers = new TreeMap<>();
        int highest = 0;
        for (Node node : tree.nodes()) {
            int own = node.phandle().orElse(0);
            highest = own == -1 ? highest : Math.max(highest, own);
        }
        DeviceTreeBuilder builder = DeviceTree.builder();
        int[] last = {highest};
        number(tree.root(), last, numbers);
        numbers.computeIfAbsent("/chosen", path -> ++last[0]);
        copy(builder, tree.root(), numbers, available);
        return builder.endNode().build();
    }

    private static void number(Node node, int[] last, Map<String, Integer> numbers) {
        int own = node.phandle().orElse(0);
        numbers.put(node.path(), own == 0 || own == -1 ? ++last[0] : own);
        node.children().forEach(child -> number(child, last, numbers));
    }

    /** Leaves the node open. */
    private static void copy(
            DeviceTreeBuilder builder, Node node, Map<String, Integer> numbers, Map<String, byte[]> available) {
        builder.beginNode(node.name());
        int number = numbers.get(node.path());
        boolean invalid = node.phandle().orElse(-1) == -1;
        for (var property : node.properties()) {
            if (property.name().equals("phandle") && invalid) {
                builder.cells("phandle", number);
            } else if (!property.name().equals("name")) {
                builder.property(property.name(), property.bytes());
            }
        }
        boolean hasPhandle = node.hasProperty("phandle");
        byte[] free = available.getOrDefault(node.path(), NOTHING);
        if (!hasPhandle) {
            builder.cells("phandle", number);
        }
        if (free.length > 0) {
            builder.property("available", free);
        }
        for (Node child : node.children()) {
            copy(builder, child, numbers, available);
            builder.endNode();
        }
        if (node.isRoot() && node.child("chosen").isEmpty()) {
            builder.beginNode("chosen").cells("phandle", numbers.get("/chosen")).endNode();
        }
    }
}
