// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtWriter;
import org.vfio4j.platform.sim.SimulatedBoard;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * A command line that was run inside the test.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int code, String out, String err) {
    static CommandRun vfio(Object... arguments) {
        return run(false, Map.of(), arguments);
    }

    static CommandRun onTerminal(Map<String, String> environment, Object... arguments) {
        return run(true, environment, arguments);
    }

    /** Runs a command on a kernel that stays for the next one, without a terminal. */
    static CommandRun on(SimulatedBoard board, Object... arguments) {
        return run(board, "", false, arguments);
    }

    /** The same for a person who types. */
    static CommandRun typing(String input, SimulatedBoard board, Object... arguments) {
        return run(board, input, true, arguments);
    }

    private static CommandRun run(SimulatedBoard board, String input, boolean isTerminal, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                err,
                isTerminal,
                false,
                isTerminal,
                Map.of());
        IFactory factory = new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == MachineSource.class
                        ? type.cast(new MachineSource(new MachineSource.Machine(board::syscalls, board.files())))
                        : CommandLine.defaultFactory().create(type);
            }
        };
        int code = Main.run(terminal, factory, words(arguments));
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String[] words(Object... arguments) {
        return List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    }

    private static CommandRun run(boolean isTerminal, Map<String, String> environment, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(new Terminal(out, err, isTerminal, isTerminal, environment), words(arguments));
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    JsonObject json() throws JsonParserException {
        return JsonParser.object().from(out);
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** Writes a blob of source text. */
    static Path blob(Path directory, String name, String source) throws IOException {
        return Files.write(directory.resolve(name), FdtWriter.write(DtsReader.read(source)));
    }
}
