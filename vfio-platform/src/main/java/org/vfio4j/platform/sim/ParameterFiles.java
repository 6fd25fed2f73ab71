// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vfio4j.linux.Errno;

/** The parameters of VFIO's modules in /sys/module (kernel/params.c). */
final class ParameterFiles {
    private static final Pattern NUMBER = Pattern.compile("\\+?(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*|[1-9][0-9]*))\n?");

    private ParameterFiles() {}

    static SysEntry.Directory modules(ModuleParameters parameters, boolean vfioDevtree, boolean iommufd) {
        Map<String, SysEntry> modules = new TreeMap<>(Map.of(
                "vfio",
                module(Map.of(
                        "enable_unsafe_noiommu_mode",
                        parameter(() -> parameters.noiommuMode, value -> parameters.noiommuMode = value))),
                "vfio_iommu_type1",
                module(Map.of(
                        "allow_unsafe_interrupts",
                        parameter(() -> parameters.unsafeInterrupts, value -> parameters.unsafeInterrupts = value),
                        "disable_hugepages",
                        parameter(() -> parameters.hugePagesDisabled, value -> parameters.hugePagesDisabled = value),
                        "dma_entry_limit",
                        number(() -> parameters.dmaEntryLimit, value -> parameters.dmaEntryLimit = value))),
                "vfio_platform",
                module(Map.of("reset_required", parameter(() -> parameters.resetRequired, null)))));
        if (vfioDevtree) {
            modules.put("vfio_devtree", modules.get("vfio_platform"));
        }
        if (iommufd) {
            modules.put(
                    "iommufd",
                    module(Map.of(
                            "allow_unsafe_interrupts",
                            parameter(
                                    () -> parameters.unsafeInterruptsOfIommufd,
                                    value -> parameters.unsafeInterruptsOfIommufd = value))));
        }
        return SysEntry.Directory.of(modules);
    }

    private static SysEntry.Directory module(Map<String, SysEntry> parameters) {
        return SysEntry.Directory.of(Map.of("parameters", SysEntry.Directory.of(parameters)));
    }

    private static SysEntry.Attribute parameter(BooleanSupplier value, Consumer<Boolean> store) {
        return new SysEntry.Attribute(
                () -> (value.getAsBoolean() ? "Y\n" : "N\n").getBytes(StandardCharsets.US_ASCII),
                store == null ? null : text -> store.accept(parse(SysText.firstLine(text))),
                false);
    }

    private static SysEntry.Attribute number(IntSupplier value, IntConsumer store) {
        return new SysEntry.Attribute(
                () -> (Integer.toUnsignedString(value.getAsInt()) + "\n").getBytes(StandardCharsets.US_ASCII),
                text -> store.accept(parseUnsigned(new String(text, StandardCharsets.US_ASCII))),
                false);
    }

    /** kstrtouint with base 0: 0x is hexadecimal, 0 octal; a plus may be before it and one newline after it. */
    private static int parseUnsigned(String text) {
        Matcher number = NUMBER.matcher(text);
        KernelError.requireValid(number.matches());
        BigInteger value = number.group(1) != null
                ? new BigInteger(number.group(1), 16)
                : new BigInteger(number.group(2), number.group(2).startsWith("0") ? 8 : 10);
        KernelError.require(value.bitLength() <= 32, Errno.ERANGE);
        return value.intValue();
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
