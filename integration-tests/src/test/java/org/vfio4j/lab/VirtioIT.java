// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The virtio samples drive a disk and an entropy source of QEMU, while Linux drives a disk whose registers are in the same
 * page. What they read and wrote, the host sees in the files behind the disks.
 */
class VirtioIT {
    private static final long SEED = 20260101;
    private static final int SECTORS = 8 << 11;
    /** Slots of the machine's virtio-mmio bus, 0x200 bytes each from 0xa000000: the last three of a page. */
    private static final String ENTROPY_SLOT = "virtio-mmio-bus.29";

    private static final String DISK_SLOT = "virtio-mmio-bus.30";
    private static final String NEIGHBOUR_SLOT = "virtio-mmio-bus.31";
    private static final String ENTROPY = "a003a00.virtio_mmio";
    private static final String DISK = "a003c00.virtio_mmio";
    /** Linux has named the disk of the neighbour when it still had the other one too. */
    private static final String START = """
            echo 16 >/proc/sys/vm/nr_hugepages
            neighbour=$(ls /sys/bus/platform/devices/a003e00.virtio_mmio/virtio*/block)
            exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$@" "/dev/$neighbour"
            """;

    @ParameterizedTest
    @ValueSource(strings = {"version 2", "legacy"})
    void readsAndWritesADiskBesideLinux(String version) throws Exception {
        Lab lab = Lab.provisioned();
        String name = "virtio-" + version.replace(' ', '-');
        DiskPattern pattern = new DiskPattern(SEED, SECTORS);
        DiskPattern other = new DiskPattern(SEED, SECTORS);
        Path work = Lab.newWork(name);
        Path disk = Files.write(work.resolve("disk"), pattern.image());
        Path neighbour = Files.write(work.resolve("neighbour"), other.image());
        String classPath = Jars.copyClassPath(work, "/work");

        List<String> options = new ArrayList<>(List.of("--work", work.toString(), "--timeout", "600"));
        for (String argument : List.of(
                "-global", "virtio-mmio.force-legacy=" + version.equals("legacy"),
                "-device", "virtio-rng-device,bus=" + ENTROPY_SLOT,
                "-drive", "if=none,id=disk,format=raw,file=" + disk,
                "-device", "virtio-blk-device,drive=disk,bus=" + DISK_SLOT,
                "-drive", "if=none,id=neighbour,format=raw,file=" + neighbour,
                "-device", "virtio-blk-device,drive=neighbour,bus=" + NEIGHBOUR_SLOT)) {
            options.addAll(List.of("--qemu", argument));
        }
        GuestRun run = lab.run(
                name,
                options,
                "sh",
                "-ec",
                START,
                "sh",
                "-cp",
                classPath,
                VirtioGuest.class.getName(),
                Long.toString(SEED),
                Integer.toString(SECTORS),
                DISK,
                ENTROPY);

        assertThat(run.code()).as(run.toString()).isZero();
        Map<String, String> said = run.out()
                .lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        assertThat(said).containsEntry("sectors", Integer.toString(SECTORS));
        assertThat(said).as("a region of 0x200 bytes").containsEntry("mappable", "false");
        assertThat(said).containsEntry("read", VirtioGuest.digest(pattern.image()));
        assertThat(said).containsEntry("written", VirtioGuest.digest(pattern.written()));
        assertThat(Files.readAllBytes(disk)).as("the host's file").isEqualTo(pattern.written());
        assertThat(Integer.parseInt(said.get("neighbour"))).isPositive();
        assertThat(Files.readAllBytes(neighbour)).as("the file of Linux's disk").isEqualTo(other.image());
        assertLooksRandom(HexFormat.of().parseHex(said.get("random")));
    }

    /** Each byte value comes 20 times on average; of 5000 bytes that are not random, some come far more often. */
    private static void assertLooksRandom(byte[] bytes) {
        Map<Byte, Long> counts = new HashMap<>();
        for (byte value : bytes) {
            counts.merge(value, 1L, Long::sum);
        }
        assertThat(bytes).hasSize(5000);
        assertThat(counts.values()).as("counts of byte values").allMatch(count -> count < 60);
        assertThat(counts).hasSizeGreaterThan(250);
    }
}
