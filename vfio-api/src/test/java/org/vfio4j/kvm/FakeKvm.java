// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.kvm.abi.RunLayout;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * A KVM of one vCPU that does what a script says. It counts descriptors and mappings, records calls and structures, and
 * lets one call fail.
 */
class FakeKvm implements LinuxSyscalls {
    private static final int SHARED = 0x3000;
    private static final long ADDRESS = 0x7000_0000L;

    /** The calls in their order, such as {@code open /dev/kvm} and {@code ioctl 0xae01}. */
    final List<String> calls = new ArrayList<>();

    final Set<Integer> open = new TreeSet<>();

    /** Copies of the structures that ioctls had. */
    final List<ByteBuffer> structs = new ArrayList<>();

    /** What a vCPU shares with the kernel; null while it is not mapped. */
    ByteBuffer shared;

    /** What each run does to it. */
    final Deque<Consumer<ByteBuffer>> runs = new ArrayDeque<>();

    private int failing = -1;
    private Errno error;
    private int nextDescriptor = 10;

    /** Lets the call of this number, from 0, fail. */
    FakeKvm fail(int call, Errno with) {
        failing = call;
        error = with;
        return this;
    }

    private boolean fails(String call) {
        calls.add(call);
        return calls.size() - 1 == failing;
    }

    private int opened(String call) {
        if (fails(call)) {
            return -error.number();
        }
        open.add(nextDescriptor);
        return nextDescriptor++;
    }

    private int zero(String call) {
        return fails(call) ? -error.number() : 0;
    }

    @Override
    public int open(String path, int flags) {
        return opened("open " + path);
    }

    @Override
    public int eventfd(int initialValue, int flags) {
        return opened("eventfd");
    }

    @Override
    public int close(int fd) {
        return open.remove(fd) ? 0 : -Errno.EBADF.number();
    }

    @Override
    public int ioctl(int fd, int request, long argument) {
        String call = "ioctl 0x" + Integer.toHexString(request);
        return switch (request) {
            case KvmIoctl.KVM_CREATE_VM, KvmIoctl.KVM_CREATE_VCPU -> opened(call);
            case KvmIoctl.KVM_GET_API_VERSION -> fails(call) ? -error.number() : KvmFlags.KVM_API_VERSION;
            case KvmIoctl.KVM_GET_VCPU_MMAP_SIZE -> fails(call) ? -error.number() : SHARED;
            default -> zero(call);
        };
    }

    @Override
    public int ioctl(int fd, int request, ByteBuffer argument) {
        ByteBuffer copy = ByteBuffer.allocate(argument.remaining()).order(ByteOrder.nativeOrder());
        structs.add(copy.put(0, argument, argument.position(), argument.remaining()));
        return zero("ioctl 0x" + Integer.toHexString(request));
    }

    @Override
    public int ioctlInterruptible(int fd, int request, long argument) {
        if (fails("ioctl 0x" + Integer.toHexString(request))) {
            return -error.number();
        }
        if (shared.get(RunLayout.IMMEDIATE_EXIT) != 0) {
            return -Errno.EINTR.number();
        }
        runs.remove().accept(shared);
        return 0;
    }

    @Override
    public int gettid() {
        return fails("gettid") ? -error.number() : 1;
    }

    @Override
    public int sigprocmask(int how, ByteBuffer set, ByteBuffer previous) {
        return zero("sigprocmask");
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        if (fails("mmap")) {
            return -error.number();
        }
        shared = ByteBuffer.allocateDirect((int) length).order(ByteOrder.nativeOrder());
        return ADDRESS;
    }

    @Override
    public ByteBuffer memory(long address, int length) {
        return shared;
    }

    @Override
    public int munmap(long address, long length) {
        shared = null;
        return 0;
    }

    @Override
    public long addressOf(ByteBuffer buffer) {
        return 0x1000;
    }

    @Override
    public int pageSize() {
        return 0x1000;
    }

    @Override
    public int read(int fd, ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(int fd, ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int pread(int fd, ByteBuffer buffer, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int pwrite(int fd, ByteBuffer buffer, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int poll(ByteBuffer descriptors, int timeoutMillis) {
        throw new UnsupportedOperationException();
    }
}
