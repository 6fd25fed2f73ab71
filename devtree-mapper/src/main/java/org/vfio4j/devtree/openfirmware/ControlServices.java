// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.Map;

/** The services that pass control (IEEE 1275-1994, 6.3.2.1, 6.3.2.5 to 6.3.2.7). */
final class ControlServices {
    /** The longest arguments for another program. */
    static final int MAX_PROGRAM_ARGUMENTS = 4096;

    private final FirmwareTree tree;
    private final ClientMemory memory;
    private final FirmwarePlatform platform;
    private final MemoryServices claims;
    private final Runnable terminate;
    private int callback;

    /** {@code exit} and an accepted {@code boot} end the session by {@code terminate}. */
    ControlServices(
            FirmwareTree tree,
            ClientMemory memory,
            FirmwarePlatform platform,
            MemoryServices claims,
            Runnable terminate) {
        this.tree = tree;
        this.memory = memory;
        this.platform = platform;
        this.claims = claims;
        this.terminate = terminate;
    }

    void addTo(Map<String, Service> services) {
        services.put("test", Service.of(1, frame -> test(frame, services)));
        services.put("milliseconds", Service.of(0, frame -> (int) platform.milliseconds()));
        services.put("quiesce", Service.of(0, frame -> quiesce()));
        services.put("exit", Service.of(0, frame -> {
            terminate.run();
            platform.exit();
            return 0;
        }));
        services.put("enter", Service.of(0, frame -> platform.enter() ? 0 : Service.FAILED));
        services.put("boot", Service.of(1, this::boot));
        services.put("chain", Service.of(5, this::chain));
        services.put("set-callback", Service.of(1, this::setCallback));
    }

    int callback() {
        return callback;
    }

    private static int test(CallFrame frame, Map<String, Service> services) {
        return frame.string(0, CallFrame.MAX_SERVICE_NAME)
                        .filter(name -> services.containsKey(name) && !name.equals("interpret"))
                        .isPresent()
                ? 0
                : Service.FAILED;
    }

    private int quiesce() {
        if (!tree.isFrozen()) {
            tree.freeze();
            platform.quiesce();
        }
        return 0;
    }

    private int boot(CallFrame frame) {
        String command = frame.string(0, DevicePath.MAX_LENGTH).orElse(null);
        if (command == null || !platform.boot(command)) {
            return Service.FAILED;
        }
        terminate.run();
        return 0;
    }

    private int chain(CallFrame frame) {
        int length = frame.argument(4);
        byte[] arguments = length < 0 || length > MAX_PROGRAM_ARGUMENTS
                ? null
                : memory.bytes(frame.address(3), length).orElse(null);
        if (arguments == null) {
            return Service.FAILED;
        }
        claims.release(frame);
        return platform.chain(frame.address(2), arguments) ? 0 : Service.FAILED;
    }

    private int setCallback(CallFrame frame) {
        int old = callback;
        callback = frame.argument(0);
        return old;
    }
}
