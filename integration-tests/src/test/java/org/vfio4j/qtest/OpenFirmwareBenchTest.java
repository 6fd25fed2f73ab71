// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.fdt.FdtReader;
import org.vfio4j.devtree.openfirmware.ClientInterface;
import org.vfio4j.devtree.openfirmware.ClientInterfaceBuilder;
import org.vfio4j.devtree.openfirmware.GuestMemory;
import org.vfio4j.devtree.openfirmware.InstanceIo;
import org.vfio4j.qtest.PowerClient.Buffer;
import org.vfio4j.qtest.PowerClient.Outcome;

/**
 * The same calls to QEMU's Virtual Open Firmware, made by a program on an emulated PowerPC, and to the client interface
 * over the tree of that machine. Where the two differ on purpose the row says how.
 */
@Timeout(300)
class OpenFirmwareBenchTest {
    private static final Object BUFFER = new Buffer();

    /**
     * A call.
     *
     * @param difference why the two differ; empty if they must not
     * @param vof what QEMU answers then: the first return cell
     * @param ours what the client interface answers then
     */
    private record Row(String service, int returns, List<Object> arguments, String difference, int vof, int ours) {}

    private final List<Row> rows = new ArrayList<>();

    private void same(String service, Object... arguments) {
        same(1, service, arguments);
    }

    private void same(int returns, String service, Object... arguments) {
        rows.add(new Row(service, returns, List.of(arguments), "", 0, 0));
    }

    private void differs(String why, int vof, int ours, String service, Object... arguments) {
        rows.add(new Row(service, 1, List.of(arguments), why, vof, ours));
    }

    private void addRows(DeviceTree tree) {
        int root = handle(tree, "/");
        int vty = handle(tree, "/vdevice/vty@71000000");
        int chosen = handle(tree, "/chosen");
        int unknown = 0x7777_7777;

        same("peer", 0);
        same("peer", root);
        same("peer", vty);
        same("peer", unknown);
        same("peer", 0, 0, 0, 0, 0, 0, 0, 0, 0);
        same("child", root);
        same("child", vty);
        differs("an unknown handle has no child", root, 0, "child", unknown);
        differs("0 has no child", root, 0, "child", 0);
        same("parent", vty);
        same("parent", root);
        same("parent", unknown);
        same("finddevice", "/");
        same("finddevice", "/vdevice/vty@71000000");
        same("finddevice", "/vdevice/vty");
        same("finddevice", "/vdevice//vty@71000000/");
        same("finddevice", "/vdevice/none");
        same("finddevice", "");
        same("finddevice", -16);
        differs("arguments are no part of the name", -1, vty, "finddevice", "/vdevice/vty@71000000:9600");
        same("getproplen", vty, "device_type");
        same("getproplen", vty, "none");
        same("getproplen", vty, "name");
        same("getproplen", root, "name");
        same("getproplen", unknown, "reg");
        same("getproplen", root, "x".repeat(64));
        same("getproplen", root, "x".repeat(65));
        same("getprop", vty, "device_type", BUFFER, 100);
        same("getprop", vty, "device_type", BUFFER, 3);
        same("getprop", vty, "device_type", BUFFER, 0);
        same("getprop", vty, "name", BUFFER, 100);
        same("getprop", vty, "name", BUFFER, 3);
        same("getprop", vty, "none", BUFFER, 100);
        same("getprop", unknown, "reg", BUFFER, 100);
        same("getprop", vty, "device_type", -16, 100);
        same("getprop", chosen, "stdout", BUFFER, 4);
        differs("the name is a property too", 1, 1, "nextprop", vty, "", BUFFER);
        same("nextprop", vty, "device_type", BUFFER);
        differs("an unknown handle is no end", 0, -1, "nextprop", unknown, "", BUFFER);
        differs("an unknown name is no end", 0, -1, "nextprop", vty, "none", BUFFER);
        same("setprop", chosen, "bootargs", "quiet", 6);
        same("getprop", chosen, "bootargs", BUFFER, 100);
        same("setprop", chosen, "linux,initrd-start", "12345", 5);
        differs("reg is none of the client's", 4, -1, "setprop", vty, "reg", "1234", 4);
        differs("reg is none of the client's: read back", 4, 4, "getprop", vty, "reg", BUFFER, 100);
        differs("canon is there", -1, 21, "canon", "/vdevice/vty", BUFFER, 100);
        differs("the length is without the NUL", 22, 21, "package-to-path", vty, BUFFER, 100);
        differs("the client's length counts", 22, 21, "package-to-path", vty, BUFFER, 4);
        differs("the length is without the NUL", 2, 1, "package-to-path", root, BUFFER, 100);
        same("package-to-path", unknown, BUFFER, 100);
        same("instance-to-package", 1);
        same("instance-to-package", unknown);
        differs("the length is without the NUL", 22, 21, "instance-to-path", 1, BUFFER, 100);
        same("instance-to-path", unknown, BUFFER, 100);
        same("open", "/");
        differs("a failed open is 0", -1, 0, "open", "/none");
        same("open", "/vdevice/vty@71000000");
        same("close", 2);
        same("close", unknown);
        same("instance-to-package", 2);
        differs("write counts", 0, 5, "write", 1, "hello", 5);
        same("write", unknown, "hello", 5);
        same("read", unknown, BUFFER, 5);
        same("seek", unknown, 0, 0);
        same(2, "call-method", "none", 3);
        same(2, "call-method", "none", 0);
        same(2, "interpret", "1");
        differs("the service is there", -1, 0, "test", "peer");
        same("test", "none");
        same("test-method", vty, "none");
        differs("the service is there", -1, 0, "set-callback", 0x1234);
        differs("an unknown service is seen at the entry", -1, -1, "none");
        same("claim", 0x1000000, 0, 0);
        same("claim", 0x1000000, 0x1000, 0);
        same("claim", 0x1000800, 0x1000, 0);
        same("claim", 0x2000000, 0x10000, 0);
        same("getprop", handle(tree, "/memory@0"), "available", BUFFER, 0x100);
        same("release", 0x1000000, 0x1000);
        same("release", 0x1000000, 0x1000);
        same("getprop", handle(tree, "/memory@0"), "available", BUFFER, 0x100);
        // Behind the highest claim, at a multiple of 3.
        differs("an alignment is a power of two", 0x2010000, -1, "claim", 0, 0x1000, 3);
        differs("a part of a claim can be released", -1, 0, "release", 0x2000000, 0x1000);
        differs("there is no memory there", 0x30000000, -1, "claim", 0x30000000, 0x1000, 0);
        same("claim", 0x1fff0000, 0x10000, 0);
        differs("memory below the last claim is still there", -1, 0x1000, "claim", 0, 0x1000, 0x1000);
        same(0, "quiesce");
        same(0, "exit");
    }

