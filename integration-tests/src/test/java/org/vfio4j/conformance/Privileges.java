// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import java.util.function.Supplier;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;

/** What some errnos depend on: who the calling thread is, and how much memory its process may lock. */
interface Privileges {
    /** Does something as somebody else. The suite itself is root with every capability. */
    <T> T as(Credentials credentials, Supplier<T> body);

    /** Does something with another soft limit of RLIMIT_MEMLOCK. */
    <T> T withLockedMemory(long bytes, Supplier<T> body);

    /** Of the process that uses a simulated board. */
    record OfBoard(SimulatedBoard board) implements Privileges {
        @Override
        public <T> T as(Credentials credentials, Supplier<T> body) {
            Credentials before = board.credentials();
            board.setCredentials(credentials);
            try {
                return body.get();
            } finally {
                board.setCredentials(before);
            }
        }

        @Override
        public <T> T withLockedMemory(long bytes, Supplier<T> body) {
            long before = board.lockedMemoryLimit();
            board.setLockedMemoryLimit(bytes);
            try {
                return body.get();
            } finally {
                board.setLockedMemoryLimit(before);
            }
        }
    }
}
