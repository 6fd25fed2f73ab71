// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.vfio4j.linux.HostFiles;

/**
 * The options that a kernel was built with.
 *
 * @param source the file that says so; empty if there is none, and every option is unknown then
 * @param values values by name, without {@code CONFIG_}
 */
public record KernelOptions(Optional<Path> source, Map<String, String> values) {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final Path IN_KERNEL = Path.of("/proc/config.gz");

    /** What became of an option. */
    public enum State {
        /** In the kernel itself. */
        BUILT_IN,
        /** A module, loaded or not. */
        MODULE,
        /** Left out. */
        OFF,
        /** The kernel's options are not known. */
        UNKNOWN
    }

    /**
     * Reads them from {@code /proc/config.gz} (CONFIG_IKCONFIG_PROC), or from where distributions put them: {@code
     * /boot/config-RELEASE} and {@code /lib/modules/RELEASE/config}.
     *
     * @param files the machine's files
     * @return the options
     * @throws IOException if a file cannot be read
     */
    public static KernelOptions read(HostFiles files) throws IOException {
        Optional<byte[]> packed = HostText.bytes(files, IN_KERNEL);
        if (packed.isPresent()) {
            try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.get()))) {
                return parse(IN_KERNEL, new String(unpacked.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        Optional<String> release = release(files);
        if (release.isPresent()) {
            for (Path file : List.of(
                    Path.of("/boot/config-" + release.get()), Path.of("/lib/modules", release.get(), "config"))) {
                Optional<String> text = HostText.of(files, file);
                if (text.isPresent()) {
                    return parse(file, text.get());
                }
            }
        }
        return new KernelOptions(Optional.empty(), Map.of());
    }

    /**
     * The release of the running kernel.
     *
     * @param files the machine's files
     * @return as {@code uname -r} prints it
     * @throws IOException if it cannot be read
     */
    public static Optional<String> release(HostFiles files) throws IOException {
        return HostText.of(files, RELEASE);
    }

    private static KernelOptions parse(Path source, String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().filter(line -> line.startsWith("CONFIG_")).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring("CONFIG_".length(), equals), line.substring(equals + 1));
            }
        });
        return new KernelOptions(Optional.of(source), Map.copyOf(values));
    }

    /**
     * Looks an option up.
     *
     * @param option the name without {@code CONFIG_}
     * @return what became of it
     */
    public State state(String option) {
        if (source.isEmpty()) {
            return State.UNKNOWN;
        }
        return switch (values.getOrDefault(option, "n")) {
            case "y" -> State.BUILT_IN;
            case "m" -> State.MODULE;
            default -> State.OFF;
        };
    }
}
