// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.nio.file.Path;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.mapper.MappingPolicy;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say where devices come from: this machine, a simulated board, or a device tree alone. */
final class DeviceSource {
    private static final class Choice {
        @Option(
                names = "--sim",
                paramLabel = "NAME|FILE",
                completionCandidates = MachineSource.BoardNames.class,
                description = MachineSource.SIMULATED)
        private String sim;

        @Option(
                names = "--dtb",
                paramLabel = "FILE",
                description = "Ask no kernel: predict from a device tree (.dtb or .dts).")
        private Path dtb;
    }

    @ArgGroup
    private final Choice choice = new Choice();

    /** {@return true if there is no kernel to ask} */
    boolean isTreeAlone() {
        return choice.dtb != null;
    }

    /** {@return true for the machine that this runs on} */
    boolean isThisMachine() {
        return choice.dtb == null && choice.sim == null;
    }

    /**
     * Reads the tree of {@link #isTreeAlone()}.
     *
     * @return the tree
     * @throws CliException if it cannot be read
     */
    DeviceTree tree() throws CliException {
        return TreeFile.read(choice.dtb);
    }

    /**
     * This machine, or the simulated board with its devices bound to VFIO.
     *
     * @param policy what the simulated kernel exposes: under the proposal devices are bound to vfio-devtree
     * @param pageSize the simulated kernel's page size in bytes
     * @return the machine
     * @throws CliException if there is no such board
     */
    MachineSource.Machine machine(MappingPolicy policy, int pageSize) throws CliException {
        return MachineSource.machine(choice.sim, policy, pageSize);
    }
}
