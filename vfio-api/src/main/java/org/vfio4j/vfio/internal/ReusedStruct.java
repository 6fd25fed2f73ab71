// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The structure of a call that an object makes again and again, as to allocate one costs more than the call. Its users set
 * every member but {@code argsz}. Threads that make the call at the same time have one each.
 */
public final class ReusedStruct {
    private final int size;
    private final boolean withArgsz;
    private final AtomicReference<ByteBuffer> free = new AtomicReference<>();

    private ReusedStruct(int size, boolean withArgsz) {
        this.size = size;
        this.withArgsz = withArgsz;
    }

    /** {@return one whose first member is {@code argsz}, the size} */
    public static ReusedStruct withArgsz(int size) {
        return new ReusedStruct(size, true);
    }

    /** {@return one without {@code argsz}, as those of KVM} */
    public static ReusedStruct ofSize(int size) {
        return new ReusedStruct(size, false);
    }

    /** {@return the structure, to be given back} */
    public ByteBuffer take() {
        ByteBuffer struct = free.getAndSet(null);
        if (struct != null) {
            return struct;
        }
        return withArgsz ? Structs.withArgsz(size) : Structs.allocate(size);
    }

    /** Gives back what {@link #take} gave. One that is not given back is lost, and no harm done. */
    public void giveBack(ByteBuffer struct) {
        free.setRelease(struct);
    }
}
