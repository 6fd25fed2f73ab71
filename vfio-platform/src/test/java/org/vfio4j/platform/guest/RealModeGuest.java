// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * A guest of a few dozen instructions of an x86 in real mode. It serves interrupts of a {@link PlayedDevice} with
 * an 8259, and counts those it gets and those of which the device knows nothing.
 *
 * <p>Source: Intel 8259A data sheet; ELCR of the 82371AB data sheet, 4.2.5.
 */
final class RealModeGuest implements AutoCloseable {
    /** Where the device is. */
    static final long DEVICE = 0xd0000;
    /** Where the guest tells that its interrupts are on. */
    static final long READY = DEVICE + 0x100;

    private static final int SIZE = 0x10000;
    private static final int PAGE = 0x1000;
    private static final int RESET_PAGE = 0xfffff000;
    private static final int RESET_OFFSET = 0xff0;
    private static final int CODE = 0x1000;
    private static final int HANDLERS = 0x2000;
    private static final int HANDLER_STRIDE = 0x100;
    private static final int COUNTERS = 0x500;
    private static final int COUNTER_STRIDE = 8;
    private static final int FIRST_VECTOR = 0x20;
    private static final int PHANTOM = 7;

    private final LinuxSyscalls linux;
    private final long memory;
    private final ByteBuffer bytes;
    private final List<Integer> gsis;

    /** Device IRQ i is input {@code gsis.get(i)} of the 8259, one of 3 to 6; all are levels or all edges. */
    RealModeGuest(LinuxSyscalls linux, Vm vm, List<Integer> gsis, boolean level) throws Exception {
        this.linux = linux;
        this.gsis = List.copyOf(gsis);
        memory = linux.mmap(
                0,
                SIZE + PAGE,
                LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS,
                -1,
                0);
        bytes = linux.memory(memory, SIZE + PAGE);
        vm.memory(0, 0, SIZE, memory);
        vm.memory(1, Integer.toUnsignedLong(RESET_PAGE), PAGE, memory + SIZE);
        // jmp 0:CODE
        put(SIZE + RESET_OFFSET, "ea" + word(CODE) + "0000");
        int enabled = 0;
        for (int i = 0; i < gsis.size(); i++) {
            install(gsis.get(i), handler(i));
            enabled |= 1 << gsis.get(i);
        }
        // inc dword es:[phantom]; iret
        install(PHANTOM, "2666ff06" + word(counter(gsis.size())) + "cf");
        put(CODE, start(enabled, level ? enabled : 0));
    }

    /** For inputs of the 8259 and those of them that are levels, a bit each. */
    private static String start(int inputs, int levels) {
        return "fa31c08ed08ec0bc0070" // cli; ss = es = 0; sp = 0x7000
                + "b800d08ed8" // ds = DEVICE >> 4
                + "b011e620b020e621b004e621b001e621" // 8259: ICW1 to ICW4, vectors from 0x20, no automatic end
                + "bad004b0" + hex(levels) + "ee" // ELCR: level-triggered
                + "b0" + hex(~(inputs | 1 << PHANTOM)) + "e621" // 8259: all others are masked
                + "c606000101" // mov byte [0x100], 1: ready
                + "fbf4ebfc"; // sti; hlt; again
    }

    /** Counts; reads what is wanted; counts if that is nothing, else writes it back; ends the interrupt. */
    private static String handler(int irq) {
        return "6650"
                + "2666ff06" + word(counter(irq))
                + "66a1" + word(irq * PlayedDevice.STRIDE)
                + "6685c07508"
                + "2666ff06" + word(counter(irq) + 4)
                + "eb04"
                + "66a3" + word(irq * PlayedDevice.STRIDE + 4)
                + "b020e620"
                + "6658cf";
    }

    private void install(int input, String code) {
        int address = HANDLERS + input * HANDLER_STRIDE;
        put(address, code);
        bytes.putInt((FIRST_VECTOR + input) * 4, address);
    }

    private void put(int address, String code) {
        byte[] parsed = HexFormat.of().parseHex(code);
        for (int i = 0; i < parsed.length; i++) {
            bytes.put(address + i, parsed[i]);
        }
    }

    private static int counter(int irq) {
        return COUNTERS + irq * COUNTER_STRIDE;
    }

    private static String word(int value) {
        return hex(value & 0xff) + hex(value >> 8);
    }

    private static String hex(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }

    /** How many interrupts the guest took. */
    int taken(int irq) {
        return bytes.getInt(counter(irq));
    }

    /** How many of them the device did not want. */
    int unwanted(int irq) {
        return bytes.getInt(counter(irq) + 4);
    }

    /** How many the 8259 had to make up, as its input went low before the processor took it. */
    int phantoms() {
        return bytes.getInt(counter(gsis.size()));
    }

    @Override
    public void close() {
        linux.munmap(memory, SIZE + PAGE);
    }
}
