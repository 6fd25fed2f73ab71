// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.vfio4j.kvm.ArmRegister;
import org.vfio4j.kvm.ExitReason;
import org.vfio4j.kvm.MmioExit;
import org.vfio4j.kvm.SystemEvent;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.platform.guest.MmioBus;
import org.vfio4j.vfio.VfioException;

/** The thread of a CPU of the guest. */
final class CpuThread {
    private final Vcpu vcpu;
    private final MmioBus bus;
    private final CompletableFuture<Optional<SystemEvent>> end;
    private final Thread thread;

    private CpuThread(Vcpu vcpu, MmioBus bus, CompletableFuture<Optional<SystemEvent>> end) {
        this.vcpu = vcpu;
        this.bus = bus;
        this.end = end;
        this.thread = new Thread(this::run, "vCPU " + vcpu.id());
    }

    /**
     * Starts a CPU.
     *
     * @param vcpu the CPU
     * @param bus answers its accesses
     * @param end of the guest: completed with what the guest asks for, or what went wrong, and then this ends, too
     * @return the thread
     */
    static CpuThread start(Vcpu vcpu, MmioBus bus, CompletableFuture<Optional<SystemEvent>> end) {
        CpuThread cpu = new CpuThread(vcpu, bus, end);
        cpu.thread.start();
        return cpu;
    }

    /** Waits for the thread's end; the end of the guest is completed. */
    void join() {
        try {
            vcpu.kick();
        } catch (VfioException e) {
            throw new UncheckedIOException(e);
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!end.isDone()) {
                ExitReason reason = vcpu.run();
                if (reason == ExitReason.MMIO) {
                    answer(vcpu.mmio());
                } else if (reason == ExitReason.SYSTEM_EVENT) {
                    end.complete(Optional.of(vcpu.systemEvent()));
                } else if (reason != ExitReason.INTERRUPTED) {
                    throw new IOException("CPU " + vcpu.id() + " cannot go on at address 0x"
                            + Long.toHexString(vcpu.getOneReg(ArmRegister.PC)) + ": " + why(reason));
                }
            }
        } catch (IOException | RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    private void answer(MmioExit access) {
        if (access.isWrite()) {
            bus.write(access.address(), access.length(), access.value());
        } else {
            access.answer(bus.read(access.address(), access.length()));
        }
    }

    private String why(ExitReason reason) {
        return switch (reason) {
            case ARM_NISV ->
                "an access of two registers, with writeback or of a vector where there is no memory, "
                        + vcpu.undecodedAccess();
            case INTERNAL_ERROR -> "KVM gave up, " + vcpu.internalError();
            case FAIL_ENTRY -> "the processor refused it, " + vcpu.entryFailure();
            default -> "exit " + vcpu.exitNumber() + " of KVM";
        };
    }
}
