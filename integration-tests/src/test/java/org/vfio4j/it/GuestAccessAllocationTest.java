// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.bench.KvmBenchmark;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.VfioException;

/** An access of a guest that traps, from KVM_RUN over the bus to the region and back, allocates nothing. */
@Timeout(120)
class GuestAccessAllocationTest {
    private static final int CALLS = 10_000;
    private static final int SMALLEST_OBJECT = 16;

    @Test
    void anAccessOfAGuestAllocatesNothing() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "not run: the guest is of x86-64");
        try {
            Kvm.open(LinuxSyscalls.ofMachine()).close();
        } catch (VfioException e) {
            assumeTrue(false, "not run: " + e.getMessage());
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        KvmBenchmark guest = new KvmBenchmark();
        guest.open();
        try {
            // In the long run: the JVM compiles, and classes are loaded, until then.
            for (int i = 0; i < 3 * CALLS; i++) {
                guest.trappedRead32();
            }
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < CALLS; i++) {
                guest.trappedRead32();
            }
            long allocated = threads.getThreadAllocatedBytes(thread) - before;
            assertThat(allocated).as("bytes in " + CALLS + " accesses").isLessThan((long) CALLS * SMALLEST_OBJECT / 10);
        } finally {
            guest.close();
        }
    }
}
