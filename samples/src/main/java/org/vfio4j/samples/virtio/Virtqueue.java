// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.vfio4j.platform.dma.DmaMemory;

/**
 * A split virtqueue, section 2.7: a ring of requests to the device, and one of those that it is done with. A request is
 * memory that the device reads, followed by memory that it writes.
 *
 * <p>The device can write all of the ring's memory, so nothing is believed that is read from it: which descriptors are in
 * use is kept beside.
 *
 * <p>To be used by one thread at a time.
 *
 * @param <T> what stands for a request
 */
public final class Virtqueue<T> {
    private static final int DESCRIPTOR_NEXT = 1;
    private static final int DESCRIPTOR_WRITE = 2;
    private static final int AVAILABLE_NO_INTERRUPT = 1;
    private static final int USED_NO_NOTIFY = 1;
    /** Ring indices are 16 bits, and wrap. */
    private static final int INDEX_MASK = 0xffff;

    private final String name;
    private final int index;
    private final RingLayout layout;
    private final DmaMemory ring;
    /** For each descriptor the one after it, in its chain or in the list of free ones. */
    private final int[] next;
    /** For each descriptor the chain that it begins, or null. */
    private final List<Chain<T>> chains;

    private int firstFree;
    private int free;
    private int inFlight;
    private int availableIndex;
    private int usedIndex;

    private record Chain<T>(T request, int length, long writable) {}

    Virtqueue(String name, int index, RingLayout layout, DmaMemory ring) {
        this.name = name;
        this.index = index;
        this.layout = layout;
        this.ring = ring;
        this.next = new int[layout.size()];
        this.chains = new ArrayList<>(Collections.nCopies(layout.size(), null));
        this.free = layout.size();
        for (int i = 0; i < next.length; i++) {
            next[i] = i + 1;
        }
    }

    /** {@return which queue of the device} */
    public int index() {
        return index;
    }

    /** {@return how many segments all requests in flight can have together} */
    public int size() {
        return layout.size();
    }

    /** {@return how many segments the next request can have} */
    public int free() {
        return free;
    }

    /** {@return how many requests were given to the device and are not done} */
    public int inFlight() {
        return inFlight;
    }

    /**
     * Gives a request to the device, which need not look at it before {@link VirtioDevice#notify}.
     *
     * @param request what stands for it, handed back with its completion
     * @param readable what the device reads
     * @param writable what the device writes
     * @throws IllegalArgumentException if it has no segment, or more than are {@link #free}
     */
    public void add(T request, List<Segment> readable, List<Segment> writable) {
        int length = readable.size() + writable.size();
        if (length == 0 || length > free) {
            throw new IllegalArgumentException("expected 1 to " + free + " segments, got " + length);
        }
        int head = firstFree;
        int descriptor = head;
        long bytes = 0;
        for (int i = 0; i < length; i++) {
            boolean write = i >= readable.size();
            Segment segment = write ? writable.get(i - readable.size()) : readable.get(i);
            bytes += write ? segment.length() : 0;
            int flags = (write ? DESCRIPTOR_WRITE : 0) | (i < length - 1 ? DESCRIPTOR_NEXT : 0);
            ring.put64(layout.descriptorAddress(descriptor), segment.address());
            ring.put32(layout.descriptorLength(descriptor), segment.length());
            ring.put16(layout.descriptorFlags(descriptor), flags);
            ring.put16(layout.descriptorNext(descriptor), i < length - 1 ? next[descriptor] : 0);
            descriptor = next[descriptor];
        }
        firstFree = descriptor;
        free -= length;
        chains.set(head, new Chain<>(request, length, bytes));
        inFlight++;
        ring.put16(layout.availableEntry(availableIndex), head);
        availableIndex++;
        // A put is a release: who sees the index sees the entry and the descriptors (section 2.7.13.2).
        ring.put16(layout.availableIndex(), availableIndex);
    }

    /**
     * Whether the device wants to be told of new requests, section 2.7.10.
     *
     * @return false if it looks for them on its own
     */
    boolean wantsNotification() {
        // The index must be visible before the flags are read, else both sides could wait for the other.
        VarHandle.fullFence();
        return (ring.get16(layout.usedFlags()) & USED_NO_NOTIFY) == 0;
    }

    /**
     * Says whether the device should interrupt for requests that are done; it may do so anyway (section 2.7.7).
     *
     * @param wanted whether interrupts are waited for
     */
    void setInterrupts(boolean wanted) {
        ring.put16(layout.availableFlags(), wanted ? 0 : AVAILABLE_NO_INTERRUPT);
    }

    /**
     * Takes a request that the device is done with.
     *
     * @return the request; empty if there is none
     * @throws DeviceFaultException if the device says that it is done with what it was not given, or wrote more than it may
     */
    Optional<Completion<T>> poll() throws DeviceFaultException {
        int ahead = (ring.get16(layout.usedIndex()) - usedIndex) & INDEX_MASK;
        if (ahead == 0) {
            return Optional.empty();
        }
        if (ahead > inFlight) {
            throw fault("is done with " + ahead + " requests of " + inFlight);
        }
        // A get is an acquire: the entry is not older than the index.
        int head = ring.get32(layout.usedId(usedIndex));
        long written = Integer.toUnsignedLong(ring.get32(layout.usedLength(usedIndex)));
        Chain<T> chain = head >= 0 && head < layout.size() ? chains.get(head) : null;
        if (chain == null) {
            throw fault("is done with descriptor " + Integer.toUnsignedString(head) + ", which begins no request");
        }
        if (written > chain.writable()) {
            throw fault("wrote " + written + " bytes where it may write " + chain.writable());
        }
        usedIndex++;
        release(head, chain.length());
        return Optional.of(new Completion<>(chain.request(), written));
    }

    private void release(int head, int length) {
        chains.set(head, null);
        int last = head;
        for (int i = 1; i < length; i++) {
            last = next[last];
        }
        next[last] = firstFree;
        firstFree = head;
        free += length;
        inFlight--;
    }

    private DeviceFaultException fault(String what) {
        return new DeviceFaultException(name + " queue " + index + ": the device says that it " + what);
    }
}
