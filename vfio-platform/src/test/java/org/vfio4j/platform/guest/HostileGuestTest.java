// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.vfio4j.kvm.ExitReason;
import org.vfio4j.kvm.X86Registers.Name;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Board;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.platform.sim.SimulatedBoard;

/**
 * A guest that makes accesses at random, as fast as it can. The VMM stays up, and nothing is touched but the regions that
 * are the guest's. It takes 5 seconds a test, or what {@code -Dvfio4j.hostile.seconds=60} says.
 */
final class HostileGuestTest {
    private static final long SECONDS = Long.getLong("vfio4j.hostile.seconds", 5);
    private static final long SEED = Long.getLong("vfio4j.hostile.seed", 20_130_703);
    private static final long GUEST = 0x0c00_0000;
    private static final int PAGE = 4096;
    private static final int SENTINEL = 0x5ec2e7;

    /** What the guest has, by device and region, and the bytes of each. */
    private static final Map<String, Long> ASSIGNED =
            Map.of(Board.MIDDLE + "/0", 0x200L, Board.TIMER + "/2", 0x80L, Board.BIG_TRAPPED + "/0", 0x100L);

    private final AtomicLong forwarded = new AtomicLong();
    private final Queue<RegisterAccess> outside = new ConcurrentLinkedQueue<>();
    private final SimulatedBoard board = Board.builder()
            .accessLog(access -> {
                long size = ASSIGNED.getOrDefault(access.device() + "/" + access.region(), 0L);
                if (access.offset() < 0 || access.offset() + access.width() > size) {
                    outside.add(access);
                }
                forwarded.getAndIncrement();
            })
            .build();
    private final MmioBus bus = new MmioBus();
    private final List<GuestAssignment> assignments = new ArrayList<>();
    private final List<PlatformDevice> devices = new ArrayList<>();
    private final List<Region> neighbours = new ArrayList<>();

    @BeforeEach
    void assign() throws IOException {
        assignments.add(assign(Board.MIDDLE, Map.of(0, GUEST + 2 * PAGE)));
        // The second region can be mapped; here it traps, as while an interrupt is pending.
        assignments.add(assign(Board.TIMER, Map.of(1, GUEST + 3 * PAGE, 2, GUEST + 5 * PAGE)));
        assignments.add(assign(Board.BIG_TRAPPED, Map.of(0, GUEST + 6 * PAGE)));
        neighbours.add(open(Board.LEFT).region(0));
        neighbours.add(open(Board.RIGHT).region(0));
        neighbours.add(open(Board.BIG).region(0));
        neighbours.add(devices.get(1).region(0));
        for (Region region : neighbours) {
            for (long offset = 0; offset < region.size(); offset += 4) {
                region.write32(offset, SENTINEL ^ (int) offset);
            }
        }
        forwarded.set(0);
        outside.clear();
    }

    private PlatformDevice open(String name) throws IOException {
        PlatformDevice device = PlatformDevice.open(board.syscalls(), board.files(), name);
        devices.add(device);
        return device;
    }

    private GuestAssignment assign(String name, Map<Integer, Long> places) throws IOException {
        GuestAssignmentBuilder builder = GuestAssignment.of(open(name)).allowUnconfinedDma();
        places.forEach(builder::region);
        return builder.assign(bus);
    }

    @AfterEach
    void close() {
        assignments.forEach(GuestAssignment::close);
        devices.forEach(PlatformDevice::close);
    }

    private void requireNothingElseTouched(long made, TestReporter reporter) {
        reporter.publishEntry(
                "hostile guest, seed " + SEED,
                made + " accesses in " + SECONDS + " s, " + forwarded + " of a device; " + bus.unassigned());
        assertThat(outside).as("seed %d", SEED).isEmpty();
        assertThat(forwarded).as("the devices were reached").hasPositiveValue();
        for (Region region : neighbours) {
            for (long offset = 0; offset < region.size(); offset += 4) {
                assertThat(region.read32(offset)).as(region.name()).isEqualTo(SENTINEL ^ (int) offset);
            }
        }
        for (GuestAssignment assignment : assignments) {
            for (PassthroughRegion region : assignment.regions()) {
                assertThat(region.lastFailure()).isEmpty();
                if (region.region().size() < PAGE) {
                    assertThat(region.remainder().reads()).as(region.toString()).isPositive();
                    assertThat(region.remainder().writes())
                            .as(region.toString())
                            .isPositive();
                }
            }
        }
        assertThat(bus.unassigned().reads()).isPositive();
    }

