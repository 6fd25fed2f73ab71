// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.linux.HostFiles;

/**
 * The devices that vfio-platform has a reset function for. Each is a module of its own, which the kernel loads when a
 * device with its compatible string is bound ({@code vfio_platform_get_reset} of {@code
 * drivers/vfio/platform/vfio_platform_common.c}).
 *
 * @param compatibles compatible strings
 */
public record ResetFunctions(Set<String> compatibles) {
    private static final String ALIAS = "vfio-reset:";

    /** Those of mainline ({@code drivers/vfio/platform/reset}), by the option that builds them in. */
    private static final Map<String, String> BUILT_IN = Map.of(
            "VFIO_PLATFORM_CALXEDAXGMAC_RESET", "calxeda,hb-xgmac",
            "VFIO_PLATFORM_AMDXGBE_RESET", "amd,xgbe-seattle-v1a",
            "VFIO_PLATFORM_BCMFLEXRM_RESET", "brcm,iproc-flexrm-mbox");

    /**
     * Reads the aliases of the running kernel's modules, loaded or not, and of what is built in.
     *
     * @param files the machine's files
     * @param options the kernel's options
     * @return the functions
     * @throws IOException if a file cannot be read
     */
    public static ResetFunctions read(HostFiles files, KernelOptions options) throws IOException {
        Set<String> found = new HashSet<>();
        Optional<String> release = KernelOptions.release(files);
        if (release.isPresent()) {
            Path modules = Path.of("/lib/modules", release.get());
            // "alias vfio-reset:COMPATIBLE MODULE"
            HostText.of(files, modules.resolve("modules.alias")).stream()
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith("alias " + ALIAS))
                    .forEach(line -> found.add(
                            line.substring(("alias " + ALIAS).length()).split(" ")[0]));
            // "MODULE.alias=vfio-reset:COMPATIBLE", each with a NUL behind it
            HostText.bytes(files, modules.resolve("modules.builtin.modinfo")).stream()
                    .flatMap(bytes -> Arrays.stream(new String(bytes, StandardCharsets.UTF_8).split("\0")))
                    .filter(entry -> entry.contains(".alias=" + ALIAS))
                    .forEach(entry -> found.add(entry.substring(entry.indexOf(ALIAS) + ALIAS.length())));
        }
        BUILT_IN.forEach((option, compatible) -> {
            if (options.state(option) == KernelOptions.State.BUILT_IN) {
                found.add(compatible);
            }
        });
        return new ResetFunctions(Set.copyOf(found));
    }
}
