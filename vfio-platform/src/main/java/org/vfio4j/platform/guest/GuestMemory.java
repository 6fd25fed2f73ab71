// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vfio4j.kvm.MemorySlot;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * Memory of a guest: pages of this process in a memory slot. Devices reach it where {@link GuestAssignmentBuilder#dma} maps
 * it for them; the assignments are closed before it.
 *
 * <p>It is shared memory, although nobody shares it: private memory that is not written yet is the kernel's page of zeros,
 * and a device would stay with that page.
 *
 * <p>Closing it takes it from the guest and gives the pages back. A view of it that is used later sees other memory, and
 * never somebody else's. Closing again does nothing.
 */
public final class GuestMemory implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int PROTECTION = LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE;

    private final LinuxSyscalls linux;
    private final MemorySlot slot;
    private final long address;
    private final ByteBuffer bytes;
    private boolean closed;

    private GuestMemory(LinuxSyscalls linux, MemorySlot slot, long address, ByteBuffer bytes) {
        this.linux = linux;
        this.slot = slot;
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Allocates memory and gives it to a guest.
     *
     * @param linux the kernel
     * @param vm the guest
     * @param slot which memory slot, not in use
     * @param guestAddress guest physical address of the first byte, a multiple of the page size
     * @param size bytes, a multiple of the page size below 2 GiB; for more, allocate several
     * @return the memory, zeroed
     * @throws VfioException if there is no memory, or KVM refuses the slot: EEXIST if the guest has memory there
     * @throws IllegalArgumentException if the size is not such a multiple
     */
    public static GuestMemory allocate(LinuxSyscalls linux, Vm vm, int slot, long guestAddress, long size)
            throws VfioException {
        if (size <= 0 || size > Integer.MAX_VALUE || size % linux.pageSize() != 0) {
            throw new IllegalArgumentException("expected a multiple of " + linux.pageSize()
                    + " bytes, less than 2 GiB, as the size of a guest's memory, got " + size);
        }
        int flags = LinuxSyscalls.MAP_SHARED | LinuxSyscalls.MAP_ANONYMOUS;
        long address = linux.mmap(0, size, PROTECTION, flags, -1, 0);
        if (address < 0) {
            throw VfioException.of(
                    Step.ALLOCATE_MEMORY, "of 0x" + Long.toHexString(size) + " bytes for a guest", (int) -address);
        }
        boolean given = false;
        try {
            MemorySlot memory = vm.memory(slot, guestAddress, size, address);
            ByteBuffer bytes = linux.memory(address, (int) size);
            given = true;
            return new GuestMemory(linux, memory, address, bytes);
        } finally {
            if (!given) {
                linux.munmap(address, size);
            }
        }
    }

    /** {@return guest physical address of the first byte} */
    public long guestAddress() {
        return slot.guestAddress();
    }

    /** {@return bytes} */
    public long size() {
        return slot.size();
    }

    /** The address in this process. */
    long hostAddress() {
        return address;
    }

    /**
     * All of the memory. Accesses have no order of their own with those of the guest, see the fences of {@link
     * java.lang.invoke.VarHandle}.
     *
     * @return a new view, from position 0 to {@link #size}, little-endian
     * @throws IllegalStateException if it is closed
     */
    public synchronized ByteBuffer bytes() {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
        // The slice keeps the whole reachable, and with it the addresses.
        return bytes.slice(0, bytes.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Takes the memory from the guest and gives it back. Closing again does nothing.
     *
     * @throws UncheckedIOException if KVM does not take it away; it stays allocated then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        slot.close();
        // A view may be left: until it is gone, its addresses have other memory, and must not be anybody else's.
        LinuxSyscalls kernel = linux;
        long start = address;
        long length = slot.size();
        CLEANER.register(bytes, () -> kernel.munmap(start, length));
        int flags = LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS | LinuxSyscalls.MAP_FIXED;
        long result = linux.mmap(address, length, PROTECTION, flags, -1, 0);
        if (result < 0) {
            throw new UncheckedIOException(
                    this + " is closed, but stays allocated until nothing refers to it",
                    VfioException.of(Step.ALLOCATE_MEMORY, toString(), (int) -result));
        }
    }

    @Override
    public String toString() {
        return "guest memory of 0x" + Long.toHexString(size()) + " bytes at 0x" + Long.toHexString(guestAddress());
    }
}