    /** The vCPUs of a guest that can make accesses which no processor makes, while devices come and go. */
    @Test
    void everyAccessThatThereIsFromSeveralThreads(TestReporter reporter) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        List<Callable<Long>> threads = List.of(
                () -> access(new Random(SEED), deadline),
                () -> access(new Random(SEED + 1), deadline),
                () -> access(new Random(SEED + 2), deadline),
                () -> comeAndGo(new Random(SEED + 3), deadline));
        ExecutorService executor = Executors.newFixedThreadPool(threads.size());
        long made = 0;
        try {
            for (Future<Long> thread : executor.invokeAll(threads)) {
                made += thread.get();
            }
        } finally {
            executor.shutdownNow();
        }

        requireNothingElseTouched(made, reporter);
    }

    private long access(Random random, long deadline) throws InterruptedException {
        long made = 0;
        while (System.nanoTime() < deadline) {
            // A burst, and sometimes a rest.
            int burst = 1 << random.nextInt(12);
            for (int i = 0; i < burst; i++) {
                int width = 1 + random.nextInt(8);
                long address = anywhere(random);
                if (random.nextBoolean()) {
                    bus.write(address, width, random.nextLong());
                } else if (width < 8) {
                    assertThat(bus.read(address, width) >>> (8 * width))
                            .as("above the width")
                            .isZero();
                } else {
                    bus.read(address, width);
                }
            }
            made += burst;
            if (random.nextInt(64) == 0) {
                Thread.sleep(random.nextInt(3));
            }
        }
        return made;
    }

    private static long anywhere(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt();
            // Around the edges of pages and regions.
            case 2, 3 -> GUEST + random.nextInt(9) * PAGE + 0x80 * random.nextInt(5) + random.nextInt(17) - 8;
            default -> GUEST + random.nextInt(9 * PAGE);
        };
    }

    /** A device that is added and removed meanwhile: a handler sees what is its own only. */
    private long comeAndGo(Random random, long deadline) {
        MmioHandler handler = new MmioHandler() {
            @Override
            public long read(long offset, int width) {
                assertThat(offset).isBetween(0L, 0x100L - width);
                return -1;
            }

            @Override
            public void write(long offset, int width, long value) {
                assertThat(offset).isBetween(0L, 0x100L - width);
            }
        };
        while (System.nanoTime() < deadline) {
            MmioRange range = bus.add(GUEST + 7 * PAGE + random.nextInt(0xf00), 0x100, handler);
            if (random.nextBoolean()) {
                Thread.yield();
            }
            range.close();
        }
        return 0;
    }

    /**
     * A real one: a program that makes up addresses with a shift register (xorshift of 32 bits, the number in ebx) and reads
     * or writes 1, 2, 4 or 8 bytes there, for ever.
     */
    @Test
    void aGuestOfThisMachinesKvm(TestReporter reporter) throws IOException {
        try (X86MmioGuest guest = X86MmioGuest.on(bus)) {
            guest.load(
                    "66 89 d8 66 c1 e0 0d 66 31 c3", // mov eax, ebx; shl eax, 13; xor ebx, eax
                    "66 89 d8 66 c1 e8 11 66 31 c3", // mov eax, ebx; shr eax, 17; xor ebx, eax
                    "66 89 d8 66 c1 e0 05 66 31 c3", // mov eax, ebx; shl eax, 5; xor ebx, eax
                    "66 89 de 66 21 ee 66 01 fe", // mov esi, ebx; and esi, ebp; add esi, edi
                    "66 89 d9 66 c1 e9 1d", // mov ecx, ebx; shr ecx, 29: which of the eight below
                    "67 e3 24 66 49", // jecxz read of 1; dec ecx
                    "67 e3 24 66 49", // jecxz write of 1; dec ecx
                    "67 e3 24 66 49", // jecxz read of 2; dec ecx
                    "67 e3 24 66 49", // jecxz write of 2; dec ecx
                    "67 e3 24 66 49", // jecxz read of 4; dec ecx
                    "67 e3 25 66 49", // jecxz write of 4; dec ecx
                    "67 e3 26", // jecxz read of 8
                    "67 0f 7f 06 eb ab", // movq [esi], mm0; jmp to the beginning, as all below
                    "67 8a 06 eb a6", // mov al, [esi]
                    "67 88 1e eb a1", // mov [esi], bl
                    "67 8b 06 eb 9c", // mov ax, [esi]
                    "67 89 1e eb 97", // mov [esi], bx
                    "67 66 8b 06 eb 91", // mov eax, [esi]
                    "67 66 89 1e eb 8b", // mov [esi], ebx
                    "67 0f 6f 06 eb 85"); // movq mm0, [esi]
            guest.start(guest.registers()
                    .with(Name.RBX, (int) SEED & 0xffff_ffffL)
                    .with(Name.RBP, 0xffff)
                    .with(Name.RDI, GUEST - PAGE));

            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            assertThat(guest.runUntil(deadline)).isEqualTo(ExitReason.MMIO);

            assertThat(guest.exits()).isGreaterThan(1000);
            requireNothingElseTouched(guest.exits(), reporter);
        }
    }
}
