// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/** An eventfd (fs/eventfd.c): a 64-bit counter that can be waited for. */
final class EventFd extends OpenFile {
    private static final int POLLERR = 8;
    private static final int EFD_SEMAPHORE = 1;
    /** The largest value; one more is the overflow that only the kernel can cause. */
    private static final long MAXIMUM = -2L;

    private final Condition changed;
    private final boolean nonBlocking;
    private final boolean semaphore;
    private final List<EventWatch> watches = new ArrayList<>();
    private long count;

    EventFd(Condition changed, int initialValue, int flags) {
        KernelError.requireValid(
                (flags & ~(EFD_SEMAPHORE | LinuxSyscalls.EFD_CLOEXEC | LinuxSyscalls.EFD_NONBLOCK)) == 0);
        this.changed = changed;
        this.count = Integer.toUnsignedLong(initialValue);
        this.nonBlocking = (flags & LinuxSyscalls.EFD_NONBLOCK) != 0;
        this.semaphore = (flags & EFD_SEMAPHORE) != 0;
    }

    @Override
    String description() {
        return "anon_inode:[eventfd]";
    }

    @Override
    int read(UserBuffer buffer) {
        KernelError.requireValid(buffer.length() >= 8);
        while (count == 0) {
            KernelError.require(!nonBlocking, Errno.EAGAIN);
            changed.awaitUninterruptibly();
        }
        long taken = semaphore ? 1 : count;
        buffer.putLong(0, taken);
        count -= taken;
        changed.signalAll();
        return 8;
    }

    @Override
    int write(UserBuffer buffer) {
        KernelError.requireValid(buffer.length() >= 8);
        long value = buffer.getLong(0);
        KernelError.requireValid(value != -1);
        while (Long.compareUnsigned(MAXIMUM - count, value) < 0) {
            KernelError.require(!nonBlocking, Errno.EAGAIN);
            changed.awaitUninterruptibly();
        }
        count += value;
        wake();
        return 8;
    }

    @Override
    int pread(UserBuffer buffer, long offset) {
        throw new KernelError(Errno.ESPIPE);
    }

    @Override
    int pwrite(UserBuffer buffer, long offset) {
        throw new KernelError(Errno.ESPIPE);
    }

    @Override
    int pollEvents() {
        int events = 0;
        if (count != 0) {
            events |= LinuxSyscalls.POLLIN;
        }
        if (count == -1) {
            events |= POLLERR;
        }
        if (Long.compareUnsigned(count, MAXIMUM) < 0) {
            events |= POLLOUT;
        }
        return events;
    }

    /** The kernel's own increment by one. */
    void signal() {
        if (count != -1) {
            count++;
        }
        wake();
    }

    private void wake() {
        List.copyOf(watches).forEach(EventWatch::wake);
        changed.signalAll();
    }

    boolean isSignalled() {
        return count != 0;
    }

    /** Takes what is counted, for a watch that acted on it. */
    void drain() {
        count = 0;
    }

    void add(EventWatch watch) {
        watches.add(watch);
    }

    void remove(EventWatch watch) {
        watches.remove(watch);
    }

    @Override
    void release() {
        List.copyOf(watches).forEach(EventWatch::hangUp);
    }
}
