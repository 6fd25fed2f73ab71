// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.Map;
import java.util.Optional;
import org.vfio4j.devtree.Node;

/** The services for properties (IEEE 1275-1994, 6.3.2.2). */
final class PropertyServices {
    /** The longest name that {@code nextprop} gives, without NUL: Linux's buffer has 64 bytes. */
    static final int MAX_NAME = 63;
    /** The longest value that a client sets, as in QEMU's Virtual Open Firmware. */
    static final int MAX_VALUE = 2048;
    /** How many bytes a client can set in all, so that it does not fill the memory of this process. */
    static final int MAX_SET = 1 << 20;
    /** What a property counts besides its value. */
    private static final int COST = 64;

    private final FirmwareTree tree;
    private final ClientMemory memory;
    private final SetPropertyPolicy policy;
    private int set;

    PropertyServices(FirmwareTree tree, ClientMemory memory, SetPropertyPolicy policy) {
        this.tree = tree;
        this.memory = memory;
        this.policy = policy;
    }

    void addTo(Map<String, Service> services) {
        services.put("getproplen", Service.of(2, this::getproplen));
        services.put("getprop", Service.of(4, this::getprop));
        services.put("nextprop", Service.of(3, this::nextprop));
        services.put("setprop", Service.of(4, this::setprop));
    }

    private Optional<byte[]> value(CallFrame frame) {
        return tree.node(frame.argument(0))
                .flatMap(node -> frame.string(1, MAX_NAME)
                        .map(name -> tree.properties(node).get(name)));
    }

    private int getproplen(CallFrame frame) {
        return value(frame).map(value -> value.length).orElse(Service.FAILED);
    }

    private int getprop(CallFrame frame) {
        byte[] value = value(frame).orElse(null);
        if (value == null) {
            return Service.FAILED;
        }
        int length = ClientMemory.least(frame.argument(3), value.length);
        return memory.write(frame.address(2), value, length) ? value.length : Service.FAILED;
    }

    /** Gives 1 and the next name, 0 and an empty one at the end, -1 and an empty one if the previous is not there. */
    private int nextprop(CallFrame frame) {
        // A null pointer stands for the empty name, even where address 0 is memory.
        Optional<String> previous = frame.argument(1) == 0 ? Optional.of("") : frame.string(1, MAX_NAME);
        Node node = tree.node(frame.argument(0)).orElse(null);
        if (node == null || previous.isEmpty()) {
            return name(frame, "", Service.FAILED);
        }
        PropertyTable properties = tree.properties(node);
        int next = 0;
        if (!previous.get().isEmpty()) {
            next = properties.indexOf(previous.get()) + 1;
            if (next == 0) {
                return name(frame, "", Service.FAILED);
            }
        }
        while (next < properties.size() && !isListed(properties.name(next))) {
            next++;
        }
        return next < properties.size() ? name(frame, properties.name(next), 1) : name(frame, "", 0);
    }

    // The client says no length for the name. One that is too long would run over its buffer, an empty one means the
    // end.
    private static boolean isListed(String name) {
        return !name.isEmpty() && name.length() <= MAX_NAME;
    }

    private int name(CallFrame frame, String name, int result) {
        byte[] text = ClientMemory.terminated(name);
        return memory.write(frame.address(2), text, text.length) ? result : Service.FAILED;
    }

    private int setprop(CallFrame frame) {
        Node node = tree.node(frame.argument(0)).orElse(null);
        String name = frame.string(1, MAX_NAME).orElse("");
        int length = frame.argument(3);
        if (node == null || name.isEmpty() || tree.isFrozen() || length < 0 || length > MAX_VALUE) {
            return Service.FAILED;
        }
        byte[] value = length == 0
                ? new byte[0]
                : memory.bytes(frame.address(2), length).orElse(null);
        if (value == null
                || SetPropertyPolicy.isProtected(name)
                || set + length + COST > MAX_SET
                || !policy.permits(node.path(), name, value)) {
            return Service.FAILED;
        }
        set += length + COST;
        tree.properties(node).set(name, value);
        return length;
    }
}
