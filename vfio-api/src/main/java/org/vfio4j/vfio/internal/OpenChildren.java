// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.vfio4j.linux.CloseAll;

/**
 * What was opened from an object and has to be closed before it. Safe for use by several threads; no lock is held while
 * a child is closed, because closing it takes it out of here.
 *
 * @param <C> the kind of child
 */
public final class OpenChildren<C> {
    private final Consumer<C> closer;
    private final Deque<C> children = new ArrayDeque<>();
    private boolean closed;

    /** None yet; {@code closer} closes one. */
    public OpenChildren(Consumer<C> closer) {
        this.closer = closer;
    }

    /** Adds a child, or answers false if the parent is closed and the child has to go too. */
    public synchronized boolean add(C child) {
        if (!closed) {
            children.push(child);
        }
        return !closed;
    }

    /** Takes out a child that was closed. */
    public synchronized void remove(C child) {
        children.remove(child);
    }

    /** Lets no more children in and closes those that are there, the youngest first and every one of them. */
    public void close() {
        CloseAll.of(takeAll(), closer);
    }

    private synchronized List<C> takeAll() {
        closed = true;
        List<C> all = List.copyOf(children);
        children.clear();
        return all;
    }
}
