// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import org.opentest4j.TestAbortedException;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.RegisterLayout;

/**
 * What it costs to read the largest file of a real fw_cfg device in several ways: accesses of registers, each of which is
 * an exit to QEMU in a guest, and time over qtest. {@code bench/fw-cfg} runs it.
 */
public final class FwCfgCost {
    private static final String FILE = "etc/acpi/tables";
    private static final RegisterLayout LAYOUT = RegisterLayout.of(Architecture.ARM, 0x18);
    private static final RegisterLayout BYTES =
            new RegisterLayout(0, 0x18, 8, 0, OptionalInt.of(16), 1, ByteOrder.BIG_ENDIAN);
    private static final int PAGE = 4096;
    private static final int MEMORY = 1 << 20;

    /** Reads the file. */
    private interface Way {
        byte[] read() throws IOException;
    }

    private final Bench bench;
    private final Region registers;
    private final FwCfgFile file;
    private final byte[] content;
    private boolean over;

    private FwCfgCost(Bench bench) throws IOException {
        this.bench = bench;
        this.registers = bench.registers("9020000.fw-cfg", 0x0902_0000L, 0x18);
        FwCfg device = byDma();
        this.file = device.directory().get(FILE);
        this.content = device.read(file);
    }

    /**
     * Prints the table. The exit code is 1 if something costs more than its bound, 2 if it could not be measured.
     *
     * @param args a directory for QEMU's sockets, empty
     * @throws InterruptedException if this thread is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        System.exit(measure(Path.of(args[0])));
    }

    private static int measure(Path directory) throws InterruptedException {
        try (Bench bench = Bench.startArm(directory, "")) {
            return new FwCfgCost(bench).run() ? 0 : 1;
        } catch (TestAbortedException | IOException e) {
            System.err.println("bench: " + e.getMessage());
            return 2;
        }
    }

    private boolean run() throws IOException {
        System.out.println("# " + FILE + ", " + file.size() + " bytes, of QEMU's machine virt");
        System.out.println("# name\tdata reads\tselects\ttransfers\tms\tbound");
        int size = content.length;
        int pages = (size + PAGE - 1) / PAGE;
        print("fwcfg.linux", this::asLinux, Long.MAX_VALUE, Long.MAX_VALUE);
        FwCfg bytes = FwCfg.of(registers, BYTES);
        print("fwcfg.bytes", () -> bytes.read(file), size, 0);
        FwCfg words = FwCfg.of(registers, LAYOUT);
        print("fwcfg.words", () -> words.read(file), size / 4, 0);
        print("fwcfg.words.page-by-page", () -> pageByPage(words), size / 4, 0);
        FwCfg dma = byDma();
        print("fwcfg.dma", () -> dma.read(file), 0, 2);
        print("fwcfg.dma.copy", () -> copy(dma), 0, 2);
        print("fwcfg.dma.page-by-page", () -> pageByPage(dma), 0, 2L * pages);
        return !over;
    }

    private FwCfg byDma() throws IOException {
        return FwCfg.of(registers, LAYOUT, bench.memory(0x4600_0000L, MEMORY), Duration.ofSeconds(30));
    }

    private void print(String name, Way way, long readsBound, long transfersBound) throws IOException {
        AccessCounts before = bench.qtest().counts();
        long start = System.nanoTime();
        byte[] read = way.read();
        double millis = (System.nanoTime() - start) / 1e6;
        AccessCounts cost = bench.qtest().counts().since(before);
        if (!Arrays.equals(read, content)) {
            throw new IllegalStateException(name + " did not read the file");
        }
        // The address of a request is written in two halves.
        long transfers = cost.wordWrites() / 2;
        over |= cost.reads() > readsBound || transfers > transfersBound;
        System.out.printf(
                Locale.ROOT,
                "%s\t%d\t%d\t%d\t%.1f\t%s%n",
                name,
                cost.reads(),
                cost.shortWrites(),
                transfers,
                millis,
                bound(readsBound, transfersBound));
    }

    private static String bound(long reads, long transfers) {
        if (reads == Long.MAX_VALUE) {
            return "-";
        }
        return reads > 0 ? reads + " data reads" : transfers + " transfers";
    }

    /**
     * As {@code cat} of the file in {@code /sys/firmware/qemu_fw_cfg} does it: sysfs asks for a page at a time, once more
     * at the end, and fw_cfg_read_blob of drivers/firmware/qemu_fw_cfg.c comes to each offset byte by byte.
     */
    private byte[] asLinux() throws IOException {
        byte[] read = new byte[content.length];
        for (int offset = 0; offset <= read.length; offset += PAGE) {
            registers.write16(LAYOUT.control(), Short.reverseBytes((short) file.key()) & 0xffff);
            for (int i = 0; i < Math.min(read.length, offset + PAGE); i++) {
                read[i] = (byte) registers.read8(LAYOUT.data());
            }
        }
        return read;
    }

    private byte[] copy(FwCfg device) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        device.copy(file, out);
        return out.toByteArray();
    }

    private byte[] pageByPage(FwCfg device) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int offset = 0; offset < content.length; offset += PAGE) {
            out.write(device.read(file.key(), offset, Math.min(PAGE, content.length - offset)));
        }
        return out.toByteArray();
    }
}
