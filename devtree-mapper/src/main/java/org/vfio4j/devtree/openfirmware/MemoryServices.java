// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.Map;

/** The services for memory (IEEE 1275-1994, 6.3.2.4), and the {@code available} properties that tell their result. */
final class MemoryServices {
    private final FirmwareTree tree;
    private final ClaimedMemory memory;

    MemoryServices(FirmwareTree tree, ClaimedMemory memory) {
        this.tree = tree;
        this.memory = memory;
        publish();
    }

    void addTo(Map<String, Service> services) {
        services.put(
                "claim",
                Service.of(
                        3,
                        frame -> tree.isFrozen()
                                ? Service.FAILED
                                : published(memory.claim(frame.address(0), frame.address(1), frame.address(2)))));
        services.put("release", Service.of(2, this::release));
    }

    /** Releases memory; after {@code quiesce} it fails, as {@code available} cannot change any more. */
    int release(CallFrame frame) {
        return tree.isFrozen() ? Service.FAILED : published(memory.release(frame.address(0), frame.address(1)));
    }

    private int published(long result) {
        if (result != Service.FAILED) {
            publish();
        }
        return (int) result;
    }

    private void publish() {
        for (NodeMemory node : memory.nodes()) {
            tree.properties(node.node()).set("available", node.available(memory.free()));
        }
    }
}
