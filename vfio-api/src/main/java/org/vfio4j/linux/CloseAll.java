// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.util.function.Consumer;

/** Closes several objects, every one of them, also when closing one fails. */
public final class CloseAll {
    private CloseAll() {}

    /**
     * Closes objects in their order.
     *
     * @param <C> what they are
     * @param objects the objects; closing one must not change what is iterated over
     * @param closer closes one
     * @throws RuntimeException the first that the closer threw, once all are closed; the others are suppressed in it
     */
    public static <C> void of(Iterable<? extends C> objects, Consumer<? super C> closer) {
        RuntimeException failure = null;
        for (C object : objects) {
            try {
                closer.accept(object);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
