// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.qtest.AcpiTables;
import org.vfio4j.qtest.HostView;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.RegisterLayout;
import org.vfio4j.samples.fwcfg.loader.TableMemory;

/**
 * The loader and its journal on real Linux: registers that vfio-platform traps, DMA with physical addresses. The host
 * looks at the guest's memory and at the device from outside, and makes the device forget.
 *
 * <p>What is not possible here: Linux has no reset function for fw_cfg, so VFIO_DEVICE_RESET fails, and a reset of the
 * machine would end the program that has the journal. The resets of a machine are those of the bench.
 */
class LoaderIT {
    private static final String ROOT = "etc/vfio4j/root";
    private static final String DATA = "etc/vfio4j/data";
    /** After a reset: format of the host is ELF (vmcoreinfo_reset of hw/misc/vmcoreinfo.c). */
    private static final String FORGOTTEN = "01000000000000000000000000000000";
    /** Memory that the guest's Linux does not use. */
    private static final long HOST_MEMORY = 0x9000_0000L;

    @TempDir
    private Path sockets;

    private final Map<String, TableMemory> files = new LinkedHashMap<>();
    private Path work;
    private RunningGuest guest;

    @AfterEach
    void switchOff() {
        if (guest != null) {
            guest.close();
        }
    }

    private static ByteBuffer entry(int command) {
        return ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN).putInt(0, command);
    }

    private static ByteBuffer name(ByteBuffer entry, int offset, String name) {
        return entry.put(offset, name.getBytes(StandardCharsets.US_ASCII));
    }

    /** Offsets are those of struct BiosLinkerLoaderEntry of hw/acpi/bios-linker-loader.c. */
    private static byte[] script() {
        List<ByteBuffer> entries = List.of(
                // Allocate: alignment, zone FSEG; zone HIGH.
                name(entry(1), 4, ROOT).putInt(60, 16).put(64, (byte) 2),
                name(entry(1), 4, DATA).putInt(60, 64).put(64, (byte) 1),
                // Pointers of 8 and 4 bytes in the root: offset, size.
                name(name(entry(2), 4, ROOT), 60, DATA).putInt(116, 8).put(120, (byte) 8),
                name(name(entry(2), 4, ROOT), 60, DATA).putInt(116, 16).put(120, (byte) 4),
                // The sum of 24 bytes: result, start, length.
                name(entry(3), 4, ROOT).putInt(60, 1).putInt(64, 0).putInt(68, 24),
                // Tell the device: offset there, offset in the data, size.
                name(name(entry(4), 4, FwCfgFile.VMCOREINFO), 60, DATA)
                        .putInt(116, 8)
                        .putInt(120, 16)
                        .put(124, (byte) 8));
        ByteBuffer script = ByteBuffer.allocate(128 * entries.size());
        entries.forEach(script::put);
        return script.array();
    }

    private List<String> file(String name, byte[] content) throws IOException {
        Path path = Files.write(sockets.resolve(name.replace('/', '-')), content);
        return List.of("-fw_cfg", "name=" + name + ",file=" + path);
    }

    private HostView start(String name, List<String> qemu, String... arguments) throws Exception {
        work = Lab.newWork(name);
        String classPath = Jars.copyClassPath(work, "/work");
        Path socket = sockets.resolve("qtest");
        List<String> options = new ArrayList<>(List.of("--work", work.toString()));
        for (String argument : qemu) {
            options.addAll(List.of("--qemu", argument));
        }
        for (String argument : List.of("-qtest", "unix:" + socket + ",server=on,wait=off", "-qtest-log", "none")) {
            options.addAll(List.of("--qemu", argument));
        }
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-ec",
                "echo 16 >/proc/sys/vm/nr_hugepages; exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \"$@\"",
                "sh"));
        command.addAll(List.of("-cp", classPath, LoaderGuest.class.getName()));
        command.addAll(List.of(arguments));
        guest = Lab.provisioned().start(name, options, command.toArray(String[]::new));
        guest.awaitFile(socket);
        return HostView.connect(socket);
    }

    /** Where the guest says that the files are. */
    private void findFiles(HostView host) throws Exception {
        String line = guest.nextLine();
        for (; line.startsWith("file "); line = guest.nextLine()) {
            String[] words = line.split(" ");
            files.put(words[1], host.memory(Long.parseLong(words[2]), Integer.parseInt(words[3])));
        }
        assertThat(line).startsWith("records ");
        assertThat(guest.nextLine()).isEqualTo("awaits looked");
    }

    private ByteBuffer content(String file) {
        TableMemory memory = files.get(file);
        byte[] bytes = new byte[(int) memory.size()];
        memory.read(0, bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void goOn(String file) throws IOException {
        Files.createFile(work.resolve(file));
    }

    private static void assertEnded(GuestRun run) {
        assertThat(run.code()).as(run.toString()).isZero();
    }

    @Test
    void aScriptIsRunAndItsPointerIsToldAgainToADeviceThatForgot() throws Exception {
        byte[] root = new byte[24];
        root[0] = 'R';
        root[1] = 77;
        root[8] = 32;
        root[16] = 1;
        byte[] data = HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(3));
        List<String> qemu = new ArrayList<>(List.of("-machine", "acpi=off", "-device", "vmcoreinfo"));
        qemu.addAll(file("etc/table-loader", script()));
        qemu.addAll(file(ROOT, root));
        qemu.addAll(file(DATA, data));
        try (HostView host = start("loader", qemu, FwCfgFile.VMCOREINFO)) {
            findFiles(host);
            long address = files.get(DATA).address();
            assertThat(content(DATA).array()).isEqualTo(data);
            assertThat(address % 64).isZero();
            assertThat(content(ROOT).getLong(8)).isEqualTo(address + 32);
            assertThat(content(ROOT).getInt(16)).isEqualTo((int) address + 1);
            assertThat(AcpiTables.sum(content(ROOT).array())).isZero();
            assertThat(content(ROOT).get(0)).isEqualTo((byte) 'R');

            FwCfg device = FwCfg.of(
                    host.registers("fw_cfg", 0x902_0000, 0x18),
                    RegisterLayout.of(Architecture.ARM, 0x18),
                    host.transferMemory(HOST_MEMORY, 4096),
                    Duration.ofSeconds(30));
            FwCfgFile info = device.directory().get(FwCfgFile.VMCOREINFO);
            ByteBuffer told = ByteBuffer.wrap(device.read(info)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(told.getLong(8)).isEqualTo(address + 16);

            byte[] forgotten = HexFormat.of().parseHex(FORGOTTEN);
            device.write(info.key(), 0, forgotten);
            goOn("looked");
            assertThat(guest.nextLine()).isEqualTo("before " + FORGOTTEN);
            // vfio_platform_call_reset: no reset function, and so nothing to replay after.
            assertThat(guest.nextLine()).isEqualTo("reset EINVAL");
            assertThat(guest.nextLine()).isEqualTo("still " + FORGOTTEN);
            assertThat(guest.nextLine()).isEqualTo("replayed 1");
            assertThat(guest.nextLine()).isEqualTo("awaits looked-again");
            byte[] replayed = device.read(info);
            assertThat(replayed).startsWith(1, 0, 0, 0, 0, 0, 0, 0);
            assertThat(ByteBuffer.wrap(replayed).order(ByteOrder.LITTLE_ENDIAN).getLong(8))
                    .isEqualTo(address + 16);

            device.write(info.key(), 0, forgotten);
            goOn("looked-again");
            assertThat(guest.nextLine()).isEqualTo("refused UNMAPPED");
            assertThat(device.read(info)).isEqualTo(forgotten);
            assertEnded(guest.end());
        }
    }

    /** Without firmware QEMU has no WRITE_POINTER, and so the journal has nothing to replay. */
    @Test
    void theTablesOfTheMachineAreLinked() throws Exception {
        try (HostView host = start("loader-acpi", List.of())) {
            findFiles(host);
            byte[] rsdp = content("etc/acpi/rsdp").array();
            assertThat(AcpiTables.sum(rsdp)).isZero();
            Map<String, byte[]> tables = AcpiTables.find(rsdp, files.get("etc/acpi/tables"));
            assertThat(tables.keySet()).contains("XSDT", "FACP", "APIC", "GTDT", "MCFG", "IORT", "DSDT");
            assertThat(tables)
                    .allSatisfy((name, table) ->
                            assertThat(AcpiTables.sum(table)).as(name).isZero());
            goOn("looked");
            assertThat(guest.nextLine()).isEqualTo("replayed 0");
            assertEnded(guest.end());
        }
    }
}
