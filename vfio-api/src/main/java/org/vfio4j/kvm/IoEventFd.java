// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.io.UncheckedIOException;
import org.vfio4j.kvm.abi.IoeventfdLayout;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/** An eventfd that a write of the guest signals, without stopping the vCPU. */
public final class IoEventFd implements AutoCloseable {
    private final Vm vm;
    private final IoEventMatch match;
    private final FileDescriptor.Lease event;
    private boolean closed;

    private IoEventFd(Vm vm, IoEventMatch match, FileDescriptor.Lease event) {
        this.vm = vm;
        this.match = match;
        this.event = event;
    }

    static IoEventFd assign(Vm vm, IoEventMatch match, EventFd event) throws VfioException {
        IoEventFd ioEventFd = new IoEventFd(vm, match, event.descriptor().lease());
        boolean assigned = false;
        try {
            ioEventFd.set(Step.KVM_IOEVENTFD, 0);
            assigned = true;
            return ioEventFd;
        } finally {
            if (!assigned) {
                ioEventFd.event.close();
            }
        }
    }

    /** {@return which writes signal the eventfd} */
    public IoEventMatch match() {
        return match;
    }

    /**
     * Takes the assignment away. Closing again does nothing.
     *
     * @throws UncheckedIOException if the kernel refuses
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            set(Step.KVM_IOEVENTFD_DEASSIGN, KvmFlags.KVM_IOEVENTFD_FLAG_DEASSIGN);
        } catch (VfioException e) {
            throw new UncheckedIOException(e);
        } finally {
            vm.release(this);
            event.close();
        }
    }

    private void set(Step step, int flags) throws VfioException {
        var ioeventfd = Structs.allocate(IoeventfdLayout.SIZE)
                .putLong(IoeventfdLayout.DATAMATCH, match.value())
                .putLong(IoeventfdLayout.ADDR, match.address())
                .putInt(IoeventfdLayout.LEN, match.width())
                .putInt(IoeventfdLayout.FD, event.number())
                .putInt(IoeventfdLayout.FLAGS, match.flags() | flags);
        VfioException.check(
                step,
                "0x" + Long.toHexString(match.address()) + " width " + match.width(),
                vm.descriptor().ioctl(KvmIoctl.KVM_IOEVENTFD, ioeventfd));
    }
}
