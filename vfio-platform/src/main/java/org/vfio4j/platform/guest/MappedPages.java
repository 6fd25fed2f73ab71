// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import org.vfio4j.kvm.MemoryFlag;
import org.vfio4j.kvm.MemorySlot;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * Pages of a region that a guest accesses without a trap: a mapping in this process, which nobody here touches, and a memory
 * slot over it. The slot may be taken away for a time; the mapping stays until the end. Safe for use by several threads.
 */
final class MappedPages {
    private static final int PROT_NONE = 0;

    private final LinuxSyscalls linux;
    private final Vm vm;
    private final int slot;
    private final long guestAddress;
    private final long hostAddress;
    private final long length;
    private final MemoryFlag[] flags;
    private MemorySlot memory;
    /** KVM did not take the slot away. */
    private boolean kept;

    private boolean closed;

    private MappedPages(
            LinuxSyscalls linux,
            Vm vm,
            int slot,
            long guestAddress,
            long hostAddress,
            long length,
            MemoryFlag... flags) {
        this.linux = linux;
        this.vm = vm;
        this.slot = slot;
        this.guestAddress = guestAddress;
        this.hostAddress = hostAddress;
        this.length = length;
        this.flags = flags;
    }

    /** Maps pages, and does not give them to the guest yet. */
    static MappedPages of(
            FileDescriptor device, RegionInfo region, PageRun run, Vm vm, int slot, long regionGuestAddress)
            throws VfioException {
        LinuxSyscalls linux = device.linux();
        int protection =
                region.isWritable() ? LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE : LinuxSyscalls.PROT_READ;
        long[] address = new long[1];
        device.use(fd -> {
            address[0] = linux.mmap(
                    0, run.length(), protection, LinuxSyscalls.MAP_SHARED, fd, region.offset() + run.offset());
            return 0;
        });
        if (address[0] < 0) {
            throw VfioException.of(Step.MAP_REGION, device.name() + " region " + region.index(), (int) -address[0]);
        }
        return new MappedPages(
                linux,
                vm,
                slot,
                regionGuestAddress + run.offset(),
                address[0],
                run.length(),
                region.isWritable() ? new MemoryFlag[0] : new MemoryFlag[] {MemoryFlag.READ_ONLY});
    }

    /** Gives the pages to the guest. */
    synchronized void map() throws VfioException {
        if (memory == null && !closed) {
            memory = vm.memory(slot, guestAddress, length, hostAddress, flags);
            kept = false;
        }
    }

    /** Takes them away. When this returns, no access of the guest goes to them any more. */
    synchronized void trap() {
        if (memory != null) {
            MemorySlot taken = memory;
            memory = null;
            kept = true;
            taken.close();
            kept = false;
        }
    }

    /** Ends it. If KVM keeps the slot, nothing is behind it any more, and never will be. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            trap();
        } finally {
            if (kept) {
                int flagsOfNothing = LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS | LinuxSyscalls.MAP_FIXED;
                linux.mmap(hostAddress, length, PROT_NONE, flagsOfNothing, -1, 0);
            } else {
                linux.munmap(hostAddress, length);
            }
        }
    }
}
