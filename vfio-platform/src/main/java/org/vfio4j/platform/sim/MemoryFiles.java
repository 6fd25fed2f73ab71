// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** The files of memory in /proc and /sys/kernel/mm, as far as DMA needs them. */
final class MemoryFiles {
    private MemoryFiles() {}

    /** /sys/kernel/mm. */
    static SysEntry.Directory mm(HugePages pool) {
        SysEntry.Directory twoMegabytes = SysEntry.Directory.of(Map.of(
                "nr_hugepages", number(pool::total, pool::setWanted),
                "free_hugepages", number(pool::free, null),
                "resv_hugepages", number(pool::reserved, null)));
        return SysEntry.Directory.of(
                Map.of("hugepages", SysEntry.Directory.of(Map.of("hugepages-2048kB", twoMegabytes))));
    }

    /** /proc/sys/vm. */
    static SysEntry.Directory vm(Kernel kernel) {
        // It counts huge pages of the default size, which is 2 MiB where pages are of 4 KiB.
        SysEntry.Attribute compaction =
                number(() -> kernel.parameters().compactUnevictable, kernel.parameters()::setCompactUnevictable);
        return SysEntry.Directory.of(
                kernel.config().pageSize() == 4096
                        ? Map.of(
                                "compact_unevictable_allowed",
                                compaction,
                                "nr_hugepages",
                                number(kernel.hugePages()::wanted, kernel.hugePages()::setWanted))
                        : Map.of("compact_unevictable_allowed", compaction));
    }

    private static SysEntry.Attribute number(LongSupplier value, LongConsumer store) {
        return new SysEntry.Attribute(
                () -> (value.getAsLong() + "\n").getBytes(StandardCharsets.US_ASCII),
                store == null ? null : text -> store.accept(parse(SysText.firstLine(text))),
                false);
    }

    /** kstrtoul with base 10. */
    private static long parse(String text) {
        KernelError.requireValid(text.matches("\\+?[0-9]{1,18}"));
        return Long.parseLong(text);
    }
}
