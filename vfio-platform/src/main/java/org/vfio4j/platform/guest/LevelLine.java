// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import org.vfio4j.vfio.VfioException;

/**
 * A level line that the program carries from the host's IRQ to the guest's interrupt controller. It is exact as long as the
 * guest reaches the device by accesses that trap:
 *
 * <ul>
 *   <li>While the guest's line is high, the host's IRQ is masked and its event is taken. So there is no event that could
 *       come late, and nobody but us unmasks it.
 *   <li>An access may have made the device lower its line. So after each one, and before the guest goes on, the host's IRQ
 *       is unmasked. If the device still asserts its line that fires again, and what is pending for the guest stays or
 *       comes back; else the guest's line is low.
 *   <li>An event of before an access says nothing of after it: the kernel signals it some time after it masked the IRQ. So
 *       one that was armed before the last access is not told to the guest, but the IRQ is unmasked again. If the device
 *       still asserts its line, that is the event that is.
 * </ul>
 *
 * <p>Not safe for use by several threads: {@link LevelLines} has the lock.
 *
 * <p>Source: {@code vfio_automasked_irq_handler} of {@code drivers/vfio/platform/vfio_platform_irq.c}, which signals the
 * eventfd after it gave up the lock with which it masked the IRQ. So masking and then taking the count does not keep an
 * event from coming late.
 */
final class LevelLine {
    /** For how many looks at the eventfd the accesses of the guest wait for a line that seems to be asserted. */
    private static final int LOOKS = 16;

    private final HostLine host;
    private final GuestWire guest;
    private boolean raised;
    private long armedAfter;

    LevelLine(HostLine host, GuestWire guest) {
        this.host = host;
        this.guest = guest;
    }

    boolean isRaised() {
        return raised;
    }

    /** An access of the guest is complete, and is the n-th. */
    void accessed(long accesses) throws VfioException {
        if (!raised) {
            return;
        }
        arm(accesses);
        if (host.take() == 0) {
            lower();
        }
    }

    /** The eventfd is signalled; so many accesses of the guest were complete. */
    void signalled(long accesses) throws VfioException {
        if (host.take() != 0 && (armedAfter == accesses || firesAgain(accesses))) {
            raise();
        }
    }

    /** With no access of the guest completed meanwhile: a guest that reads the device all the time must not starve it. */
    private boolean firesAgain(long accesses) throws VfioException {
        arm(accesses);
        for (int i = 0; i < LOOKS; i++) {
            if (host.take() != 0) {
                return true;
            }
        }
        return false;
    }

    private void arm(long accesses) throws VfioException {
        armedAfter = accesses;
        host.unmask();
    }

    private void raise() throws VfioException {
        guest.set(true);
        raised = true;
    }

    /** Lets the guest's line be low, whatever the device does. */
    void lower() throws VfioException {
        if (raised) {
            guest.set(false);
            raised = false;
        }
    }
}
