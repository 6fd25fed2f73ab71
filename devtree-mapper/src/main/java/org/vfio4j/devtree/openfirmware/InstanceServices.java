// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vfio4j.devtree.Node;

/** The services for open nodes (IEEE 1275-1994, 6.3.2.3) and their methods. */
final class InstanceServices {
    /** The longest name of a method, as in QEMU's Virtual Open Firmware. */
    static final int MAX_METHOD_NAME = 255;
    /** Data goes to and from a device in pieces, so that a client's length costs no memory here. */
    private static final int PIECE = 4096;

    private final FirmwareTree tree;
    private final ClientMemory memory;
    private final GuestMemory guestMemory;
    private final Map<Node, InstanceOpener> devices;
    private final Map<Node, Map<String, PackageMethod>> methods;
    private final Instances instances;

    InstanceServices(
            FirmwareTree tree,
            GuestMemory guestMemory,
            Map<Node, InstanceOpener> devices,
            Map<Node, Map<String, PackageMethod>> methods) {
        this.tree = tree;
        this.memory = new ClientMemory(guestMemory);
        this.guestMemory = guestMemory;
        this.devices = devices;
        this.methods = methods;
        this.instances = new Instances(tree.handles());
    }

    void addTo(Map<String, Service> services) {
        services.put(
                "open",
                Service.of(
                        1,
                        frame -> frame.string(0, DevicePath.MAX_LENGTH)
                                .flatMap(path -> open(path))
                                .orElse(0)));
        services.put("close", Service.of(1, frame -> {
            instances.close(frame.argument(0));
            return 0;
        }));
        services.put(
                "instance-to-package",
                Service.of(
                        1,
                        frame -> instance(frame)
                                .map(instance -> tree.handles().of(instance.node()))
                                .orElse(Service.FAILED)));
        services.put(
                "instance-to-path",
                Service.of(
                        3,
                        frame -> instance(frame)
                                .map(i -> memory.writeText(
                                        frame.address(1),
                                        frame.argument(2),
                                        i.path().text()))
                                .orElse(Service.FAILED)));
        services.put("read", Service.of(3, this::read));
        services.put("write", Service.of(3, this::write));
        services.put("seek", Service.of(3, this::seek));
        services.put("call-method", Service.of(2, CallFrame.MAX_ARGUMENTS, this::callMethod));
        services.put("test-method", Service.of(2, this::testMethod));
        // Evaluating Forth is no part of this; the catch result says so.
        services.put("interpret", Service.of(1, CallFrame.MAX_ARGUMENTS, frame -> Service.FAILED));
    }

    void closeAll() {
        instances.closeAll();
    }

    private Optional<Instance> instance(CallFrame frame) {
        return instances.get(frame.argument(0));
    }

    /** Opens a node; empty if there is none, its device refuses, or too many are open. */
    Optional<Integer> open(String text) {
        DevicePath path = DevicePath.find(tree.base(), text).orElse(null);
        if (path == null || instances.isFull()) {
            return Optional.empty();
        }
        InstanceOpener device = devices.get(path.node());
        Optional<InstanceIo> io = device == null ? Optional.of(Instance.NO_DATA) : device.open(path.arguments());
        return io.map(data -> instances.add(new Instance(path, data)));
    }

    private int read(CallFrame frame) {
        Instance instance = instance(frame).orElse(null);
        int length = ClientMemory.least(frame.argument(2), PIECE);
        if (instance == null || !memory.contains(frame.address(1), length)) {
            return Service.FAILED;
        }
        byte[] data = new byte[length];
        int count = instance.io().read(data);
        if (count > 0) {
            memory.write(frame.address(1), data, count);
        }
        return count;
    }

    private int write(CallFrame frame) {
        Instance instance = instance(frame).orElse(null);
        int length = frame.argument(2);
        if (instance == null || length < 0 || !memory.contains(frame.address(1), length)) {
            return Service.FAILED;
        }
        int done = 0;
        while (done < length) {
            int piece = Math.min(PIECE, length - done);
            byte[] data = memory.bytes(frame.address(1) + done, piece).orElseThrow();
            int count = instance.io().write(data);
            if (count <= 0) {
                return done == 0 ? count : done;
            }
            done += count;
            if (count < piece) {
                break;
            }
        }
        return done;
    }

    private int seek(CallFrame frame) {
        long position = (long) frame.argument(1) << 32 | frame.address(2);
        return instance(frame).map(i -> i.io().seek(position)).orElse(Service.FAILED);
    }

    private int callMethod(CallFrame frame) {
        Instance instance = instances.get(frame.argument(1)).orElse(null);
        PackageMethod method = instance == null
                ? null
                : frame.string(0, MAX_METHOD_NAME)
                        .map(name -> methods(instance.node()).get(name))
                        .orElse(null);
        if (method == null) {
            return Service.FAILED;
        }
        List<Integer> arguments = new ArrayList<>();
        for (int i = 2; i < frame.argumentCount(); i++) {
            arguments.add(frame.argument(i));
        }
        MethodResult result = method.call(new MethodCall(instance.path().text(), arguments, guestMemory));
        for (int i = 0; i < result.results().size(); i++) {
            frame.setReturn(i + 1, result.results().get(i));
        }
        return result.thrown();
    }

    private Map<String, PackageMethod> methods(Node node) {
        return methods.getOrDefault(node, Map.of());
    }

    /** 0 if the node has the method, -1 if it is missing. */
    private int testMethod(CallFrame frame) {
        Node node = tree.node(frame.argument(0)).orElse(null);
        String name = frame.string(1, MAX_METHOD_NAME).orElse("");
        return node != null && methods(node).containsKey(name) ? 0 : Service.FAILED;
    }
}
