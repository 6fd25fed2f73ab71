// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.model;

import java.nio.ByteBuffer;

/** A virtio entropy device, section 5.4, whose bytes count up and which gives at most some at a time. */
public final class EntropyFunction implements VirtioFunction {
    private final int most;
    private int requests;
    private byte next;

    public EntropyFunction(int most) {
        this.most = most;
    }

    public int requests() {
        return requests;
    }

    @Override
    public int deviceId() {
        return 4;
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public byte[] config() {
        return new byte[0];
    }

    @Override
    public int serve(ByteBuffer readable, ByteBuffer writable) {
        requests++;
        int count = Math.min(most, writable.capacity());
        for (int i = 0; i < count; i++) {
            writable.put(next++);
        }
        return count;
    }
}
