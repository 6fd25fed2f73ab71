// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The VMM boots the lab's kernel in the lab, and its guest uses three devices of the lab: the PL031, whose registers are
 * mapped, and two that share their page with others and are trapped, fw_cfg and a virtio-mmio device. The script is {@code
 * vmm/scenario} of the resources; what it types into the guest is beside it.
 *
 * <p>The virtio device is one for which the guest has no driver, but for the transport: without IOMMU no DMA would reach
 * the guest's memory.
 */
class VmmIT {
    private static final String NAME = "vmm";
    private static final long SEED = 20261121;
    /** Seconds by which two clocks may differ: from one being read to the other. */
    private static final long MINUTES = 300;

    @Test
    void aGuestUsesDevicesAndGivesThemBack() throws Exception {
        Lab lab = Lab.provisioned();
        Path work = Lab.newWorkWithSamples(NAME);
        copyScripts(work);
        Files.copy(lab.kernel(), work.resolve("Image"));
        byte[] sectors = new byte[1 << 20];
        new Random(SEED).nextBytes(sectors);
        Path disk = Files.write(work.resolve("disk"), sectors);

        List<String> options = new ArrayList<>(List.of("--work", work.toString(), "--timeout", "600"));
        for (String argument : List.of(
                "-fw_cfg", "name=opt/org.vfio4j/hello,string=hello",
                "-device", "virtio-rng-device,bus=virtio-mmio-bus.30",
                "-drive", "if=none,id=neighbour,format=raw,file=" + disk,
                "-device", "virtio-blk-device,drive=neighbour,bus=virtio-mmio-bus.31")) {
            options.addAll(List.of("--qemu", argument));
        }
        String[] command = Stream.concat(Stream.of("sh", "scenario"), Arrays.stream(Lab.sample("vmm.Vmm")))
                .toArray(String[]::new);
        GuestRun run = lab.run(NAME, options, command);
        Console console = Console.of(work, run);
        assertThat(run.code()).as(console.toString()).isZero();

        assertThat(console.after("cpus")).as(console.toString()).isEqualTo("2");
        theClockIsTheHosts(console);
        theAlarmInterrupts(console);
        fwCfgIsTheHosts(console, work);
        thePageHasNoNeighbours(console);
        theHostsDriversWorkAgain(run, console);
    }

    /** What the guest and the VMM wrote, for the messages of failures. */
    private record Console(List<String> lines, String errors, String times, GuestRun run) {
        static Console of(Path work, GuestRun run) throws IOException {
            return new Console(
                    read(work.resolve("console")).lines().toList(),
                    read(work.resolve("vmm.err")),
                    read(work.resolve("times")),
                    run);
        }

        private static String read(Path file) throws IOException {
            return Files.exists(file) ? Files.readString(file) : "";
        }

        /** The rest of the line that begins so. */
        String after(String beginning) {
            return lines.stream()
                    .filter(line -> line.startsWith(beginning + " "))
                    .findFirst()
                    .map(line -> line.substring(beginning.length() + 1))
                    .orElseThrow(() -> new AssertionError("no line begins with '" + beginning + "'\n" + this));
        }

        @Override
        public String toString() {
            return "%s%nguest's console:%n%s%nVMM:%n%s%nseconds since the lab's boot:%n%s"
                    .formatted(run, String.join("\n", lines), errors, times);
        }
    }

    private static void copyScripts(Path work) throws IOException {
        try (DirectoryStream<Path> scripts = Files.newDirectoryStream(Lab.resource(NAME))) {
            for (Path script : scripts) {
                Files.copy(script, work.resolve(script.getFileName()));
            }
        }
    }

    private static void theClockIsTheHosts(Console console) {
        assertThat(console.lines()).as(console.toString()).contains("rtc-pl031 c000000.pl031");
        assertThat(Long.parseLong(console.after("clock")))
                .as(console.toString())
                .isBetween(
                        Instant.now().getEpochSecond() - MINUTES, Instant.now().getEpochSecond());
    }

    /** Neither one that is lost, nor one that comes again and again. */
    private static void theAlarmInterrupts(Console console) {
        assertThat(console.after("alarms")).as(console.toString()).isEqualTo("2");
    }

    private static void fwCfgIsTheHosts(Console console, Path work) throws IOException {
        List<String> hosts = Files.readAllLines(work.resolve("fwcfg.host"));
        assertThat(hosts).anyMatch(line -> line.contains("opt/org.vfio4j/hello 5 "));
        assertThat(console.lines().stream()
                        .filter(line -> line.startsWith("fw_cfg "))
                        .toList())
                .as(console.toString())
                .isEqualTo(hosts);
    }

    /** The guest's driver has the device; behind its 0x200 bytes there is nothing. */
    private static void thePageHasNoNeighbours(Console console) {
        assertThat(console.after("virtio driver")).as(console.toString()).isEqualTo("virtio-mmio device 0x0004");
        assertThat(console.after("page first")).as("magic value and version").matches("0x0000000[12]74726976");
        assertThat(console.after("page rest")).as(console.toString()).isEqualTo("448 0x0000000000000000");
        assertThat(console.errors()).contains("448 reads and 7 writes beside the registers");
    }

    private static void theHostsDriversWorkAgain(GuestRun run, Console console) {
        List<String> before = said(run, "before ");
        List<String> after = said(run, "after ");
        assertThat(before).as(console.toString()).hasSize(4);
        assertThat(after).hasSize(4);
        assertThat(seconds(after.get(0))).isBetween(seconds(before.get(0)), seconds(before.get(0)) + MINUTES);
        assertThat(after.subList(1, 4)).as(console.toString()).isEqualTo(before.subList(1, 4));
        assertThat(before.get(3))
                .as("the disk's registers: magic value, status")
                .startsWith("neighbour 0x74726976");
    }

    private static List<String> said(GuestRun run, String beginning) {
        return run.out()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .toList();
    }

    private static long seconds(String line) {
        assertThat(line).startsWith("rtc ");
        return Long.parseLong(line.substring("rtc ".length()));
    }
}
