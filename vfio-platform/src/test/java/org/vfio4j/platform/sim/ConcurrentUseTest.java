// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.sim.Calls.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioFlags;

/** Threads that want the same group: one has it, the others are told EBUSY, and nothing is left over. */
class ConcurrentUseTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 200;

    private final SimulatedBoard board =
            SmallTree.builder().bound(SmallTree.UART, SmallTree.FLASH).build();
    private final Calls calls = new Calls(board);

    /** Returns how often this thread got the device. */
    private int openAndClose() {
        int opened = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int group = calls.open("/dev/vfio/1");
            if (group < 0) {
                assertThat(group).isEqualTo(failure(Errno.EBUSY));
                continue;
            }
            int container = calls.mustOpen("/dev/vfio/vfio");
            assertThat(calls.setContainer(group, container)).isZero();
            assertThat(calls.setIommu(container, VfioFlags.VFIO_TYPE1v2_IOMMU)).isZero();
            int device = calls.getDeviceFd(group, SmallTree.FLASH);
            assertThat(calls.pread(device, 4, 0)).isEqualTo(4);
            calls.linux.close(container);
            calls.linux.close(group);
            calls.linux.close(device);
            opened++;
        }
        return opened;
    }

    @Test
    @Timeout(60)
    void oneThreadAtATimeHasTheGroup() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                tasks.add(this::openAndClose);
            }
            int opened = 0;
            for (Future<Integer> result : threads.invokeAll(tasks)) {
                opened += result.get();
            }
            assertThat(opened).isPositive();
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(board.openDescriptors()).isEmpty();
    }
}
