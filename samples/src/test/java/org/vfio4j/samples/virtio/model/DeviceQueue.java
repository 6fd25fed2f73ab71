// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.platform.sim.DevicePort;

/** A split virtqueue as the device sees it, section 2.7. */
final class DeviceQueue {
    private static final int NEXT = 1;
    private static final int WRITE = 2;

    private final DevicePort port;
    private final ByteOrder order;
    int size;
    long descriptors;
    long available;
    long used;
    boolean ready;
    private int seen;
    private int usedIndex;

    record Descriptor(long address, int length, boolean write) {}

    DeviceQueue(DevicePort port, ByteOrder order) {
        this.port = port;
        this.order = order;
    }

    /** The part of the legacy interface, section 2.7.2. */
    void placeLegacy(long address, int alignment) {
        descriptors = address;
        available = address + 16L * size;
        long end = available + 2 * (3 + size);
        used = (end + alignment - 1) / alignment * alignment;
        ready = address != 0;
    }

    /** Takes the heads of the chains that are new. */
    List<Integer> takeAvailable() {
        int index = u16(available + 2);
        List<Integer> heads = new ArrayList<>();
        while (seen != index) {
            heads.add(u16(available + 4 + 2L * (seen % size)));
            seen = seen + 1 & 0xffff;
        }
        return heads;
    }

    boolean wantsInterrupt() {
        return (u16(available) & 1) == 0;
    }

    List<Descriptor> chain(int head) {
        List<Descriptor> chain = new ArrayList<>();
        int at = head;
        int flags;
        do {
            ByteBuffer descriptor = read(descriptors + 16L * at, 16);
            long address = descriptor.getLong();
            int length = descriptor.getInt();
            flags = descriptor.getShort();
            at = descriptor.getShort();
            chain.add(new Descriptor(address, length, (flags & WRITE) != 0));
            if (chain.size() > size) {
                throw new AssertionError("the driver's chain has a loop");
            }
        } while ((flags & NEXT) != 0);
        return chain;
    }

    void putUsed(int id, int length) {
        ByteBuffer element = ByteBuffer.allocate(8).order(order).putInt(id).putInt(length);
        port.writeMemory(used + 4 + 8L * (usedIndex % size), element.flip());
        jump(1);
    }

    /** Moves the index of the used ring on. */
    void jump(int by) {
        usedIndex = usedIndex + by & 0xffff;
        port.writeMemory(
                used + 2,
                ByteBuffer.allocate(2).order(order).putShort((short) usedIndex).flip());
    }

    void setNoNotify(boolean value) {
        port.writeMemory(
                used,
                ByteBuffer.allocate(2)
                        .order(order)
                        .putShort((short) (value ? 1 : 0))
                        .flip());
    }

    ByteBuffer read(long address, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(order);
        port.readMemory(address, bytes);
        return bytes.flip();
    }

    void write(long address, ByteBuffer bytes) {
        port.writeMemory(address, bytes);
    }

    private int u16(long address) {
        return Short.toUnsignedInt(read(address, 2).getShort());
    }
}
