// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the loader's script: entries of 128 bytes, a command of 32 bits and its operands, little-endian. */
final class LoaderScript {
    private static final int ENTRY = 128;
    private static final int NAME = 56;
    private static final int ALLOCATE = 1;
    private static final int ADD_POINTER = 2;
    private static final int ADD_CHECKSUM = 3;
    private static final int WRITE_POINTER = 4;

    private final LoaderOptions options;

    LoaderScript(LoaderOptions options) {
        this.options = options;
    }

    /** The entries in their order. What can be wrong in an entry by itself is found here. */
    List<LoaderCommand> parse(byte[] script) throws LoaderException {
        if (script.length % ENTRY != 0) {
            throw LoaderException.ofScript(
                    LoaderFault.SCRIPT_SIZE, script.length + " bytes are no whole number of entries of 128", null);
        }
        List<LoaderCommand> commands = new ArrayList<>();
        for (int i = 0; i < script.length / ENTRY; i++) {
            commands.add(
                    command(i, ByteBuffer.wrap(script, i * ENTRY, ENTRY).slice().order(ByteOrder.LITTLE_ENDIAN)));
        }
        return commands;
    }

    private LoaderCommand command(int entry, ByteBuffer at) throws LoaderException {
        int command = at.getInt(0);
        switch (command) {
            case ALLOCATE:
                return new LoaderCommand.Allocate(
                        entry, name(entry, at, 4), alignment(entry, unsigned(at, 60)), zone(entry, at.get(64)));
            case ADD_POINTER:
                return new LoaderCommand.AddPointer(
                        entry,
                        name(entry, at, 4),
                        name(entry, at, 60),
                        unsigned(at, 116),
                        pointerSize(entry, at.get(120)));
            case ADD_CHECKSUM:
                return new LoaderCommand.AddChecksum(
                        entry, name(entry, at, 4), unsigned(at, 60), unsigned(at, 64), unsigned(at, 68));
            case WRITE_POINTER:
                return new LoaderCommand.WritePointer(
                        entry,
                        name(entry, at, 4),
                        name(entry, at, 60),
                        unsigned(at, 116),
                        unsigned(at, 120),
                        pointerSize(entry, at.get(124)));
            default:
                return new LoaderCommand.Skipped(entry, command);
        }
    }

    private static long unsigned(ByteBuffer at, int offset) {
        return Integer.toUnsignedLong(at.getInt(offset));
    }

    private static String name(int entry, ByteBuffer at, int offset) throws LoaderException {
        if (at.get(offset + NAME - 1) != 0) {
            throw LoaderException.ofEntry(
                    LoaderFault.NAME, entry, "byte " + offset + ": the name does not end with NUL");
        }
        int length = 0;
        while (at.get(offset + length) != 0) {
            length++;
        }
        byte[] name = new byte[length];
        at.get(offset, name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private long alignment(int entry, long alignment) throws LoaderException {
        long wanted = Math.max(alignment, 1);
        if (Long.bitCount(wanted) != 1 || wanted > options.maximumAlignment()) {
            throw LoaderException.ofEntry(
                    LoaderFault.ALIGNMENT,
                    entry,
                    "alignment 0x" + Long.toHexString(alignment) + ": expected a power of two up to 0x"
                            + Long.toHexString(options.maximumAlignment()));
        }
        return wanted;
    }

    private static Zone zone(int entry, byte zone) throws LoaderException {
        switch (zone) {
            case 1:
                return Zone.HIGH;
            case 2:
                return Zone.FSEG;
            default:
                throw LoaderException.ofEntry(
                        LoaderFault.ZONE, entry, "zone " + (zone & 0xff) + ": expected 1 (HIGH) or 2 (FSEG)");
        }
    }

    private static int pointerSize(int entry, byte size) throws LoaderException {
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw LoaderException.ofEntry(
                    LoaderFault.POINTER_SIZE, entry, "pointer of " + (size & 0xff) + " bytes: expected 1, 2, 4 or 8");
        }
        return size;
    }
}
