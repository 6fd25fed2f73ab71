// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes scripts for the loader: 128 bytes an entry, little-endian, after {@code hw/acpi/bios-linker-loader.c}. */
final class ScriptText {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ScriptText allocate(String file, int alignment, int zone) {
        return entry(1, at -> {
            name(at, 4, file);
            at.putInt(60, alignment).put(64, (byte) zone);
        });
    }

    ScriptText addPointer(String destination, int offset, int size, String source) {
        return entry(2, at -> {
            name(at, 4, destination);
            name(at, 60, source);
            at.putInt(116, offset).put(120, (byte) size);
        });
    }

    ScriptText addChecksum(String file, int result, int start, int length) {
        return entry(3, at -> {
            name(at, 4, file);
            at.putInt(60, result).putInt(64, start).putInt(68, length);
        });
    }

    ScriptText writePointer(String destination, int offset, int size, String source, int sourceOffset) {
        return entry(4, at -> {
            name(at, 4, destination);
            name(at, 60, source);
            at.putInt(116, offset).putInt(120, sourceOffset).put(124, (byte) size);
        });
    }

    ScriptText command(int number) {
        return entry(number, at -> {});
    }

    /** Overwrites a byte of the last entry. */
    ScriptText poke(int offset, int value) {
        byte[] all = bytes.toByteArray();
        all[all.length - 128 + offset] = (byte) value;
        bytes.reset();
        bytes.writeBytes(all);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private interface Operands {
        void put(ByteBuffer at);
    }

    private ScriptText entry(int command, Operands operands) {
        ByteBuffer at = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN).putInt(0, command);
        operands.put(at);
        bytes.writeBytes(at.array());
        return this;
    }

    private static void name(ByteBuffer at, int offset, String name) {
        at.put(offset, name.getBytes(StandardCharsets.ISO_8859_1));
    }
}
