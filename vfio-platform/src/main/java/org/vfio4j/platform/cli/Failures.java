// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.platform.BindingException;
import org.vfio4j.platform.register.RegisterAccessException;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.VfioException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever ends a command into one line on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        String line = what(e) + suggestion(e) + "; see '" + name + " --help'";
        return end(ExitCode.USAGE, line, e);
    }

    private static String suggestion(ParameterException e) {
        List<String> names = e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return names.isEmpty() ? "" : ", did you mean '" + names.get(0) + "'?";
    }

    private static String what(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            boolean root = e.getCommandLine().getParent() == null;
            return (root ? "unknown command '" : "unexpected argument '")
                    + unmatched.getUnmatched().get(0) + "'";
        }
        String text = e.getMessage().replaceFirst("^Error: ", "");
        String lower = text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
        return withoutFullStop(lower);
    }

    private static String withoutFullStop(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed) {
        if (e instanceof Terminal.OutputClosedException || e instanceof Terminal.OutputException) {
            return outputFailed((IOException) e);
        }
        if (e instanceof CliException expected) {
            return end(expected.exitCode(), e.getMessage(), e.getCause());
        }
        if (e instanceof VfioException || e instanceof KernelReplyException) {
            return end(ExitCode.KERNEL, withoutFullStop(e.getMessage()), e);
        }
        if (e instanceof RegisterAccessException) {
            return end(ExitCode.KERNEL, withoutFullStop(e.getMessage()), e);
        }
        if (e instanceof BindingException) {
            return end(ExitCode.NOT_DONE, withoutFullStop(e.getMessage()), e);
        }
        if (e instanceof FileSystemException refused && refused.getFile() != null) {
            return end(ExitCode.USAGE, TreeFile.explain(Path.of(refused.getFile()), refused), e);
        }
        if (e instanceof IOException || e instanceof DeviceTreeException) {
            return end(ExitCode.USAGE, withoutFullStop(e.getMessage()), e);
        }
        return end(
                ExitCode.DEFECT, "a defect of vfio: " + e + "; run it again with VFIO_DEBUG=1 and report the trace", e);
    }

    private int end(int exitCode, String line, Throwable cause) {
        try {
            StringBuilder all = new StringBuilder(line);
            if (cause != null) {
                for (Throwable further : cause.getSuppressed()) {
                    all.append("; then also: ").append(withoutFullStop(String.valueOf(further.getMessage())));
                }
            }
            terminal.complain(all.toString(), cause);
            return exitCode;
        } catch (IOException e) {
            return outputFailed(e);
        }
    }

    /**
     * Ends the command after a failed write to standard output.
     *
     * @param e the failure
     * @return the exit code
     */
    int outputFailed(IOException e) {
        if (e instanceof Terminal.OutputClosedException) {
            return ExitCode.OUTPUT_CLOSED;
        }
        terminal.err().println("vfio: " + e.getMessage());
        return ExitCode.USAGE;
    }
}
