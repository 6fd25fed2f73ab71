// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code vfio doctor} says of a machine that needs a boot of its own. */
class DoctorIT {
    /** __vfio_register_dev of drivers/vfio/vfio_main.c, and arm_smmu_capable of arm-smmu-v3.c. */
    @Test
    void aDeviceBehindAnIommuThatIsNotCoherentIsRefusedAsItSays() throws Exception {
        Lab lab = Lab.provisioned();
        String name = "aDeviceBehindAnIommuThatIsNotCoherentIsRefusedAsItSays";
        Path tree = Lab.newWork(name).resolve("incoherent.dtsi");
        Files.writeString(tree, "/ { smmuv3@9050000 { /delete-property/ dma-coherent; dma-noncoherent; }; };\n");
        GuestRun run = lab.run(
                name,
                List.of("--tree", tree.toString()),
                "sh",
                "-c",
                "vfio doctor ffe220000.sata; echo exit $?\n"
                        + "cd /sys/bus/platform/devices/ffe220000.sata && echo vfio-platform > driver_override\n"
                        + "echo ffe220000.sata > /sys/bus/platform/drivers/vfio-platform/bind");
        assertThat(run.out())
                .as(run.toString())
                .contains("\nProblems\n  /smmuv3@9050000: the device tree does not say that DMA through this IOMMU is")
                .contains("bind to driver fails with EINVAL\n    > fdtput board.dtb /smmuv3@9050000 dma-coherent\n")
                .endsWith("\nexit 1\n");
        assertThat(run.err()).contains("Invalid argument");
    }
}
