// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.kvm.abi.RunLayout;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * How a vCPU runs and is stopped. The memory that it shares with the kernel is touched only between entering and leaving
 * a run, and by kicks with the lock, so it can be unmapped when no run is left.
 *
 * <p>Whoever moves the state from running to signalled sends the signal, with the lock; so at most one is sent for a run,
 * and a run that was signalled waits for the lock, takes the signal, and leaves none behind.
 */
final class VcpuRun {
    private static final int IDLE = 0;
    private static final int PREPARING = 1;
    private static final int RUNNING = 2;
    private static final int SIGNALLED = 3;
    private static final int CLOSED = 4;

    private static final int EINTR = Errno.EINTR.number();

    private final FileDescriptor descriptor;
    private final long address;
    private final ByteBuffer shared;
    private final KickSignal signal;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private final Object lock = new Object();
    private final LastExit exit;
    private volatile boolean closing;

    private VcpuRun(FileDescriptor descriptor, long address, ByteBuffer shared) {
        this.descriptor = descriptor;
        this.address = address;
        this.shared = shared;
        this.signal = new KickSignal(descriptor.linux());
        this.exit = new LastExit(descriptor.name());
    }

    static VcpuRun map(FileDescriptor descriptor, int size) throws VfioException {
        LinuxSyscalls linux = descriptor.linux();
        try (FileDescriptor.Lease lease = descriptor.lease()) {
            long address = linux.mmap(
                    0,
                    size,
                    LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                    LinuxSyscalls.MAP_SHARED,
                    lease.number(),
                    0);
            if (address < 0) {
                throw VfioException.of(Step.KVM_MAP_VCPU, descriptor.name(), (int) -address);
            }
            return new VcpuRun(descriptor, address, linux.memory(address, size));
        }
    }

    ExitReason run() throws VfioException {
        enter();
        int result = 0;
        try {
            exit.complete(shared);
            result = descriptor.ioctlInterruptible(KvmIoctl.KVM_RUN, 0);
            if (result < 0) {
                exit.forget();
            } else {
                exit.take(shared);
            }
        } finally {
            leave(result == -EINTR);
        }
        if (result < 0 && result != -EINTR) {
            throw VfioException.of(Step.KVM_RUN, descriptor.name(), -result);
        }
        return exit.reason();
    }

    void kick() throws VfioException {
        synchronized (lock) {
            if (state.get() != CLOSED) {
                stopRun();
            }
        }
    }

    /** Waits until no run is left, and unmaps the memory. */
    void close() {
        synchronized (lock) {
            if (closing) {
                return;
            }
            closing = true;
            boolean interrupted = false;
            try {
                while (!state.compareAndSet(IDLE, CLOSED)) {
                    stopRun();
                    if (state.get() == SIGNALLED) {
                        interrupted |= !waitForLeave();
                    } else {
                        Thread.onSpinWait();
                    }
                }
            } catch (VfioException e) {
                throw new UncheckedIOException(e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        descriptor.linux().munmap(address, shared.capacity());
    }

    /** {@return why the last run ended, for the thread that ran} */
    LastExit exit() {
        return exit;
    }

    private void enter() throws VfioException {
        if (closing || !state.compareAndSet(IDLE, PREPARING)) {
            throw new IllegalStateException(descriptor.name() + (closing ? " is closed" : " is run by another thread"));
        }
        boolean prepared = false;
        try {
            signal.prepareThisThread(descriptor);
            prepared = true;
        } finally {
            state.set(prepared ? RUNNING : IDLE);
        }
        // Either a kick sees that this runs, or the kernel sees its flag.
        VarHandle.fullFence();
    }

    private void leave(boolean interrupted) throws VfioException {
        if (!interrupted && state.compareAndSet(RUNNING, IDLE)) {
            return;
        }
        synchronized (lock) {
            if (interrupted) {
                shared.put(RunLayout.IMMEDIATE_EXIT, (byte) 0);
            }
            try {
                if (state.get() == SIGNALLED) {
                    signal.take();
                }
            } finally {
                state.set(IDLE);
                lock.notifyAll();
            }
        }
    }

    /** With the lock. The flag is for a run that has not begun, the signal for one that has. */
    private void stopRun() throws VfioException {
        shared.put(RunLayout.IMMEDIATE_EXIT, (byte) 1);
        VarHandle.fullFence();
        if (state.compareAndSet(RUNNING, SIGNALLED)) {
            signal.send();
        }
    }

    private boolean waitForLeave() {
        try {
            lock.wait();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
