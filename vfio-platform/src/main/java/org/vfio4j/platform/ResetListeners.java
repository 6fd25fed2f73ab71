// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The listeners of a device. A failure of one does not keep the others from being called. */
final class ResetListeners {
    private final List<ResetListener> listeners = new CopyOnWriteArrayList<>();

    void add(ResetListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /** Throws what the first one that failed threw; the others' are suppressed. */
    void run() throws IOException {
        Exception failure = null;
        for (ResetListener listener : listeners) {
            try {
                listener.deviceWasReset();
            } catch (IOException | RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }
}
