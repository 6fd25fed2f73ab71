// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** The boards that come with the framework. */
final class BuiltInBoards {
    private static final String PROPOSAL = "proposal";

    static final List<String> NAMES = List.of(PROPOSAL);

    private BuiltInBoards() {}

    static SimulatedBoardBuilder builder(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "there is no simulated board '" + name + "'; there is " + String.join(", ", NAMES));
        }
        return new SimulatedBoardBuilder(read(name))
                // What Linux has its own drivers on, whoever uses the rest.
                .driver("/soc@ffe000000", "simple-pm-bus")
                .driver("/soc@ffe000000/pic@40000", "mpic")
                .driver("/soc@ffe000000/iommu@500000", "arm-smmu")
                .driver("/soc@ffe000000/gpio@131000", "gpio-mpc8xxx")
                .readyToUse();
    }

    static SimulatedBoard proposal() {
        return builder(PROPOSAL).vfioDevtree(true).build();
    }

    private static DeviceTree read(String name) {
        try (InputStream source = BuiltInBoards.class.getResourceAsStream(name + ".dts")) {
            return DtsReader.read(new String(source.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
