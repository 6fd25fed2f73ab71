// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Huge pages of 2 MiB that are reserved for a test; closing puts the former number back. */
final class HugePages implements AutoCloseable {
    static final int SIZE = 2 << 20;

    private static final Path FILES = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");
    private static final Path WANTED = FILES.resolve("nr_hugepages");

    private final World world;
    private final long before;

    private HugePages(World world, long before) {
        this.world = world;
        this.before = before;
    }

    static HugePages reserve(World world, int count) throws IOException {
        Assumptions.assumeTrue(world.files().exists(FILES), "not run: the kernel has no huge pages");
        HugePages pages = new HugePages(world, number(world, WANTED));
        pages.set(count);
        if (number(world, WANTED) != count) {
            pages.close();
            throw new IOException("the machine has no memory for " + count + " huge pages");
        }
        return pages;
    }

    private static long number(World world, Path file) throws IOException {
        return Long.parseLong(new String(world.files().read(file), StandardCharsets.US_ASCII).strip());
    }

    private void set(long count) throws IOException {
        world.files().write(WANTED, Long.toString(count).getBytes(StandardCharsets.US_ASCII));
    }

    long free() throws IOException {
        return number(world, FILES.resolve("free_hugepages"));
    }

    @Override
    public void close() throws IOException {
        set(before);
    }
}
