// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.io.UncheckedIOException;
import org.vfio4j.kvm.abi.IrqfdLayout;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/** An eventfd that raises an interrupt in a guest, without this process. */
public final class IrqFd implements AutoCloseable {
    private final Vm vm;
    private final int gsi;
    private final FileDescriptor.Lease trigger;
    private final FileDescriptor.Lease resample;
    private boolean closed;

    private IrqFd(Vm vm, int gsi, FileDescriptor.Lease trigger, FileDescriptor.Lease resample) {
        this.vm = vm;
        this.gsi = gsi;
        this.trigger = trigger;
        this.resample = resample;
    }

    /** {@code resample}: null for an edge-triggered line. */
    static IrqFd assign(Vm vm, int gsi, EventFd trigger, EventFd resample) throws VfioException {
        FileDescriptor.Lease triggerLease = trigger.descriptor().lease();
        FileDescriptor.Lease resampleLease = null;
        boolean assigned = false;
        try {
            resampleLease = resample == null ? null : resample.descriptor().lease();
            IrqFd irqFd = new IrqFd(vm, gsi, triggerLease, resampleLease);
            irqFd.set(Step.KVM_IRQFD, resample == null ? 0 : KvmFlags.KVM_IRQFD_FLAG_RESAMPLE);
            assigned = true;
            return irqFd;
        } finally {
            if (!assigned) {
                giveBack(triggerLease, resampleLease);
            }
        }
    }

    /** {@return which interrupt line} */
    public int gsi() {
        return gsi;
    }

    /** {@return whether the line is level-triggered, with a resample eventfd} */
    public boolean isLevel() {
        return resample != null;
    }

    /**
     * Takes the assignment away. When this returns, no interrupt of it is under way any more. Closing again does nothing.
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
            set(Step.KVM_IRQFD_DEASSIGN, KvmFlags.KVM_IRQFD_FLAG_DEASSIGN);
        } catch (VfioException e) {
            throw new UncheckedIOException(e);
        } finally {
            vm.release(this);
            giveBack(trigger, resample);
        }
    }

    private void set(Step step, int flags) throws VfioException {
        var irqfd = Structs.allocate(IrqfdLayout.SIZE)
                .putInt(IrqfdLayout.FD, trigger.number())
                .putInt(IrqfdLayout.GSI, gsi)
                .putInt(IrqfdLayout.FLAGS, flags)
                .putInt(IrqfdLayout.RESAMPLEFD, resample == null ? 0 : resample.number());
        VfioException.check(step, "GSI " + gsi, vm.descriptor().ioctl(KvmIoctl.KVM_IRQFD, irqfd));
    }

    private static void giveBack(FileDescriptor.Lease trigger, FileDescriptor.Lease resample) {
        trigger.close();
        if (resample != null) {
            resample.close();
        }
    }
}
