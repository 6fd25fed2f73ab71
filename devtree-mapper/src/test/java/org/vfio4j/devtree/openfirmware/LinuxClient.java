// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Linux's first code on a PowerPC does with Open Firmware ({@code arch/powerpc/kernel/prom_init.c}), written anew:
 * it reads the console, claims memory, walks the tree twice and makes a blob of it. Its array has 10 cells, its buffer
 * for property names 64 bytes; it takes 0 and -1 for no node.
 */
final class LinuxClient {
    private static final int FRAME = 0x100;
    private static final int NAME = 0x200;
    private static final int PREVIOUS = 0x280;
    private static final int TEXT = 0x300;
    private static final int PATH = 0x800;
    private static final int PATH_ROOM = 255;
    private static final int VALUE = 0x1000;

    private final ClientInterface firmware;
    private final ByteBuffer memory;
    private final int serviceNames;
    private final Map<String, Integer> services = new HashMap<>();
    private final Map<String, Integer> strings = new LinkedHashMap<>();
    private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
    final Map<String, Integer> callCounts = new TreeMap<>();
    int stringsSize;

    /** Memory is from address 0, and has room for the largest property between 4 KiB and its last 4 KiB. */
    LinuxClient(ClientInterface firmware, ByteBuffer memory) {
        this.firmware = firmware;
        this.memory = memory;
        this.serviceNames = memory.limit() - 0x1000;
    }

    int call(String service, int... arguments) {
        callCounts.merge(service, 1, Integer::sum);
        int name = services.computeIfAbsent(service, s -> put(serviceNames + 32 * services.size(), s));
        memory.putInt(FRAME, name).putInt(FRAME + 4, arguments.length).putInt(FRAME + 8, 1);
        int at = FRAME + 12;
        for (int argument : arguments) {
            memory.putInt(at, argument);
            at += 4;
        }
        memory.putInt(at, 0);
        EntryResult entry = firmware.call(FRAME);
        if (entry != EntryResult.COMPLETED) {
            throw new AssertionError(service + ": " + entry);
        }
        return memory.getInt(at);
    }

    int put(int address, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        memory.put(address, bytes).put(address + bytes.length, (byte) 0);
        return address;
    }

    String text(int address) {
        int end = address;
        while (memory.get(end) != 0) {
            end++;
        }
        return new String(memory.array(), address, end - address, StandardCharsets.ISO_8859_1);
    }

    static boolean isValid(int handle) {
        return handle != 0 && handle != -1;
    }

    int find(String path) {
        return call("finddevice", put(TEXT, path));
    }

    /** A property of at most one cell. */
    int cell(int node, String name) {
        int length = call("getprop", node, put(NAME, name), VALUE, 4);
        return length == 4 ? memory.getInt(VALUE) : length;
    }

    int set(int node, String name, byte[] value) {
        memory.put(VALUE, value);
        return call("setprop", node, put(NAME, name), VALUE, value.length);
    }

    int claim(int address, int size) {
        return call("claim", address, size, 0);
    }

    /** The blob of the tree as the client sees it. */
    byte[] flatten() {
        int root = call("peer", 0);
        assertThat(isValid(root)).isTrue();
        collectNames(root);
        strings.putIfAbsent("phandle", 0);
        strings.replaceAll((name, place) -> {
            int here = stringsSize;
            stringsSize += name.length() + 1;
            return here;
        });
        flatten(root);
        cell(9);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        strings.keySet().forEach(name -> {
            text.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
            text.write(0);
        });
        int header = 40;
        int reservations = 16;
        int total = header + reservations + structure.size() + stringsSize;
        ByteBuffer blob = ByteBuffer.allocate(total);
        blob.putInt(0xd00dfeed).putInt(total).putInt(header + reservations);
        blob.putInt(header + reservations + structure.size())
                .putInt(header)
                .putInt(17)
                .putInt(16)
                .putInt(0);
        blob.putInt(stringsSize).putInt(structure.size()).putLong(0).putLong(0);
        return blob.put(structure.toByteArray()).put(text.toByteArray()).array();
    }

    private String next(int node, String previous) {
        int result = call("nextprop", node, put(PREVIOUS, previous), NAME);
        return result == 1 ? text(NAME) : "";
    }

    private void collectNames(int node) {
        for (String name = next(node, ""); !name.isEmpty(); name = next(node, name)) {
            if (!name.equals("name")) {
                strings.putIfAbsent(name, 0);
            }
        }
        for (int child = call("child", node); child != 0; child = call("peer", child)) {
            collectNames(child);
        }
    }

    private void flatten(int node) {
        int length = call("package-to-path", node, PATH, PATH_ROOM);
        assertThat(length).isBetween(1, PATH_ROOM - 1);
        memory.put(PATH + length, (byte) 0);
        String path = text(PATH);
        cell(1);
        bytes((path.substring(path.lastIndexOf('/') + 1) + '\0').getBytes(StandardCharsets.ISO_8859_1));
        boolean hasPhandle = false;
        for (String name = next(node, ""); !name.isEmpty(); name = next(node, name)) {
            hasPhandle |= name.equals("phandle");
            if (!name.equals("name")) {
                property(node, name);
            }
        }
        if (!hasPhandle) {
            cell(3);
            cell(4);
            cell(strings.get("phandle"));
            cell(node);
        }
        for (int child = call("child", node); child != 0; child = call("peer", child)) {
            flatten(child);
        }
        cell(2);
    }

    private void property(int node, String name) {
        int length = call("getproplen", node, put(NAME, name));
        if (length == -1) {
            return;
        }
        cell(3);
        cell(length);
        cell(strings.get(name));
        int copied = call("getprop", node, put(NAME, name), VALUE, length);
        if (copied != length) {
            throw new AssertionError(name + ": " + copied + " of " + length);
        }
        byte[] value = new byte[length];
        memory.get(VALUE, value);
        bytes(value);
    }

    private void cell(int value) {
        structure.writeBytes(FirmwareTree.cell(value));
    }

    private void bytes(byte[] bytes) {
        structure.writeBytes(bytes);
        structure.writeBytes(new byte[-bytes.length & 3]);
    }
}
