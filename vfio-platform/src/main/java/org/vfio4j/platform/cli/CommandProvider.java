// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

/**
 * Adds a command to {@code vfio}. A jar on the class path, or a module, that has a service of this type brings it along
 * ({@link java.util.ServiceLoader}).
 *
 * <p>A service is made whenever {@code vfio} starts, whatever the command is then; so it has nothing to do before it runs.
 */
public interface CommandProvider {
    /**
     * Makes the command.
     *
     * @param context where it writes, and the machine it is for
     * @return what picocli takes as a subcommand: an object with {@code @Command}, or a {@code CommandLine} with
     *     subcommands of its own. Its name must be no other command's
     */
    Object command(CommandContext context);
}
