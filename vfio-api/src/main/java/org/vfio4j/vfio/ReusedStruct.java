// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The structure of a call that an object makes again and again, as to allocate one costs more than the call. Its users set
 * every member but {@code argsz}. Threads that make the call at the same time have one each.
 */
final class ReusedStruct {
    private final int size;
    private final AtomicReference<ByteBuffer> free = new AtomicReference<>();

    ReusedStruct(int size) {
        this.size = size;
    }

    ByteBuffer take() {
        ByteBuffer struct = free.getAndSet(null);
        return struct == null ? Structs.withArgsz(size) : struct;
    }

    /** Gives back what {@link #take} gave. One that is not given back is lost, and no harm done. */
    void giveBack(ByteBuffer struct) {
        free.setRelease(struct);
    }
}