    private static int handle(DeviceTree tree, String path) {
        return tree.find(path)
                .flatMap(node -> node.phandle().stream().boxed().findFirst())
                .orElseThrow();
    }

    @Test
    void theClientInterfaceAnswersAsVirtualOpenFirmwareDoes(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("client.elf"), PowerClient.file());
        Path blob = directory.resolve("tree.dtb");
        try (Bench bench = Bench.startPower(directory, "-kernel", file.toString(), "-serial", "null")) {
            bench.qmp().run("dumpdtb", "{\"filename\": \"" + blob + "\"}");
            DeviceTree tree = FdtReader.read(Files.readAllBytes(blob));
            addRows(tree);
            PowerClient program = new PowerClient();
            rows.forEach(row -> program.add(row.service(), row.returns(), row.arguments()));
            bench.qtest().write(PowerClient.BASE, program.image().array(), 0, PowerClient.SIZE);
            bench.run();
            bench.qmp().await("STOP");
            ByteBuffer memory = ByteBuffer.allocate(PowerClient.SIZE);
            bench.qtest().read(PowerClient.BASE, memory.array(), 0, PowerClient.SIZE);
            callOurs(tree, program);
            compare(memory, program.image());
        }
    }

    /** Makes the program's calls; its memory then holds what QEMU's would. */
    private static void callOurs(DeviceTree tree, PowerClient program) {
        InstanceIo terminal = new InstanceIo() {
            @Override
            public int write(byte[] data) {
                return data.length;
            }
        };
        ClientInterfaceBuilder builder = ClientInterface.builder(
                        tree, GuestMemory.of(PowerClient.BASE, program.image()))
                .device("/vdevice/vty", arguments -> Optional.of(terminal))
                .stdout("/vdevice/vty");
        Node memory = tree.find("/memory@0").orElseThrow();
        ByteBuffer available =
                ByteBuffer.wrap(memory.property("available").orElseThrow().bytes());
        long end = 0;
        while (available.hasRemaining()) {
            long start = available.getLong();
            builder.reserve(end, start - end);
            end = start + available.getLong();
        }
        ClientInterface firmware = builder.build();
        for (int i = 0; i < program.calls(); i++) {
            program.keepEntry(i, firmware.call(program.frameAddress(i)).code());
        }
    }

    private void compare(ByteBuffer vof, ByteBuffer ours) {
        SoftAssertions softly = new SoftAssertions();
        int differences = 0;
        // The last is exit, from which QEMU's program does not come back.
        for (int i = 0; i < rows.size() - 1; i++) {
            Row row = rows.get(i);
            Outcome theirs = PowerClient.outcome(vof, i);
            Outcome own = PowerClient.outcome(ours, i);
            String what = row.service() + row.arguments();
            if (row.difference().isEmpty()) {
                softly.assertThat(own).as(what).isEqualTo(theirs);
            } else {
                differences++;
                softly.assertThat(theirs.cells()).as("%s of QEMU", what).containsExactly(row.vof());
                softly.assertThat(own.cells())
                        .as("%s: %s", what, row.difference())
                        .containsExactly(row.ours());
                softly.assertThat(own).as("%s: %s", what, row.difference()).isNotEqualTo(theirs);
            }
        }
        softly.assertAll();
        System.out.printf(
                "%d calls, %d the same, %d differences by intent%n",
                rows.size() - 1, rows.size() - 1 - differences, differences);
        assertThat(differences).isLessThan(rows.size() / 2);
    }
}
