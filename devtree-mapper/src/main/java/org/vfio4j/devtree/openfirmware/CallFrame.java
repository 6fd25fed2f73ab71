// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The array of one call: name pointer, number of arguments, number of returns, arguments, returns; big-endian cells of
 * 32 bits (the PowerPC binding to IEEE 1275). Limits are those of QEMU's Virtual Open Firmware and of Linux's client,
 * whose array holds 10 cells behind the first three.
 */
final class CallFrame {
    static final int MAX_ARGUMENTS = 9;
    static final int MAX_CELLS = 10;
    static final int MAX_SERVICE_NAME = 63;
    private static final int HEADER = 12;

    private final ClientMemory memory;
    private final long address;
    private final String service;
    private final int[] arguments;
    private final int[] returns;

    private CallFrame(ClientMemory memory, long address, String service, int[] arguments, int returnCount) {
        this.memory = memory;
        this.address = address;
        this.service = service;
        this.arguments = arguments;
        this.returns = new int[returnCount];
    }

    /** Reads a frame; empty if it is none. All its return cells can be written then. */
    static Optional<CallFrame> read(ClientMemory memory, long address) {
        ByteBuffer header = memory.bytes(address, HEADER).map(ByteBuffer::wrap).orElse(null);
        if (header == null) {
            return Optional.empty();
        }
        long name = header.getInt() & 0xffff_ffffL;
        int count = header.getInt();
        int returnCount = header.getInt();
        if (count < 0 || count > MAX_ARGUMENTS || returnCount < 0 || returnCount > MAX_CELLS - count) {
            return Optional.empty();
        }
        ByteBuffer cells = memory.bytes(address + HEADER, 4 * (count + returnCount))
                .map(ByteBuffer::wrap)
                .orElse(null);
        if (cells == null) {
            return Optional.empty();
        }
        int[] arguments = new int[count];
        cells.asIntBuffer().get(arguments);
        return memory.string(name, MAX_SERVICE_NAME)
                .map(service -> new CallFrame(memory, address, service, arguments, returnCount));
    }

    String service() {
        return service;
    }

    int argumentCount() {
        return arguments.length;
    }

    int returnCount() {
        return returns.length;
    }

    /** An argument; services ask only for those that their arity promises. */
    int argument(int index) {
        return arguments[index];
    }

    /** An argument as an address. */
    long address(int index) {
        return arguments[index] & 0xffff_ffffL;
    }

    /** The text that an argument points to. */
    Optional<String> string(int index, int limit) {
        return memory.string(address(index), limit);
    }

    /** Sets a return cell; one that the client made no room for is dropped. */
    void setReturn(int index, int value) {
        if (index < returns.length) {
            returns[index] = value;
        }
    }

    /** Writes all return cells. */
    void writeReturns() {
        ByteBuffer cells = ByteBuffer.allocate(4 * returns.length);
        cells.asIntBuffer().put(returns);
        memory.write(address + HEADER + 4L * arguments.length, cells.array(), cells.capacity());
    }
}
