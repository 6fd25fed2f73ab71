// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.vfio4j.devtree.DeviceTree;

/**
 * A client program: it lays texts and an array of cells into its memory and enters the client interface. Memory is 64
 * KiB from address 0; the array is at 0x1000, texts follow, the buffer for results is the upper half.
 */
final class Client {
    static final int SIZE = 0x10000;
    static final int FRAME = 0x1000;
    static final int BUFFER = 0x8000;
    private static final int TEXTS = 0x2000;
    /** What the buffer holds before a call, so that a byte too many shows. */
    static final byte UNTOUCHED = 0x55;

    final ByteBuffer memory = ByteBuffer.allocate(SIZE);
    final ClientInterface firmware;
    EntryResult entry;

    private Client(DeviceTree tree, Consumer<ClientInterfaceBuilder> settings) {
        ClientInterfaceBuilder builder = ClientInterface.builder(tree, GuestMemory.of(0, memory));
        settings.accept(builder);
        firmware = builder.build();
    }

    static Client of(DeviceTree tree) {
        return new Client(tree, settings -> {});
    }

    static Client of(DeviceTree tree, Consumer<ClientInterfaceBuilder> settings) {
        return new Client(tree, settings);
    }

    /** Calls with one return cell. An argument is an Integer or a String, which is passed by address. */
    int call(String service, Object... arguments) {
        return calls(1, service, arguments)[0];
    }

    /** Calls with any number of return cells. */
    int[] calls(int returns, String service, Object... arguments) {
        Arrays.fill(memory.array(), BUFFER, SIZE, UNTOUCHED);
        int text = TEXTS;
        memory.position(FRAME).putInt(text).putInt(arguments.length).putInt(returns);
        text = put(text, service);
        for (Object argument : arguments) {
            if (argument instanceof String string) {
                memory.putInt(text);
                text = put(text, string);
            } else {
                memory.putInt((Integer) argument);
            }
        }
        int results = memory.position();
        for (int i = 0; i < returns; i++) {
            memory.putInt(0x5555_5555);
        }
        entry = firmware.call(FRAME);
        int[] cells = new int[returns];
        memory.position(results).asIntBuffer().get(cells);
        return cells;
    }

    private int put(int address, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        memory.put(address, bytes).put(address + bytes.length, (byte) 0);
        return address + bytes.length + 1;
    }

    int find(String path) {
        return call("finddevice", path);
    }

    /** The first bytes of the buffer; the one behind them must be untouched. */
    byte[] buffer(int length) {
        assertThat(memory.get(BUFFER + length)).as("byte behind the result").isEqualTo(UNTOUCHED);
        return Arrays.copyOfRange(memory.array(), BUFFER, BUFFER + length);
    }

    String text(int length) {
        return new String(buffer(length), StandardCharsets.ISO_8859_1);
    }

    byte[] property(String path, String name) {
        int length = call("getprop", find(path), name, BUFFER, SIZE - BUFFER);
        assertThat(length).as("%s of %s", name, path).isNotNegative();
        return buffer(length);
    }
}
