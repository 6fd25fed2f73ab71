// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegisterAccessException;
import org.vfio4j.platform.register.RegisterHandler;

/**
 * The registers of a region as a guest has them. A guest can make accesses that fail: where the device does not answer,
 * of a direction that the region does not have, and of one that is being closed. They must not end the VMM, so a read is
 * all ones and a write is dropped, as of QEMU's {@code vfio_region_read} and on a bus without an answer.
 */
final class RegionRegisters implements RegisterHandler {
    private final Region region;
    private final AtomicLong failures = new AtomicLong();
    private volatile RuntimeException lastFailure;
    private volatile Runnable afterAccess = () -> {};

    RegionRegisters(Region region) {
        this.region = region;
    }

    @Override
    public long read(long offset, int width) {
        try {
            return switch (width) {
                case 1 -> region.read8(offset);
                case 2 -> region.read16(offset);
                case 4 -> region.read32(offset);
                default -> region.read64(offset);
            };
        } catch (RegisterAccessException | UnsupportedOperationException | IllegalStateException failure) {
            failed(failure);
            return -1;
        } finally {
            afterAccess.run();
        }
    }

    @Override
    public void write(long offset, int width, long value) {
        try {
            switch (width) {
                case 1 -> region.write8(offset, (int) value);
                case 2 -> region.write16(offset, (int) value);
                case 4 -> region.write32(offset, (int) value);
                default -> region.write64(offset, value);
            }
        } catch (RegisterAccessException | UnsupportedOperationException | IllegalStateException failure) {
            failed(failure);
        } finally {
            afterAccess.run();
        }
    }

    /** Has something done after each access. */
    void afterAccess(Runnable listener) {
        afterAccess = listener;
    }

    private void failed(RuntimeException failure) {
        lastFailure = failure;
        failures.getAndIncrement();
    }

    long failures() {
        return failures.get();
    }

    Optional<RuntimeException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    @Override
    public String toString() {
        return region.name();
    }
}
