// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.lang.module.ModuleDescriptor;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line: {@code vfio}. */
@Command(
        name = "vfio",
        versionProvider = VfioCommand.Version.class,
        description = "VFIO platform devices: which region and which interrupt is which device-tree node.",
        synopsisSubcommandLabel = "COMMAND",
        subcommandsRepeatable = false,
        footerHeading = "%nFirst steps:%n",
        footer = {
            "  vfio list --sim proposal                     the devices of a simulated board",
            "  vfio inspect --sim proposal ffe101300.dma    what VFIO would give you for one of them",
            "  vfio list                                    the devices of this machine",
            "  vfio COMMAND --help                          options, examples and exit codes"
        })
final class VfioCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** The version of the module; on the class path, the one in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            ModuleDescriptor module = VfioCommand.class.getModule().getDescriptor();
            String version = module == null
                    ? VfioCommand.class.getPackage().getImplementationVersion()
                    : module.rawVersion().orElse(null);
            return new String[] {"vfio " + (version == null ? "(not packaged)" : version)};
        }
    }
}
