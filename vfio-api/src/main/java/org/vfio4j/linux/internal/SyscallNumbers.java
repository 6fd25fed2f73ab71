// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import com.kenai.jffi.Platform;

/**
 * The numbers of system calls that the C library has no function for, or one that is not the system call's: the sets of
 * signals are the C library's own, and gettid and tgkill came with glibc 2.30. A machine whose numbers are not known has
 * -1, for which Linux says ENOSYS.
 *
 * <p>Source: {@code asm-generic/unistd.h}, and {@code asm/unistd_64.h} of x86.
 */
record SyscallNumbers(int gettid, int tgkill, int sigprocmask, int sigtimedwait) {
    private static final SyscallNumbers X86_64 = new SyscallNumbers(186, 234, 14, 128);

    private static final SyscallNumbers GENERIC = new SyscallNumbers(178, 131, 135, 137);

    private static final SyscallNumbers UNKNOWN = new SyscallNumbers(-1, -1, -1, -1);

    static SyscallNumbers ofMachine() {
        return switch (Platform.getPlatform().getCPU()) {
            case X86_64 -> X86_64;
            case AARCH64 -> GENERIC;
            default -> UNKNOWN;
        };
    }
}
