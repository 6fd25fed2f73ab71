// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.nio.file.Path;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.linux.HostFiles;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say where devices come from: this machine, or a device tree alone. */
final class DeviceSource {
    private static final class Choice {
        @Option(
                names = "--dtb",
                paramLabel = "FILE",
                description = "No kernel at all: predict from a device tree (.dtb or .dts).")
        private Path dtb;
    }

    @ArgGroup
    private Choice choice = new Choice();

    /** {@return true if there is no kernel to ask} */
    boolean isTreeAlone() {
        return choice.dtb != null;
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

    /** {@return the files of the machine} */
    HostFiles files() {
        return HostFiles.ofMachine();
    }
}
