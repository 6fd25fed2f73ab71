// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtWriter;

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

    private static CommandRun run(boolean isTerminal, Map<String, String> environment, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
        int code = Main.run(new Terminal(out, err, isTerminal, isTerminal, environment), words);
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
