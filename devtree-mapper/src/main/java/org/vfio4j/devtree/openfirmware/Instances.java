// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The open instances by handle. A handle is not 0 nor -1 nor that of a node nor that of another open instance, and it
 * does not come again before all others have, so that one kept after {@code close} does not mean something else.
 */
final class Instances {
    /** As many as a client may have open at once. */
    static final int MAX_OPEN = 1024;

    private final Map<Integer, Instance> open = new LinkedHashMap<>();
    private final Handles handles;
    private int last;

    Instances(Handles handles) {
        this.handles = handles;
    }

    boolean isFull() {
        return open.size() >= MAX_OPEN;
    }

    /** Adds an instance; there must be room. */
    int add(Instance instance) {
        do {
            last++;
        } while (last == 0
                || last == -1
                || open.containsKey(last)
                || handles.node(last).isPresent());
        open.put(last, instance);
        return last;
    }

    Optional<Instance> get(int handle) {
        return Optional.ofNullable(open.get(handle));
    }

    void close(int handle) {
        Instance instance = open.remove(handle);
        if (instance != null) {
            instance.io().close();
        }
    }

    void closeAll() {
        open.values().forEach(instance -> instance.io().close());
        open.clear();
    }
}
