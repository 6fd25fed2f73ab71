// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A client program of PowerPC: it walks a list of arrays, enters the firmware with each and keeps what the entry
 * returned. The last call is {@code exit}, at which QEMU stops.
 */
final class PowerClient {
    /** Where QEMU loads it. */
    static final int BASE = 0x400000;

    static final int SIZE = 0x20000;
    static final int BUFFER_SIZE = 0x100;

    private static final int LIST = 0x1000;
    private static final int FRAMES = 0x2000;
    private static final int FRAME_SIZE = 0x40;
    private static final int TEXTS = 0x6000;
    private static final int BUFFERS = 0x10000;
    private static final int MOST_CALLS = (SIZE - BUFFERS) / BUFFER_SIZE - 1;
    private static final int UNTOUCHED = 0x55;
    private static final int[] CODE = {
        0x7cbe2b78, // mr r30, r5: the entry of the firmware
        0x3fe00040, // lis r31, 0x40
        0x63ff1000, // ori r31, r31, 0x1000: the list
        0x807f0000, // lwz r3, 0(r31)
        0x2c030000, // cmpwi r3, 0
        0x41820018, // beq to the last
        0x7fc903a6, // mtctr r30
        0x4e800421, // bctrl
        0x907f0004, // stw r3, 4(r31)
        0x3bff0008, // addi r31, r31, 8
        0x4bffffe4, // b to the lwz
        0x48000000 // b to itself
    };

    /** An argument: the address of a buffer that the call has for itself. */
    record Buffer() {}

    /**
     * What a call did.
     *
     * @param entry what the entry returned
     * @param cells its return cells
     * @param buffer its buffer
     */
    record Outcome(int entry, List<Integer> cells, String buffer) {}

    private final ByteBuffer image = ByteBuffer.allocate(SIZE);
    private int calls;
    private int text = TEXTS;

    PowerClient() {
        for (int word : CODE) {
            image.putInt(word);
        }
        Arrays.fill(image.array(), BUFFERS, SIZE, (byte) UNTOUCHED);
    }

    /** An ELF file of this size that QEMU loads; the program itself is written over it. */
    static byte[] file() {
        ByteBuffer elf = ByteBuffer.allocate(0x1000 + SIZE);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 2, 1}).position(16);
        elf.putShort((short) 2)
                .putShort((short) 21)
                .putInt(1)
                .putLong(0)
                .putLong(64)
                .putLong(0);
        elf.putInt(0)
                .putShort((short) 64)
                .putShort((short) 56)
                .putShort((short) 1)
                .putLong(0);
        elf.position(64);
        elf.putInt(1)
                .putInt(7)
                .putLong(0x1000)
                .putLong(0)
                .putLong(0)
                .putLong(SIZE)
                .putLong(SIZE)
                .putLong(0x1000);
        return elf.array();
    }

    /** Adds a call. Arguments are an Integer, a String, which is passed by address, or a Buffer. */
    void add(String service, int returns, List<Object> arguments) {
        if (calls == MOST_CALLS) {
            throw new IllegalStateException("expected at most " + MOST_CALLS + " calls");
        }
        image.putInt(LIST + 8 * calls, BASE + frame(calls));
        image.position(frame(calls))
                .putInt(put(service))
                .putInt(arguments.size())
                .putInt(returns);
        for (Object argument : arguments) {
            image.putInt(
                    argument instanceof String string
                            ? put(string)
                            : argument instanceof Buffer ? BASE + buffer(calls) : (Integer) argument);
        }
        for (int i = 0; i < returns; i++) {
            image.putInt(0x5555_5555);
        }
        calls++;
    }

    /** The program with its calls. */
    ByteBuffer image() {
        return image;
    }

    int calls() {
        return calls;
    }

    long frameAddress(int call) {
        return BASE + frame(call);
    }

    /** What a call did, according to the program's memory after it. */
    static Outcome outcome(ByteBuffer memory, int call) {
        int arguments = memory.getInt(frame(call) + 4);
        int[] cells = new int[memory.getInt(frame(call) + 8)];
        memory.position(frame(call) + 12 + 4 * arguments).asIntBuffer().get(cells);
        int end = BUFFER_SIZE;
        while (end > 0 && memory.get(buffer(call) + end - 1) == UNTOUCHED) {
            end--;
        }
        String buffer = new String(memory.array(), buffer(call), end, StandardCharsets.ISO_8859_1);
        return new Outcome(
                memory.getInt(LIST + 8 * call + 4), Arrays.stream(cells).boxed().toList(), buffer);
    }

    /** Keeps what the entry returned, as the program itself does. */
    void keepEntry(int call, int result) {
        image.putInt(LIST + 8 * call + 4, result);
    }

    private static int frame(int call) {
        return FRAMES + FRAME_SIZE * call;
    }

    private static int buffer(int call) {
        return BUFFERS + BUFFER_SIZE * call;
    }

    private int put(String string) {
        byte[] bytes = (string + '\0').getBytes(StandardCharsets.ISO_8859_1);
        int address = text;
        image.put(address, bytes);
        text += bytes.length;
        return BASE + address;
    }
}
