// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Supplier;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say where devices come from: this machine, a simulated board, or a device tree alone. */
final class DeviceSource {
    /** The names of the simulated boards, for shell completion. */
    static final class BoardNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SimulatedBoard.names().iterator();
        }
    }

    private static final class Choice {
        @Option(
                names = "--sim",
                paramLabel = "NAME|FILE",
                completionCandidates = BoardNames.class,
                description =
                        "Ask a simulated kernel: that of a board that comes with vfio (${COMPLETION-CANDIDATES}), or"
                                + " of a board of your own by its device tree (.dtb or .dts).")
        private String sim;

        @Option(
                names = "--dtb",
                paramLabel = "FILE",
                description = "Ask no kernel: predict from a device tree (.dtb or .dts).")
        private Path dtb;
    }

    /**
     * The two seams to a kernel.
     *
     * @param syscalls its system calls; asked for only when they are needed
     * @param files its files
     */
    record Machine(Supplier<LinuxSyscalls> syscalls, HostFiles files) {}

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
    Machine machine(MappingPolicy policy, int pageSize) throws CliException {
        if (choice.sim == null) {
            return new Machine(LinuxSyscalls::ofMachine, HostFiles.ofMachine());
        }
        SimulatedBoard board = simulated()
                .vfioDevtree(policy == MappingPolicy.PROPOSAL)
                .pageSize(pageSize)
                .build();
        return new Machine(board::syscalls, board.files());
    }

    private SimulatedBoardBuilder simulated() throws CliException {
        if (SimulatedBoard.names().contains(choice.sim)) {
            return SimulatedBoard.builder(choice.sim);
        }
        Path file = Path.of(choice.sim);
        if (!Files.exists(file)) {
            throw CliException.usage(choice.sim + ": no simulated board and no file of this name; boards: "
                    + String.join(", ", SimulatedBoard.names()));
        }
        return SimulatedBoard.builder(TreeFile.read(file)).readyToUse();
    }
}
