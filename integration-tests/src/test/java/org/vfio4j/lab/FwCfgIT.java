// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * QEMU's fw_cfg device, taken from Linux's driver: 24 bytes of registers, which vfio-platform traps.
 *
 * <p>Linux has every file by its key, whatever its name is: {@code fw_cfg_register_file} of {@code
 * drivers/firmware/qemu_fw_cfg.c} makes the entry in {@code by_key} first, and does not look at what {@code
 * fw_cfg_build_symlink} returns. By name it loses those whose link has the name of a directory or of another link, and
 * those with an empty part that is not the last; sysfs prints a call trace for each name that is there already. What it
 * calls {@code .} and {@code ..} nobody finds.
 */
class FwCfgIT {
    /** What {@code sysfs_warn_dup} says. */
    private static final String COLLISION = "cannot create duplicate filename '/firmware/qemu_fw_cfg/by_name/";

    /** What the host gives: names, and where ours are below by_name. */
    private static final Map<String, String> LINKS = new TreeMap<>(Map.ofEntries(
            // A file against a directory, and what its other name could have been.
            Map.entry("opt/a", "opt/a%file"),
            Map.entry("opt/a/b", "opt/a/b"),
            Map.entry("opt/a%file", "opt/a%25file"),
            // Linux takes both for opt/tail.
            Map.entry("opt/tail", "opt/tail%file"),
            Map.entry("opt/tail/", "opt/tail/%"),
            Map.entry("opt/a//b", "opt/a/%/b"),
            Map.entry("/lead", "%/lead"),
            Map.entry("/", "%/%"),
            Map.entry(".", "%2E"),
            Map.entry("..", "%2E%2E"),
            Map.entry("opt/./dot", "opt/%2E/dot"),
            Map.entry("opt/../../../../dots", "opt/%2E%2E/%2E%2E/%2E%2E/%2E%2E/dots"),
            Map.entry("opt/tab\tline\n\u00fc", "opt/tab%09line%0A%C3%BC"),
            Map.entry("n".repeat(55), "n".repeat(55))));

    private static final String SCRIPT = """
            set -e
            vfio() { %s org.vfio4j.platform.cli.Main "$@"; }
            mkdir /tmp/linux
            cp -r /sys/firmware/qemu_fw_cfg/by_key /sys/firmware/qemu_fw_cfg/rev /tmp/linux
            find /sys/firmware/qemu_fw_cfg/by_name/opt ! -type d | wc -l
            echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode
            echo 2 > /proc/sys/vm/nr_hugepages
            vfio bind --yes 9020000.fw-cfg
            vfio fwcfg export /tmp/registers
            vfio fwcfg export --dma /tmp/dma
            diff -r /tmp/registers/ /tmp/dma/
            diff /tmp/linux/rev /tmp/registers/rev
            diff -r /tmp/linux/by_key /tmp/registers/by_key
            cat /tmp/dma/by_name/etc/acpi/tables/size
            find /tmp/dma/by_name/ -type l -exec readlink -f {} ';' | sed s,.*/by_key,by_key, | sort >/tmp/links
            (cd /tmp/linux && ls -d by_key/*) | sort | diff - /tmp/links
            for link in "$@"; do
                echo "$(cat "/tmp/dma/by_name/$link/raw")"
            done
            """.formatted("'" + String.join("' '", Lab.javaWithSamples()) + "'");

    private static List<String> file(String name, String content) {
        return List.of("--qemu", "-fw_cfg", "--qemu", "name=" + name + ",string=" + content);
    }

    @Test
    void everyFileIsTheOneThatLinuxGaveBeforeAndHasAName() throws Exception {
        Lab lab = Lab.provisioned();
        Path work = Lab.newWorkWithSamples("fw-cfg");
        List<String> options = new ArrayList<>(List.of("--work", work.toString(), "--expect", COLLISION));
        LINKS.keySet().forEach(name -> options.addAll(file(name, contentOf(name))));
        List<String> command = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh"));
        command.addAll(LINKS.values());
        GuestRun run = lab.run("fw-cfg", options, command.toArray(String[]::new));
        assertThat(run.code()).as(run.toString()).isZero();
        List<String> expected = new ArrayList<>(List.of("131072"));
        LINKS.keySet().forEach(name -> expected.add(contentOf(name)));
        assertThat(run.out().lines()).endsWith(expected.toArray(String[]::new));
        // opt/a, opt/a%file, opt/tail, and the one with a line in its name, which is two for wc. Of ten.
        assertThat(run.out().lines().findFirst()).contains("5");
        assertThat(run.log()).content().contains(COLLISION + "opt/a'", COLLISION + "opt/tail'");
    }

    private static String contentOf(String name) {
        return "content " + new ArrayList<>(LINKS.keySet()).indexOf(name);
    }

    /** So there are no such names in a device: QEMU does not start. */
    @Test
    void whatQemuRefuses() throws Exception {
        List<String> twice = new ArrayList<>(file("opt/x", "1"));
        twice.addAll(file("opt/x", "2"));
        refused(twice, "duplicate fw_cfg file name: opt/x");
        refused(file("n".repeat(56), "x"), "name too long (max. 55 char)");
    }

    private static void refused(List<String> options, String says) throws Exception {
        GuestRun run = Lab.provisioned().run("fw-cfg-refused", options, "true");
        assertThat(run.code()).as(run.toString()).isEqualTo(Lab.FAILED);
        assertThat(run.err()).contains("the guest ended without an answer", says);
    }
}
