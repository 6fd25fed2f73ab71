// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;

/** The {@code vfio} command. */
public final class Main {
    private Main() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(run(Terminal.ofProcess(), arguments));
    }

    /**
     * Runs the command.
     *
     * @param terminal where to write
     * @param arguments the command line
     * @return one of {@link ExitCode}
     */
    static int run(Terminal terminal, String... arguments) {
        return run(terminal, CommandLine.defaultFactory(), arguments);
    }

    /** Runs the command with what a factory makes, such as another {@link DeviceChoice}. */
    static int run(Terminal terminal, IFactory factory, String... arguments) {
        Failures failures = new Failures(terminal);
        try {
            int code = commandLine(terminal, factory, failures).execute(arguments);
            terminal.out().flush();
            return code;
        } catch (IOException e) {
            return failures.outputFailed(e);
        }
    }

    private static CommandLine commandLine(Terminal terminal, IFactory factory, Failures failures) {
        return commandLine(terminal, factory)
                .setOut(new PrintWriter(new Unflushed(terminal.out())))
                .setErr(terminal.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    /**
     * The command with its subcommands.
     *
     * @param terminal where they write
     * @return a parser for the command line
     */
    static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, CommandLine.defaultFactory());
    }

    private static CommandLine commandLine(Terminal terminal, IFactory factory) {
        CommandLine all = new CommandLine(new VfioCommand(), factory)
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new InspectCommand(terminal))
                .addSubcommand(new DoctorCommand(terminal))
                .addSubcommand(new BindCommand(terminal))
                .addSubcommand(new UnbindCommand(terminal))
                .addSubcommand(new ReadCommand(terminal))
                .addSubcommand(new WriteCommand())
                .addSubcommand(new CommandLine(new IrqCommand(), factory)
                        .addSubcommand(new IrqWatchCommand(terminal))
                        .addSubcommand(new IrqCountCommand(terminal))
                        .addSubcommand(new IrqLatencyCommand(terminal)))
                .addSubcommand(new GuestTreeCommand(terminal))
                .addSubcommand(new ResolveCommand(terminal))
                .addSubcommand(new TreeCommand(terminal))
                .addSubcommand(new DiffCommand(terminal))
                .addSubcommand(new OfClientCommand(terminal))
                .addSubcommand(new CompletionCommand(terminal));
        CommandContext context = new ProcessContext(terminal, MachineSource.Machine.ofProcess());
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class, Main.class.getClassLoader())) {
            all.addSubcommand(provider.command(context));
        }
        return all;
    }

    /** The usage text goes through a PrintWriter, which hides errors: what it writes waits for {@link #run}'s flush. */
    private static final class Unflushed extends FilterWriter {
        Unflushed(Writer out) {
            super(out);
        }

        @Override
        public void flush() {}
    }
}
