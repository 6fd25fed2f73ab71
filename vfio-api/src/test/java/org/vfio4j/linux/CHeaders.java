// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What gcc makes of C expressions over the headers of this machine, or of those in the directory that the system
 * property {@code vfio4j.headers} names. Each expression is a function on a line of its own, so an error message tells
 * which expression the headers do not know.
 */
final class CHeaders {
    /** An expression of C, and the headers that it needs. */
    record Expression(List<String> headers, String code) {}

    private static final String HEADERS_PROPERTY = "vfio4j.headers";

    private static final String OWN = System.getProperty("os.arch");

    private static final Pattern ERROR_LINE = Pattern.compile("audit\\.c:(\\d+):\\d+: (?:fatal )?error:");

    private final Path directory;

    CHeaders(Path directory) {
        this.directory = directory;
    }

    /** {@return whether gcc and the headers of the C library are there} */
    boolean canCompile() throws IOException, InterruptedException {
        try {
            return compile("#include <stdio.h>\nint main(void) { return 0; }\n").isEmpty();
        } catch (IOException noGcc) {
            return false;
        }
    }

    /** {@return whether the headers of an architecture are there; this machine's own, if it is empty} */
    boolean hasHeadersOf(String architecture) {
        return architecture.isEmpty() || architecture.equals(OWN) || Files.isDirectory(crossHeaders(architecture));
    }

    /**
     * {@return the value of each expression with the headers of an architecture, empty for those that do not compile}
     * Structures of Linux on 64 bits are the same whichever compiler lays them out.
     */
    Map<Expression, Optional<Long>> evaluate(String architecture, Set<Expression> expressions)
            throws IOException, InterruptedException {
        if (architecture.isEmpty() || architecture.equals(OWN)) {
            return evaluate(expressions);
        }
        // Those of Linux alone: those of the C library are of this machine, as the program runs here.
        Path linux = directory.resolve("linux");
        Path asm = directory.resolve("asm");
        try {
            Files.createSymbolicLink(linux, crossHeaders(architecture).resolve("linux"));
            Files.createSymbolicLink(asm, crossHeaders(architecture).resolve("asm"));
            return evaluate(expressions);
        } finally {
            Files.deleteIfExists(linux);
            Files.deleteIfExists(asm);
        }
    }

    private Map<Expression, Optional<Long>> evaluate(Set<Expression> expressions)
            throws IOException, InterruptedException {
        List<Expression> all = List.copyOf(expressions);
        List<String> lines = new ArrayList<>();
        lines.add("#include <stdio.h>");
        lines.add("#include <stddef.h>");
        all.stream().flatMap(e -> e.headers().stream()).distinct().forEach(header -> {
            lines.add("#if __has_include(\"" + header + "\")");
            lines.add("#include \"" + header + "\"");
            lines.add("#endif");
        });
        int first = lines.size();
        for (int i = 0; i < all.size(); i++) {
            lines.add("static unsigned long long f" + i + "(void) { return (unsigned long long) ("
                    + all.get(i).code() + "); }");
        }
        Set<Integer> unknown = new HashSet<>();
        Matcher matcher = ERROR_LINE.matcher(compile(source(lines, first, unknown)));
        while (matcher.find()) {
            unknown.add(Integer.parseInt(matcher.group(1)) - 1 - first);
        }
        String errors = compile(source(lines, first, unknown));
        if (!errors.isEmpty()) {
            throw new IOException("gcc: " + errors);
        }
        Map<Expression, Optional<Long>> values = new LinkedHashMap<>();
        all.forEach(expression -> values.put(expression, Optional.empty()));
        for (String line :
                run(List.of(directory.resolve("audit").toString())).lines().toList()) {
            String[] pair = line.split(" ");
            values.put(all.get(Integer.parseInt(pair[0])), Optional.of(Long.parseUnsignedLong(pair[1])));
        }
        return values;
    }

    /** Where Debian's packages for cross compilation have them. */
    private static Path crossHeaders(String architecture) {
        return Path.of("/usr", (architecture.equals("amd64") ? "x86_64" : architecture) + "-linux-gnu", "include");
    }

    private static String source(List<String> lines, int first, Set<Integer> unknown) {
        StringBuilder source = new StringBuilder();
        StringBuilder main = new StringBuilder("int main(void) {\n");
        for (int i = 0; i < lines.size(); i++) {
            boolean left = i < first || !unknown.contains(i - first);
            source.append(left ? lines.get(i) : "").append('\n');
            if (i >= first && left) {
                main.append("    printf(\"%d %llu\\n\", " + (i - first) + ", f" + (i - first) + "());\n");
            }
        }
        return source.append(main).append("    return 0;\n}\n").toString();
    }

    private String compile(String source) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("audit.c"), source);
        List<String> command = new ArrayList<>(List.of("gcc", "-I" + directory, "-o", directory.resolve("audit") + ""));
        String headers = System.getProperty(HEADERS_PROPERTY);
        if (headers != null) {
            command.add("-isystem");
            command.add(headers);
        }
        command.add(file.toString());
        return run(command);
    }

    /** Runs a command and returns what it says; a compiler that succeeds says nothing. */
    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0 && text.isEmpty()) {
                throw new IOException(command + ": exit code " + process.exitValue());
            }
            return text;
        }
    }
}
