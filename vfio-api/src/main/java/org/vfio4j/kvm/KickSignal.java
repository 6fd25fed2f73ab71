// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.kvm.abi.SignalMaskLayout;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/**
 * The signal that ends {@code KVM_RUN}. It has no handler, as the JVM would have to know it: the thread that runs a vCPU
 * blocks it for good, and {@code KVM_RUN} alone lets it in, which then ends with EINTR and leaves the signal where it is.
 * There it is taken afterwards, by the same run: one that were left would end the process with the thread, as the JVM
 * gives a thread that ends the signals back that it had at first.
 */
final class KickSignal {
    /** {@code SIGRTMIN} of glibc, the first that neither the C library nor the JVM uses. */
    private static final int NUMBER = 34;

    private static final String VIRTUAL_THREADS = "VirtualThreads";

    private final LinuxSyscalls linux;
    private final ByteBuffer set = Structs.allocate(Long.BYTES).putLong(0, 1L << NUMBER - 1);
    private Thread prepared;
    private int tid;

    KickSignal(LinuxSyscalls linux) {
        this.linux = linux;
    }

    /** Makes this thread one that can be told to stop running the vCPU; costs nothing if it is the same as before. */
    void prepareThisThread(FileDescriptor vcpu) throws VfioException {
        Thread thread = Thread.currentThread();
        if (thread == prepared) {
            return;
        }
        refuseVirtual(thread);
        ByteBuffer before = Structs.allocate(Long.BYTES);
        int number = check(Step.BLOCK_SIGNAL, linux.gettid());
        check(Step.BLOCK_SIGNAL, linux.sigprocmask(LinuxSyscalls.SIG_BLOCK, set, before));
        ByteBuffer mask = Structs.allocate(SignalMaskLayout.SIGSET + Long.BYTES)
                .putInt(SignalMaskLayout.LEN, Long.BYTES)
                .putLong(SignalMaskLayout.SIGSET, before.getLong(0) & ~set.getLong(0));
        check(Step.KVM_SET_SIGNAL_MASK, vcpu.ioctl(KvmIoctl.KVM_SET_SIGNAL_MASK, mask));
        tid = number;
        prepared = thread;
    }

    /** Sends it to the thread that was prepared last, which must be in {@code run} until it was sent. */
    void send() throws VfioException {
        check(Step.SEND_SIGNAL, linux.tgkill(tid, NUMBER));
    }

    /** Takes it in this thread, to which it was sent. */
    void take() throws VfioException {
        check(Step.BLOCK_SIGNAL, linux.sigtimedwait(set));
    }

    /**
     * A virtual thread is now in this thread of the kernel and now in that. Java 17, which has none, cannot ask for one:
     * they are all in a group of their own, right below the topmost.
     */
    private static void refuseVirtual(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        boolean isTop = group == null || group.getParent() == null;
        if (!isTop && group.getParent().getParent() == null && group.getName().equals(VIRTUAL_THREADS)) {
            throw new IllegalStateException("a vCPU is run by a platform thread, not by " + thread);
        }
    }

    private static int check(Step step, int result) throws VfioException {
        return VfioException.check(step, "signal " + NUMBER, result);
    }
}
