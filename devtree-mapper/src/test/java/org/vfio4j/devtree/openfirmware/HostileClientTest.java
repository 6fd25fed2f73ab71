// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.openfirmware.RangeSet.Range;

/**
 * A hostile client: random arrays, pointers, lengths and sequences of calls. No exception comes out, no byte outside of
 * the client's memory is touched, and after each call all RAM is either free or claimed and {@code available} says so.
 *
 * <p>{@code -Dvfio4j.openfirmware.calls=10000000} runs ten million calls, {@code -Dvfio4j.openfirmware.seed} others.
 */
class HostileClientTest {
    private static final int CALLS = Integer.getInteger("vfio4j.openfirmware.calls", 200_000);
    private static final long SEED = Long.getLong("vfio4j.openfirmware.seed", 1);

    /** Calls after which a new client begins. */
    private static final int SESSION = 5_000;

    private static final int BASE = 0x10000;
    private static final int SIZE = 0x2000;
    private static final int FRAME = 0x40;
    private static final int TEXTS = 0x400;
    private static final int TEXT_SIZE = 0x40;
    private static final int[] TELLING = {
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        9,
        0x10,
        0x40,
        0x1000,
        0x10000,
        BASE,
        BASE + SIZE,
        BASE + SIZE - 1,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        0xffff_f000,
        0xffff_fff0,
        0x2000_0000,
        0x1fff_f000,
        0x100
    };
    private static final String[] SERVICES = {
        "peer",
        "child",
        "parent",
        "finddevice",
        "getproplen",
        "getprop",
        "nextprop",
        "setprop",
        "canon",
        "open",
        "close",
        "instance-to-package",
        "instance-to-path",
        "package-to-path",
        "read",
        "write",
        "seek",
        "call-method",
        "test-method",
        "test",
        "milliseconds",
        "enter",
        "boot",
        "chain",
        "set-callback",
        "interpret",
        "start-cpu",
        ""
    };
    /** After these less can happen, so they are rare. */
    private static final String[] LAST = {"quiesce", "exit"};

    private static final String[] MEMORY = {"claim", "claim", "release"};
    private static final String[] WORDS = {
        "/",
        "/memory@0",
        "/memory",
        "console",
        "fast:1",
        "/chosen",
        "/vdevice/vty@71000000:9",
        "/none",
        "name",
        "reg",
        "phandle",
        "available",
        "bootargs",
        "a",
        "",
        "method",
        "throwing",
        "/vdevice//",
        ":",
        "@",
        "/@",
        "/:/",
        "open"
    };

    private final Random random = new Random(SEED);
    private final ByteBuffer memory = ByteBuffer.allocate(SIZE);
    private Watched watched;
    private ClientInterface firmware;
    private int callsWithClaims;

    /** Memory that fails the test when it is used without having been asked for, or outside. */
    private static final class Watched implements GuestMemory {
        final GuestMemory inner;
        long asked;
        int askedLength;

        Watched(GuestMemory inner) {
            this.inner = inner;
        }

        @Override
        public boolean contains(long address, int length) {
            boolean contained = inner.contains(address, length);
            boolean truth = length >= 0 && length <= SIZE && address >= BASE && address <= BASE + SIZE - length;
            if (contained != truth) {
                throw new AssertionError("contains " + Long.toHexString(address) + "+" + length + ": " + contained);
            }
            asked = contained ? address : -1;
            askedLength = length;
            return contained;
        }

        @Override
        public void read(long address, byte[] into) {
            check(address, into.length);
            inner.read(address, into);
        }

        @Override
        public void write(long address, byte[] from, int length) {
            check(address, length);
            inner.write(address, from, length);
        }

        private void check(long address, int length) {
            if (asked != address || askedLength < length) {
                throw new AssertionError("access without a check: " + Long.toHexString(address) + "+" + length);
            }
        }
    }

