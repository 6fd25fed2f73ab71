// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The boolean parameters in /sys/module (kernel/params.c). */
final class ParameterFiles {
    private ParameterFiles() {}

    static SysEntry.Directory modules(ModuleParameters parameters) {
        return SysEntry.Directory.of(Map.of(
                "vfio",
                module(
                        "enable_unsafe_noiommu_mode",
                        parameter(() -> parameters.noiommuMode, value -> parameters.noiommuMode = value)),
                "vfio_iommu_type1",
                module(
                        "allow_unsafe_interrupts",
                        parameter(() -> parameters.unsafeInterrupts, value -> parameters.unsafeInterrupts = value)),
                "vfio_platform",
                module("reset_required", parameter(() -> parameters.resetRequired, null))));
    }

    private static SysEntry.Directory module(String name, SysEntry.Attribute parameter) {
        return SysEntry.Directory.of(Map.of("parameters", SysEntry.Directory.of(Map.of(name, parameter))));
    }

    private static SysEntry.Attribute parameter(BooleanSupplier value, Consumer<Boolean> store) {
        return new SysEntry.Attribute(
                () -> (value.getAsBoolean() ? "Y\n" : "N\n").getBytes(StandardCharsets.US_ASCII),
                store == null ? null : text -> store.accept(parse(SysText.firstLine(text))),
                false);
    }

    /** kstrtobool: the first character, of "on" and "off" the second. */
    private static boolean parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("y") || lower.startsWith("t") || lower.startsWith("1") || lower.startsWith("on")) {
            return true;
        }
        KernelError.requireValid(
                lower.startsWith("n") || lower.startsWith("f") || lower.startsWith("0") || lower.startsWith("of"));
        return false;
    }
}
