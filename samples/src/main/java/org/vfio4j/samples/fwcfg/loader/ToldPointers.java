// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells devices their pointers, and takes that back. */
final class ToldPointers {
    private final FirmwareFiles files;
    private final ReplayJournal journal;
    private final Deque<Told> told = new ArrayDeque<>();
    private ReplayJournal.Snapshot before;

    /**
     * A pointer for a device.
     *
     * @param command what asks for it
     * @param key of the device's file
     * @param offset in the device's file
     * @param address that the device is told
     * @param memory that has the address
     */
    record Pointer(LoaderCommand.WritePointer command, int key, int offset, long address, TableMemory memory) {}

    /**
     * A pointer that was told, or perhaps was.
     *
     * @param pointer the pointer
     * @param before what the device's file had there
     */
    private record Told(Pointer pointer, byte[] before) {}

    ToldPointers(FirmwareFiles files, ReplayJournal journal) {
        this.files = files;
        this.journal = journal;
    }

    void tell(List<Pointer> pointers) throws LoaderException {
        before = journal.snapshot();
        for (Pointer pointer : pointers) {
            int size = pointer.command().size();
            try {
                byte[] old = read(pointer, size);
                told.push(new Told(pointer, old));
                journal.write(pointer.key(), pointer.offset(), pointer.address(), size, pointer.memory());
            } catch (IOException e) {
                LoaderFault fault = e instanceof ReplayException replay && replay.fault() == ReplayFault.FULL
                        ? LoaderFault.JOURNAL_FULL
                        : LoaderFault.NOT_TAKEN;
                LoaderCommand command = pointer.command();
                throw LoaderException.ofEntry(fault, command.entry(), command + ": " + e.getMessage(), e);
            }
        }
    }

    /** The files that devices know the address of. */
    Set<String> sources() {
        Set<String> sources = new HashSet<>();
        told.forEach(one -> sources.add(one.pointer().command().source()));
        return sources;
    }

    /**
     * Gives the devices back what they had, last one first.
     *
     * @return the files whose address a device may still know
     */
    Set<String> undo(Throwable failure) {
        Set<String> stillKnown = new HashSet<>();
        while (!told.isEmpty()) {
            Told last = told.pop();
            try {
                restore(last);
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
                stillKnown.add(last.pointer().command().source());
            }
        }
        if (before != null) {
            journal.restore(before);
        }
        return stillKnown;
    }

    private void restore(Told last) throws IOException {
        Pointer pointer = last.pointer();
        byte[] old = last.before();
        if (Arrays.equals(read(pointer, old.length), old)) {
            return;
        }
        files.write(pointer.key(), pointer.offset(), ByteBuffer.wrap(old));
        if (!Arrays.equals(read(pointer, old.length), old)) {
            throw new ReplayException(
                    ReplayFault.NOT_TAKEN, pointer.command().destination() + " did not take back what it had", null);
        }
    }

    private byte[] read(Pointer pointer, int size) throws IOException {
        byte[] bytes = new byte[size];
        files.read(pointer.key(), pointer.offset(), ByteBuffer.wrap(bytes));
        return bytes;
    }
}
