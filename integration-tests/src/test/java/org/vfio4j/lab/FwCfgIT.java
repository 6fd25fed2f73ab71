// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** QEMU's fw_cfg device, taken from Linux's driver: 24 bytes of registers, which vfio-platform traps. */
class FwCfgIT {
    /** What the host gives; names of which Linux makes directories, or nothing. */
    private static final List<String> FILES = List.of(
            "opt/org.test/a,string=hello", "opt/a//b,string=ab", "opt/../dots,string=dots", "opt/tail/,string=tail");

    private static final String SCRIPT = """
            set -e
            vfio() { %s org.vfio4j.platform.cli.Main "$@"; }
            mkdir /tmp/linux
            cp -r /sys/firmware/qemu_fw_cfg/by_key /sys/firmware/qemu_fw_cfg/rev /tmp/linux
            echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode
            echo 2 > /proc/sys/vm/nr_hugepages
            vfio bind --yes 9020000.fw-cfg
            vfio fwcfg export /tmp/registers
            vfio fwcfg export --dma /tmp/dma
            diff -r /tmp/registers/ /tmp/dma/
            diff /tmp/linux/rev /tmp/registers/rev
            diff -r /tmp/linux/by_key /tmp/registers/by_key
            cat /tmp/dma/by_name/etc/acpi/tables/size
            for name in opt/org.test/a opt/a/%%/b opt/%%2E%%2E/dots opt/tail/%%; do
                cat /tmp/dma/by_name/$name/raw
                echo " $(readlink /tmp/dma/by_name/$name)"
            done
            """.formatted("'" + String.join("' '", Lab.javaWithSamples()) + "'");

    @Test
    void everyFileIsTheOneThatLinuxGaveBefore() throws Exception {
        Lab lab = Lab.provisioned();
        Path work = Lab.newWorkWithSamples("fw-cfg");
        List<String> options = new ArrayList<>(List.of("--work", work.toString()));
        for (String file : FILES) {
            options.addAll(List.of("--qemu", "-fw_cfg", "--qemu", "name=" + file));
        }
        GuestRun run = lab.run("fw-cfg", options, "sh", "-c", SCRIPT);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .endsWith(
                        "131072",
                        "hello ../../../by_key/43",
                        "ab ../../../../by_key/42",
                        "dots ../../../by_key/41",
                        "tail ../../../by_key/44");
    }
}
