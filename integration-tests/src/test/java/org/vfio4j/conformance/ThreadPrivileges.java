// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Set;
import java.util.function.Supplier;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;

/**
 * Privileges of a thread of this JVM, through the C library: capset(2), setfsuid(2) and setfsgid(2) are of the calling
 * thread only. Files are held against the user ID of the file system, which no other rule of the kernel looks at.
 * setrlimit(2) is of the whole process.
 */
final class ThreadPrivileges implements Privileges {
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int RLIMIT_MEMLOCK = 8;

    private final NativeLibrary libc = NativeLibrary.getInstance("c");

    /** Of a thread, the first 32 capabilities (all that VFIO asks for are among them) and the others. */
    private record CapabilitySets(int effective, int permitted, int inheritable, int[] upper) {}

    @Override
    public <T> T as(Credentials credentials, Supplier<T> body) {
        CapabilitySets before = capabilities();
        setFileSystemIds(credentials.userId(), credentials.groupId());
        setCapabilities(before, effective(before, credentials));
        try {
            return body.get();
        } finally {
            setCapabilities(before, before.effective());
            setFileSystemIds(0, 0);
            // Leaving root took the capabilities of files away, and coming back returns them.
            setCapabilities(before, before.effective());
        }
    }

    private static int effective(CapabilitySets before, Credentials credentials) {
        int named = bits(credentials.effective());
        return credentials.userId() == 0 ? before.effective() & ~bits(Set.of(Capability.values())) | named : named;
    }

    private static int bits(Set<Capability> capabilities) {
        return capabilities.stream()
                .mapToInt(capability -> 1 << capability.number())
                .reduce(0, (a, b) -> a | b);
    }

    private void setFileSystemIds(int user, int group) {
        invoke("setfsgid", group);
        invoke("setfsuid", user);
        // Neither says whether it did: they return the former ID, here what was just set. -1 is no ID and changes none.
        requireEqual("setfsgid", invoke("setfsgid", -1), group);
        requireEqual("setfsuid", invoke("setfsuid", -1), user);
    }

    private static void requireEqual(String call, int found, int expected) {
        if (found != expected) {
            throw new IllegalStateException(call + " left " + found + ", expected " + expected);
        }
    }

    private static Memory header() {
        Memory header = new Memory(8);
        header.setInt(0, CAPABILITY_VERSION_3);
        header.setInt(4, 0);
        return header;
    }

    private CapabilitySets capabilities() {
        Memory data = new Memory(24);
        check("capget", invoke("capget", header(), data));
        return new CapabilitySets(data.getInt(0), data.getInt(4), data.getInt(8), data.getIntArray(12, 3));
    }

    private void setCapabilities(CapabilitySets sets, int effective) {
        Memory data = new Memory(24);
        data.write(0, new int[] {effective, sets.permitted(), sets.inheritable()}, 0, 3);
        data.write(12, sets.upper(), 0, 3);
        check("capset", invoke("capset", header(), data));
    }

    @Override
    public <T> T withLockedMemory(long bytes, Supplier<T> body) {
        Memory before = new Memory(16);
        check("getrlimit", invoke("getrlimit", RLIMIT_MEMLOCK, before));
        Memory limit = new Memory(16);
        limit.setLong(0, bytes);
        // Root may raise the hard limit too.
        boolean higher = Long.compareUnsigned(bytes, before.getLong(8)) > 0;
        limit.setLong(8, higher ? bytes : before.getLong(8));
        check("setrlimit", invoke("setrlimit", RLIMIT_MEMLOCK, limit));
        try {
            return body.get();
        } finally {
            check("setrlimit", invoke("setrlimit", RLIMIT_MEMLOCK, before));
        }
    }

    private int invoke(String function, Object... arguments) {
        return libc.getFunction(function).invokeInt(arguments);
    }

    private static void check(String call, int result) {
        if (result != 0) {
            throw new IllegalStateException(call + " failed: " + Errno.symbolOf(Native.getLastError()));
        }
    }
}
