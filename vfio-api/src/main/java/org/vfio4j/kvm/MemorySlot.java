// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.io.UncheckedIOException;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.kvm.abi.UserspaceMemoryRegionLayout;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/** Memory of this process that is a guest's. */
public final class MemorySlot implements AutoCloseable {
    private final Vm vm;
    private final int slot;
    private final long guestAddress;
    private final long size;
    private boolean closed;

    private MemorySlot(Vm vm, int slot, long guestAddress, long size) {
        this.vm = vm;
        this.slot = slot;
        this.guestAddress = guestAddress;
        this.size = size;
    }

    static MemorySlot create(Vm vm, int slot, long guestAddress, long size, long hostAddress, int flags)
            throws VfioException {
        if (size == 0) {
            throw new IllegalArgumentException("memory of size 0 is none; close the slot to take it away");
        }
        MemorySlot memory = new MemorySlot(vm, slot, guestAddress, size);
        memory.set(Step.KVM_SET_MEMORY, size, hostAddress, flags);
        return memory;
    }

    /** {@return which slot} */
    public int slot() {
        return slot;
    }

    /** {@return guest physical address of the first byte} */
    public long guestAddress() {
        return guestAddress;
    }

    /** {@return bytes} */
    public long size() {
        return size;
    }

    /**
     * Takes the memory away from the guest. When this returns no vCPU uses it any more. Closing again does nothing.
     *
     * @throws UncheckedIOException if the kernel refuses; the guest still has the memory then, do not free it
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            set(Step.KVM_DELETE_MEMORY, 0, 0, 0);
        } catch (VfioException e) {
            throw new UncheckedIOException(e);
        } finally {
            vm.release(this);
        }
    }

    private void set(Step step, long bytes, long hostAddress, int flags) throws VfioException {
        var region = Structs.allocate(UserspaceMemoryRegionLayout.SIZE)
                .putInt(UserspaceMemoryRegionLayout.SLOT, slot)
                .putInt(UserspaceMemoryRegionLayout.FLAGS, flags)
                .putLong(UserspaceMemoryRegionLayout.GUEST_PHYS_ADDR, guestAddress)
                .putLong(UserspaceMemoryRegionLayout.MEMORY_SIZE, bytes)
                .putLong(UserspaceMemoryRegionLayout.USERSPACE_ADDR, hostAddress);
        VfioException.check(step, toString(), vm.descriptor().ioctl(KvmIoctl.KVM_SET_USER_MEMORY_REGION, region));
    }

    @Override
    public String toString() {
        return "slot " + slot + " at 0x" + Long.toHexString(guestAddress) + " size 0x" + Long.toHexString(size);
    }
}
