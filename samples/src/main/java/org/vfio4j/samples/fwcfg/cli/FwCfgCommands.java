// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

import org.vfio4j.platform.cli.CommandContext;
import org.vfio4j.platform.cli.CommandProvider;
import picocli.CommandLine;

/** Adds {@code fwcfg} to {@code vfio}. */
public final class FwCfgCommands implements CommandProvider {
    @Override
    public Object command(CommandContext context) {
        return new CommandLine(new FwCfgCommand())
                .addSubcommand(new FwCfgListCommand(context))
                .addSubcommand(new FwCfgCatCommand(context))
                .addSubcommand(new FwCfgExportCommand(context))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