    @Test
    void nothingThatAClientPassesBreaksAnything() {
        int completed = 0;
        for (int i = 0; i < CALLS; i++) {
            if (i % SESSION == 0 || firmware.isTerminated()) {
                begin();
            }
            long frame = layCall();
            try {
                if (firmware.call(frame) == EntryResult.COMPLETED) {
                    completed++;
                }
                checkMemory();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + SEED + " call " + i, e);
            }
        }
        assertThat(completed).as("calls that reach a service").isGreaterThan(CALLS / 3);
        assertThat(callsWithClaims).as("calls while memory is claimed").isGreaterThan(CALLS / 10);
    }

    private void begin() {
        watched = new Watched(GuestMemory.of(BASE, memory));
        firmware = ClientInterface.builder(DtsReader.read("""
                        / { #address-cells = <2>; #size-cells = <2>; device_type = "chrp";
                            aliases { console = "/vdevice/vty@71000000"; fast = "/vdevice/vty:115200"; };
                            vdevice { vty@71000000 { device_type = "serial"; }; };
                            memory@0 { device_type = "memory"; reg = <0 0 0 0x8000>, <0 0x10000 0 0x8000>; };
                            memory@fff00000 { device_type = "memory"; reg = <0 0xffff0000 0 0x20000>, <0 0x4000 0 0x8000>; };
                        };
                        """), watched)
                .policy((path, name, value) -> value.length % 2 == 0)
                .device("console", arguments -> arguments.equals("9") ? Optional.empty() : Optional.of(new Odd()))
                .method("/", "method", call -> MethodResult.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
                .method("/", "throwing", call -> MethodResult.thrown(-4))
                .platform(new FirmwarePlatform() {
                    @Override
                    public boolean chain(long entry, byte[] arguments) {
                        return true;
                    }
                })
                .reserve(0x1000, 0x100)
                .build();
    }

    /** A device that moves some of what it is asked for. */
    private final class Odd implements InstanceIo {
        @Override
        public int read(byte[] into) {
            return random.nextInt(into.length + 3) - 2;
        }

        @Override
        public int write(byte[] data) {
            return random.nextInt(data.length + 3) - 2;
        }
    }

    /** Lays out a call, nearly always one that a service can make something of. */
    private long layCall() {
        if (random.nextInt(8) == 0) {
            byte[] noise = new byte[16 + random.nextInt(64)];
            random.nextBytes(noise);
            memory.put(random.nextInt(SIZE - noise.length), noise);
        }
        int at = random.nextInt(50) == 0 ? SIZE - 12 - 4 * random.nextInt(12) : FRAME;
        if (random.nextInt(5) == 0) {
            return layMemoryCall();
        }
        int arguments = random.nextInt(30) == 0 ? number() : random.nextInt(6);
        int returns = random.nextInt(30) == 0 ? number() : random.nextInt(4);
        memory.putInt(at, text(0, random.nextInt(500) == 0 ? LAST : SERVICES));
        memory.putInt(at + 4, arguments).putInt(at + 8, returns);
        for (int i = 0; i < 10 && at + 16 + 4 * i <= SIZE; i++) {
            memory.putInt(at + 12 + 4 * i, argument(i));
        }
        return random.nextInt(100) == 0 ? random.nextLong() >> random.nextInt(64) : BASE + at;
    }

    /** Claims or releases where RAM is, so that it is soon in pieces. */
    private long layMemoryCall() {
        int service = text(0, MEMORY);
        boolean release = memory.get(service - BASE) == 'r';
        memory.putInt(FRAME, service).putInt(FRAME + 4, release ? 2 : 3).putInt(FRAME + 8, 1);
        int unit = 1 << random.nextInt(14);
        int address = random.nextInt(4) == 0 ? 0xffff_0000 + random.nextInt(0x10000) : random.nextInt(0x18000);
        memory.putInt(FRAME + 12, address & -unit).putInt(FRAME + 16, unit * (1 + random.nextInt(3)));
        memory.putInt(FRAME + 20, random.nextBoolean() ? 0 : 1 << random.nextInt(16));
        return BASE + FRAME;
    }

    private int text(int slot, String[] choices) {
        int place = random.nextInt(60) == 0 ? SIZE - TEXT_SIZE : TEXTS + TEXT_SIZE * slot;
        byte[] text = (choices[random.nextInt(choices.length)] + '\0').getBytes(StandardCharsets.ISO_8859_1);
        int shift = place == SIZE - TEXT_SIZE ? TEXT_SIZE - text.length + random.nextInt(2) : 0;
        memory.put(place + shift, text, 0, Math.min(text.length, SIZE - place - shift));
        return BASE + place + shift;
    }

    private int argument(int index) {
        return switch (random.nextInt(4)) {
            case 0 -> text(index + 1, WORDS);
            case 1 -> random.nextInt(24);
            case 2 -> BASE + random.nextInt(SIZE + 16) - 8;
            default -> number();
        };
    }

    private int number() {
        return random.nextInt(3) == 0
                ? random.nextInt() >>> random.nextInt(32)
                : TELLING[random.nextInt(TELLING.length)] + random.nextInt(3) - 1;
    }

    private void checkMemory() {
        ClaimedMemory claims = firmware.claims();
        long sum = 0;
        callsWithClaims += claims.claimed().count() > 0 ? 1 : 0;
        for (Range range : claims.free().ranges()) {
            sum += range.size();
            if (!claims.claimed().within(range.start(), range.end()).isEmpty()) {
                throw new AssertionError("claimed and free: " + range);
            }
        }
        for (Range range : claims.claimed().ranges()) {
            sum += range.size();
            if (range.end() > 1L << 32) {
                throw new AssertionError("claimed above 4 GiB: " + range);
            }
        }
        if (sum != 0x8000 + 0x8000 + 0x20000 + 0x4000 - 0x100) {
            throw new AssertionError("free and claimed are 0x" + Long.toHexString(sum));
        }
        checkAvailable(claims, "/memory@0");
        checkAvailable(claims, "/memory@fff00000");
    }

    private void checkAvailable(ClaimedMemory claims, String path) {
        ByteBuffer available =
                ByteBuffer.wrap(firmware.property(path, "available").orElseThrow());
        long end = -1;
        while (available.hasRemaining()) {
            long start = available.getLong();
            long size = available.getLong();
            if (size <= 0 || start <= end || !claims.free().contains(start, start + size)) {
                throw new AssertionError(path + " says available: " + start + "+" + size);
            }
            end = start + size;
        }
    }
}
