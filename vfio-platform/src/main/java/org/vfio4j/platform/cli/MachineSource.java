// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Supplier;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;
import picocli.CommandLine.Option;

/** The option that says which machine is meant: this one, or a simulated board. */
final class MachineSource {
    /** What {@code --sim} is. */
    static final String SIMULATED = "Ask a simulated kernel: that of a board that comes with vfio"
            + " (${COMPLETION-CANDIDATES}), or of a board of your own by its device tree (.dtb or .dts).";

    /** The names of the simulated boards, for shell completion. */
    static final class BoardNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SimulatedBoard.names().iterator();
        }
    }

    /**
     * The two seams to a kernel.
     *
     * @param syscalls its system calls; asked for only when they are needed
     * @param files its files
     */
    record Machine(Supplier<LinuxSyscalls> syscalls, HostFiles files) {
        /** {@return the machine that this runs on} */
        static Machine ofProcess() {
            return new Machine(LinuxSyscalls::ofMachine, HostFiles.ofMachine());
        }
    }

    @Option(names = "--sim", paramLabel = "NAME|FILE", completionCandidates = BoardNames.class, description = SIMULATED)
    private String sim;

    private final Machine given;

    /** What picocli makes. */
    MachineSource() {
        this(null);
    }

    /**
     * Creates a source of one machine.
     *
     * @param given the machine; null for what the command line says
     */
    MachineSource(Machine given) {
        this.given = given;
    }

    /**
     * This machine, or the simulated board with its devices bound to VFIO.
     *
     * @return the machine
     * @throws CliException if there is no such board
     */
    Machine machine() throws CliException {
        return given != null ? given : machine(sim, MappingPolicy.KERNEL, 4096);
    }

    /**
     * This machine, or a simulated board with its devices bound to VFIO.
     *
     * @param sim name or file of the board; null for this machine
     * @param policy what the simulated kernel exposes: under the proposal devices are bound to vfio-devtree
     * @param pageSize the simulated kernel's page size in bytes
     * @return the machine
     * @throws CliException if there is no such board
     */
    static Machine machine(String sim, MappingPolicy policy, int pageSize) throws CliException {
        if (sim == null) {
            return Machine.ofProcess();
        }
        SimulatedBoard board = simulated(sim)
                .vfioDevtree(policy == MappingPolicy.PROPOSAL)
                .pageSize(pageSize)
                .build();
        return new Machine(board::syscalls, board.files());
    }

    private static SimulatedBoardBuilder simulated(String sim) throws CliException {
        if (SimulatedBoard.names().contains(sim)) {
            return SimulatedBoard.builder(sim);
        }
        Path file = Path.of(sim);
        if (!Files.exists(file)) {
            throw CliException.usage(sim + ": no simulated board and no file of this name; boards: "
                    + String.join(", ", SimulatedBoard.names()));
        }
        return SimulatedBoard.builder(TreeFile.read(file)).readyToUse();
    }
}
