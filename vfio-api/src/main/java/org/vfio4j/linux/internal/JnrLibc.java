// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.PageManager;
import com.kenai.jffi.Platform;
import com.kenai.jffi.Type;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The C library through jnr-posix, and through jffi below it for what jnr-posix lacks. Not through an interface of ours
 * that jnr-ffi implements: the class that it generates is in no module, and could not see an interface in a package that
 * is not exported. The cost is the same.
 *
 * <p>Both save the error number after each call, for each thread, so neither the JVM nor another thread can overwrite it.
 */
final class JnrLibc implements Libc {
    private static final Type INT = Type.SINT;

    /** Bytes of the kernel's {@code sigset_t}. */
    private static final long SIGSET_SIZE = 8;

    private final POSIX posix = POSIXFactory.getNativePOSIX();
    private final Invoker invoker = Invoker.getInstance();
    private final MemoryIO memory = MemoryIO.getInstance();
    private final BufferAddresses addresses = new BufferAddresses(memory::getDirectBufferAddress);

    private final CallContext ioctlTypes = variadic(INT, 2, INT, Type.ULONG, Type.POINTER);
    private final CallContext transferTypes = function(Type.SLONG, INT, Type.POINTER, Type.ULONG);
    private final CallContext positionedTypes = function(Type.SLONG, INT, Type.POINTER, Type.ULONG, Type.SLONG);
    private final CallContext mmapTypes = function(Type.POINTER, Type.POINTER, Type.ULONG, INT, INT, INT, Type.SLONG);
    private final CallContext munmapTypes = function(INT, Type.POINTER, Type.ULONG);
    private final CallContext eventfdTypes = function(INT, Type.UINT, INT);
    private final CallContext pollTypes = function(INT, Type.POINTER, Type.ULONG, INT);

    private final CallContext syscallTypes =
            variadic(Type.SLONG, 1, Type.SLONG, Type.SLONG, Type.SLONG, Type.SLONG, Type.SLONG);
    private final SyscallNumbers numbers = SyscallNumbers.ofMachine();
    private final ByteBuffer noTime = ByteBuffer.allocateDirect(16);

    private final long ioctl;
    private final long read;
    private final long write;
    private final long pread;
    private final long pwrite;
    private final long mmap;
    private final long munmap;
    private final long eventfd;
    private final long poll;
    private final long syscall;

    JnrLibc() {
        Platform platform = Platform.getPlatform();
        if (platform.getOS() != Platform.OS.LINUX || platform.addressSize() != Long.SIZE) {
            throw new UnsupportedOperationException("system calls are of 64-bit Linux; this is " + platform.getName());
        }
        Library libc = Library.getCachedInstance("libc.so.6", Library.NOW | Library.LOCAL);
        if (libc == null) {
            throw new UnsupportedOperationException("no C library: " + Library.getLastError());
        }
        ioctl = libc.getSymbolAddress("ioctl");
        read = libc.getSymbolAddress("read");
        write = libc.getSymbolAddress("write");
        pread = libc.getSymbolAddress("pread");
        pwrite = libc.getSymbolAddress("pwrite");
        mmap = libc.getSymbolAddress("mmap");
        munmap = libc.getSymbolAddress("munmap");
        eventfd = libc.getSymbolAddress("eventfd");
        poll = libc.getSymbolAddress("poll");
        syscall = libc.getSymbolAddress("syscall");
    }

    @Override
    public int open(String path, int flags) {
        return posix.open(path, flags, 0);
    }

    @Override
    public int close(int fd) {
        return posix.close(fd);
    }

    @Override
    public int ioctl(int fd, int request, long argument) {
        return (int) invoker.invokeN3(ioctlTypes, ioctl, fd, Integer.toUnsignedLong(request), argument);
    }

    @Override
    public long read(int fd, ByteBuffer buffer) {
        try {
            return invoker.invokeN3(transferTypes, read, fd, addressOf(buffer), buffer.remaining());
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    @Override
    public long write(int fd, ByteBuffer buffer) {
        try {
            return invoker.invokeN3(transferTypes, write, fd, addressOf(buffer), buffer.remaining());
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    @Override
    public long pread(int fd, ByteBuffer buffer, long offset) {
        try {
            return invoker.invokeN4(positionedTypes, pread, fd, addressOf(buffer), buffer.remaining(), offset);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    @Override
    public long pwrite(int fd, ByteBuffer buffer, long offset) {
        try {
            return invoker.invokeN4(positionedTypes, pwrite, fd, addressOf(buffer), buffer.remaining(), offset);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return invoker.invokeN6(mmapTypes, mmap, address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return (int) invoker.invokeN2(munmapTypes, munmap, address, length);
    }

    @Override
    public int eventfd(int initialValue, int flags) {
        return (int) invoker.invokeN2(eventfdTypes, eventfd, initialValue, flags);
    }

    @Override
    public int poll(long descriptors, long count, int timeoutMillis) {
        return (int) invoker.invokeN3(pollTypes, poll, descriptors, count, timeoutMillis);
    }

    @Override
    public int gettid() {
        return syscall(numbers.gettid(), 0, 0, 0, 0);
    }

    @Override
    public int tgkill(int process, int thread, int signal) {
        return syscall(numbers.tgkill(), process, thread, signal, 0);
    }

    @Override
    public int sigprocmask(int how, ByteBuffer set, ByteBuffer previous) {
        try {
            return syscall(numbers.sigprocmask(), how, addressOf(set), addressOf(previous), SIGSET_SIZE);
        } finally {
            Reference.reachabilityFence(set);
            Reference.reachabilityFence(previous);
        }
    }

    @Override
    public int sigtimedwait(ByteBuffer set) {
        try {
            return syscall(numbers.sigtimedwait(), addressOf(set), 0, addressOf(noTime), SIGSET_SIZE);
        } finally {
            Reference.reachabilityFence(set);
        }
    }

    @Override
    public int errno() {
        return posix.errno();
    }

    @Override
    public long addressOf(ByteBuffer buffer) {
        return addresses.of(buffer);
    }

    @Override
    public int pageSize() {
        return (int) PageManager.getInstance().pageSize();
    }

    private int syscall(long number, long first, long second, long third, long fourth) {
        return (int) invoker.invokeN5(syscallTypes, syscall, number, first, second, third, fourth);
    }

    private static CallContext function(Type result, Type... parameters) {
        return CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, true);
    }

    private static CallContext variadic(Type result, int fixed, Type... parameters) {
        return CallContext.getCallContext(result, fixed, parameters, CallingConvention.DEFAULT, true);
    }
}
