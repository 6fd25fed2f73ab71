// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.kvm.abi.KvmFlags;

/**
 * Which writes of a guest an {@link IoEventFd} takes.
 *
 * @param address guest physical address, or an I/O port
 * @param width bytes of a write: 1, 2, 4, 8, or 0 for any
 * @param flags {@code KVM_IOEVENTFD_FLAG_}: whether only writes of the value, whether a port
 * @param value the value, if the flags say so
 */
public record IoEventMatch(long address, int width, int flags, long value) {
    /**
     * Any write of a width to memory.
     *
     * @param address guest physical address
     * @param width bytes: 1, 2, 4, 8, or 0 for any, with {@link KvmCapability#IOEVENTFD_ANY_LENGTH}
     * @return the match
     */
    public static IoEventMatch memory(long address, int width) {
        return new IoEventMatch(address, width, 0, 0);
    }

    /**
     * Writes of a width to an I/O port of x86.
     *
     * @param port which
     * @param width bytes: 1, 2, 4, or 0 for any
     * @return the match
     */
    public static IoEventMatch port(int port, int width) {
        return new IoEventMatch(port, width, KvmFlags.KVM_IOEVENTFD_FLAG_PIO, 0);
    }

    /**
     * The same, but only for writes of a value.
     *
     * @param only the value
     * @return the match
     */
    public IoEventMatch ofValue(long only) {
        return new IoEventMatch(address, width, flags | KvmFlags.KVM_IOEVENTFD_FLAG_DATAMATCH, only);
    }
}
