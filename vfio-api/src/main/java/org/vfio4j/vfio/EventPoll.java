// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.internal.Structs;

/**
 * Waits for several eventfds at once, with poll(2). An eventfd that is closed meanwhile keeps its number until this is
 * closed too, so that no stranger's file is waited for.
 *
 * <p>For use by one thread. Waiting allocates no memory.
 */
public final class EventPoll implements AutoCloseable {
    private static final int POLLFD_SIZE = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_REVENTS = 6;

    private final LinuxSyscalls linux;
    private final String name;
    private final ByteBuffer descriptors;
    private final List<FileDescriptor.Lease> leases = new ArrayList<>();

    private EventPoll(LinuxSyscalls linux, String name, int count) {
        this.linux = linux;
        this.name = name;
        this.descriptors = Structs.allocate(count * POLLFD_SIZE);
    }

    /**
     * Begins to wait for eventfds.
     *
     * @param linux the kernel that they are of
     * @param name what is waited for, for messages
     * @param events the eventfds
     * @return what waits for them
     * @throws IllegalStateException if one is closed
     */
    public static EventPoll of(LinuxSyscalls linux, String name, List<EventFd> events) {
        EventPoll poll = new EventPoll(linux, name, events.size());
        boolean complete = false;
        try {
            for (int i = 0; i < events.size(); i++) {
                FileDescriptor.Lease lease = events.get(i).descriptor().lease();
                poll.leases.add(lease);
                poll.descriptors.putInt(i * POLLFD_SIZE, lease.number());
                poll.descriptors.putShort(i * POLLFD_SIZE + POLLFD_EVENTS, (short) LinuxSyscalls.POLLIN);
            }
            complete = true;
            return poll;
        } finally {
            if (!complete) {
                poll.close();
            }
        }
    }

    /**
     * Waits until at least one has a count. An interruption of the thread does not end it.
     *
     * @param timeoutMillis milliseconds, or -1 to wait for ever
     * @return how many have a count; 0 after the time
     * @throws VfioException if the kernel refuses
     */
    public int await(int timeoutMillis) throws VfioException {
        return VfioException.check(Step.POLL, name, linux.poll(descriptors, timeoutMillis));
    }

    /**
     * Whether an eventfd had a count when {@link #await} returned.
     *
     * @param index of it in the list
     * @return whether there was something to take
     * @throws IndexOutOfBoundsException if there is none of this index
     */
    public boolean isReady(int index) {
        return descriptors.getShort(index * POLLFD_SIZE + POLLFD_REVENTS) != 0;
    }

    /** Gives the numbers back. Closing again does nothing. */
    @Override
    public void close() {
        leases.forEach(FileDescriptor.Lease::close);
    }
}
