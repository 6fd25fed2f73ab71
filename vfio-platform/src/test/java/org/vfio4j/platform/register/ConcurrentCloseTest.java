// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * Threads read and write registers while another closes the region under them, maps other files into the addresses that
 * become free, and opens the next region. They may meet the exception, and nothing else: not the end of the JVM, not the
 * memory that took the place of the device, and not the mapping of somebody else.
 */
@Timeout(120)
class ConcurrentCloseTest {
    private static final long SEED = 4;
    private static final int SECONDS = 3;
    private static final int OURS = 0x0a0a0a0a;
    private static final int NEIGHBOURS = 0x0b0b0b0b;

    @TempDir
    private Path directory;

    private final AtomicReference<Region> current = new AtomicReference<>();
    private volatile boolean stop;

    private Path file(String name, int word) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(LinuxSyscalls.ofMachine().pageSize());
        while (page.hasRemaining()) {
            page.putInt(word);
        }
        return Files.write(directory.resolve(name), page.array());
    }

    /** What a thread did. */
    private record Counts(long accesses, long refusals) {}

    private Counts use(boolean write) {
        long accesses = 0;
        long refusals = 0;
        while (!stop) {
            Region region = current.get();
            try {
                // Long enough to be compiled and to be in the middle of it when the region is closed.
                for (int i = 0; i < 10_000; i++) {
                    if (write) {
                        region.write32(4 * (i & 0xff), OURS);
                    } else {
                        int value = region.read32(4 * (i & 0xff));
                        if (value != OURS) {
                            throw new AssertionError("read 0x" + Integer.toHexString(value) + ", seed " + SEED);
                        }
                    }
                    accesses++;
                }
            } catch (IllegalStateException closed) {
                assertThat(closed).hasMessage("ours region 0 is closed");
                refusals++;
            }
        }
        return new Counts(accesses, refusals);
    }

    @ParameterizedTest
    @EnumSource(
            value = Access.class,
            names = {"MAPPED", "TRAPPED"})
    void nothing_but_the_exception_is_met(Access access) throws Exception {
        Path ours = file("ours", OURS);
        Path neighbours = file("neighbours", NEIGHBOURS);
        Random random = new Random(SEED);
        current.set(MachineRegion.of(ours, access));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<Counts>> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            boolean write = i == 2;
            users.add(threads.submit(() -> use(write)));
        }
        int closes = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(random.nextInt(200_000));
            Region old = current.getAndSet(MachineRegion.of(ours, access));
            old.close();
            // What the kernel maps next could be where the old region was.
            Region neighbour = MachineRegion.of(neighbours, Access.MAPPED);
            assertThat(neighbour.read32(0)).isEqualTo(NEIGHBOURS);
            neighbour.close();
            // Lets the cleaner give addresses back while they are being used.
            if (++closes % 256 == 0) {
                System.gc();
            }
        }
        stop = true;
        long accesses = 0;
        long refusals = 0;
        for (Future<Counts> user : users) {
            Counts counts = user.get();
            accesses += counts.accesses();
            refusals += counts.refusals();
        }
        threads.shutdown();
        current.get().close();

        assertThat(closes).isGreaterThan(100);
        assertThat(refusals).isGreaterThan(100);
        assertThat(accesses).isGreaterThan(access == Access.MAPPED ? 3_000_000 : 100_000);
        assertThat(words(neighbours)).as("no write reached it").containsOnly(NEIGHBOURS);
        assertThat(words(ours)).containsOnly(OURS);
    }

    private static List<Integer> words(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> words = new ArrayList<>();
        while (bytes.hasRemaining()) {
            words.add(bytes.getInt());
        }
        return words;
    }
}
