// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel module's own test, in C, on the example devices of the proposal. */
class ModuleIT {
    /** Bound anew, because the lab gives the devices to mainline's driver. */
    private static final String BOUND_TO_THE_MODULE = """
            device=/sys/bus/platform/devices/$1
            echo vfio-devtree >$device/driver_override
            echo $1 >$device/driver/unbind
            echo $1 >/sys/bus/platform/drivers_probe
            vfio_devtree_test -w $1
            """;

    @ParameterizedTest
    @ValueSource(strings = {"ffe220000.sata", "ffe300000.crypto", "ffe101300.dma"})
    void answersAndRefuses(String device) throws Exception {
        GuestRun run =
                Lab.provisioned().run("module-" + device, List.of(), "sh", "-ec", BOUND_TO_THE_MODULE, "sh", device);
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(run.out()).contains("\nok ").doesNotContain("not ok").containsPattern("(?m)^1\\.\\.\\d+$");
    }
}
