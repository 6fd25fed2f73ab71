// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** /lib/modules, with the one file that somebody reads: the aliases by which the kernel loads modules. */
final class ModulesDirectory {
    private ModulesDirectory() {}

    static SysEntry.Directory of(KernelConfig config) {
        return SysEntry.Directory.of(Map.of(
                config.release().osRelease(),
                SysEntry.Directory.of(Map.of("modules.alias", SysEntry.Attribute.readOnly(() -> aliases(config))))));
    }

    private static byte[] aliases(KernelConfig config) {
        return config.resetFunctions().stream()
                .sorted()
                .map(compatible -> "alias vfio-reset:" + compatible + " vfio_platform_reset\n")
                .collect(Collectors.joining("", "# Aliases extracted from modules themselves.\n", ""))
                .getBytes(StandardCharsets.US_ASCII);
    }
}
