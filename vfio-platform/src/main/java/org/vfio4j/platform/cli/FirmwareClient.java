// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.openfirmware.ClientInterface;
import org.vfio4j.devtree.openfirmware.EntryResult;
import org.vfio4j.devtree.openfirmware.GuestMemory;

/** A client program of Open Firmware: it lays arrays into its memory and enters the client interface as a guest does. */
final class FirmwareClient {
    /** Where results of a call go that are no cell. */
    static final int BUFFER = 0x10000;

    /** Bytes of that buffer. */
    static final int ROOM = 1 << 20;

    private static final int FRAME = 0x100;
    private static final int TEXTS = 0x1000;

    /** The most cells of an array behind its first three. */
    private static final int MOST_CELLS = 10;

    private final ByteBuffer memory = ByteBuffer.allocate(BUFFER + ROOM);
    private final ClientInterface firmware;

    FirmwareClient(DeviceTree tree) {
        firmware = ClientInterface.builder(tree, GuestMemory.of(0, memory)).build();
    }

    /**
     * Makes a call.
     *
     * @param service its name
     * @param arguments each an Integer, or a String that is passed by address
     * @return the first return cell; empty if there is no such service, or the client has left
     * @throws CliException if texts or arguments are more than a call has room for
     */
    Optional<Integer> call(String service, List<Object> arguments) throws CliException {
        if (arguments.size() >= MOST_CELLS) {
            throw CliException.usage("a call has at most " + (MOST_CELLS - 1) + " arguments");
        }
        memory.position(TEXTS);
        int[] cells = new int[arguments.size()];
        int name = put(service);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = arguments.get(i) instanceof String text ? put(text) : (Integer) arguments.get(i);
        }
        memory.position(FRAME).putInt(name).putInt(cells.length).putInt(1);
        for (int cell : cells) {
            memory.putInt(cell);
        }
        int result = memory.position();
        return firmware.call(FRAME) == EntryResult.COMPLETED ? Optional.of(memory.getInt(result)) : Optional.empty();
    }

    /** Copies from the buffer. */
    byte[] buffer(int length) {
        byte[] bytes = new byte[length];
        memory.get(BUFFER, bytes);
        return bytes;
    }

    /** The text in the buffer, up to its NUL. */
    String text() {
        int end = BUFFER;
        while (end < memory.limit() - 1 && memory.get(end) != 0) {
            end++;
        }
        return new String(buffer(end - BUFFER), StandardCharsets.ISO_8859_1);
    }

    private int put(String text) throws CliException {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.ISO_8859_1);
        int address = memory.position();
        if (bytes.length > BUFFER - address) {
            throw CliException.usage("the texts of a call have at most " + (BUFFER - TEXTS) + " bytes");
        }
        memory.put(bytes);
        return address;
    }
}
