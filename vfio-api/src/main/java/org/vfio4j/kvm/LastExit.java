// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.RunArmNisvLayout;
import org.vfio4j.kvm.abi.RunFailEntryLayout;
import org.vfio4j.kvm.abi.RunInternalLayout;
import org.vfio4j.kvm.abi.RunLayout;
import org.vfio4j.kvm.abi.RunSystemEventLayout;

/** Why a vCPU stopped the last time, copied from the memory that it shares with the kernel. */
final class LastExit {
    private static final int MOST_DATA = 16;

    private final String name;
    private final MmioExit mmio = new MmioExit();
    private final IoExit io = new IoExit();
    private ExitReason reason = ExitReason.INTERRUPTED;
    private int number;
    private long syndrome;
    private long address;
    private Record rare;

    /** {@code name}: of the vCPU, for messages. */
    LastExit(String name) {
        this.name = name;
    }

    /** Before a run: gives the kernel the answers. */
    void complete(ByteBuffer shared) {
        switch (reason) {
            case MMIO -> mmio.complete(shared);
            case IO -> io.complete(shared);
            default -> {}
        }
    }

    /** After a run that ended without an error. */
    void take(ByteBuffer shared) {
        number = shared.getInt(RunLayout.EXIT_REASON);
        reason = ExitReason.of(number);
        switch (reason) {
            case MMIO -> mmio.take(shared);
            case IO -> io.take(shared);
            case ARM_NISV -> {
                syndrome = shared.getLong(RunArmNisvLayout.ESR_ISS);
                address = shared.getLong(RunArmNisvLayout.FAULT_IPA);
            }
            case SYSTEM_EVENT -> rare = systemEvent(shared);
            case INTERNAL_ERROR ->
                rare = new InternalError(
                        shared.getInt(RunInternalLayout.SUBERROR),
                        data(shared, RunInternalLayout.NDATA, RunInternalLayout.DATA));
            case FAIL_ENTRY ->
                rare = new EntryFailure(
                        shared.getLong(RunFailEntryLayout.HARDWARE_ENTRY_FAILURE_REASON),
                        shared.getInt(RunFailEntryLayout.CPU));
            default -> {}
        }
    }

    /** After a run that was interrupted, or that the kernel refused: there is nothing to look at. */
    void forget() {
        number = KvmFlags.KVM_EXIT_INTR;
        reason = ExitReason.INTERRUPTED;
    }

    ExitReason reason() {
        return reason;
    }

    int number() {
        return number;
    }

    MmioExit mmio() {
        require(ExitReason.MMIO);
        return mmio;
    }

    IoExit io() {
        require(ExitReason.IO);
        return io;
    }

    UndecodedAccess undecodedAccess() {
        require(ExitReason.ARM_NISV);
        return new UndecodedAccess(syndrome, address);
    }

    <R extends Record> R rare(ExitReason required, Class<R> type) {
        require(required);
        return type.cast(rare);
    }

    private void require(ExitReason required) {
        if (reason != required) {
            throw new IllegalStateException(name + " stopped for " + reason + ", not for " + required);
        }
    }

    private static SystemEvent systemEvent(ByteBuffer shared) {
        int type = shared.getInt(RunSystemEventLayout.TYPE);
        return new SystemEvent(
                switch (type) {
                    case KvmFlags.KVM_SYSTEM_EVENT_SHUTDOWN -> SystemEvent.Type.SHUTDOWN;
                    case KvmFlags.KVM_SYSTEM_EVENT_RESET -> SystemEvent.Type.RESET;
                    case KvmFlags.KVM_SYSTEM_EVENT_CRASH -> SystemEvent.Type.CRASH;
                    default -> SystemEvent.Type.OTHER;
                },
                type,
                shared.getLong(RunSystemEventLayout.DATA));
    }

    private static List<Long> data(ByteBuffer shared, int countAt, int dataAt) {
        int count = Math.min(MOST_DATA, Math.max(0, shared.getInt(countAt)));
        return IntStream.range(0, count)
                .mapToObj(i -> shared.getLong(dataAt + i * Long.BYTES))
                .toList();
    }
}
