// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.vfio4j.kvm.ArmFeature;
import org.vfio4j.kvm.ArmIrqLine;
import org.vfio4j.kvm.ArmRegister;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmCapability;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.SystemEvent;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.VgicV3;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.guest.AlignedHandler;
import org.vfio4j.platform.guest.GuestMemory;
import org.vfio4j.platform.guest.MmioBus;
import org.vfio4j.vfio.VfioException;

/**
 * An arm64 machine: memory, CPUs, a GICv3, a console, and PSCI by KVM. What the guest accesses besides, and what is
 * assigned to it, is on its {@link #bus}. Of one thread, but for {@link #stop}.
 */
final class VirtualMachine implements AutoCloseable {
    private final LinuxSyscalls linux;
    private final Kvm kvm;
    private final Vm vm;
    private final MmioBus bus = new MmioBus();
    private final List<GuestMemory> memory = new ArrayList<>();
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final ConsoleUart console;
    private int slots;
    /** What the guest asked for; empty after {@link #stop}. */
    private final CompletableFuture<Optional<SystemEvent>> end = new CompletableFuture<>();

    private VirtualMachine(LinuxSyscalls linux, Kvm kvm, Vm vm, OutputStream terminal) {
        this.linux = linux;
        this.kvm = kvm;
        this.vm = vm;
        this.console = new ConsoleUart(terminal, this::setConsoleInterrupt);
    }

    /**
     * Makes a machine.
     *
     * @param linux the system calls
     * @param memorySize bytes of memory
     * @param cpus number of CPUs
     * @param terminal gets what the guest writes to the console
     * @return the machine, which does not run yet
     * @throws IOException if KVM refuses
     */
    static VirtualMachine create(LinuxSyscalls linux, long memorySize, int cpus, OutputStream terminal)
            throws IOException {
        Kvm kvm = Kvm.open(linux);
        boolean complete = false;
        try {
            VirtualMachine machine = new VirtualMachine(linux, kvm, kvm.createVm(), terminal);
            machine.addMemory(memorySize);
            machine.addCpus(cpus);
            machine.addDevices();
            complete = true;
            return machine;
        } finally {
            if (!complete) {
                kvm.close();
            }
        }
    }

    private void addMemory(long size) throws VfioException {
        for (long done = 0; done < size; done += GuestMap.BANK) {
            long bank = Math.min(GuestMap.BANK, size - done);
            memory.add(GuestMemory.allocate(linux, vm, nextSlot(), GuestMap.MEMORY + done, bank));
        }
    }

    private void addCpus(int cpus) throws VfioException {
        for (int id = 0; id < cpus; id++) {
            Vcpu vcpu = vm.createVcpu(id);
            if (id == 0) {
                vcpu.init(ArmFeature.PSCI_0_2);
            } else {
                vcpu.init(ArmFeature.PSCI_0_2, ArmFeature.POWER_OFF);
            }
            vcpus.add(vcpu);
        }
    }

    /** After the CPUs, as the GIC wants to know them all when it is initialized, and before interrupts. */
    private void addDevices() throws IOException {
        VgicV3 gic = new VgicV3(vm.createDevice(KvmDeviceType.VGIC_V3));
        gic.setIrqCount(GuestMap.INTERRUPTS);
        gic.setDistributor(GuestMap.DISTRIBUTOR);
        gic.setRedistributors(GuestMap.REDISTRIBUTORS);
        gic.initialize();
        bus.add(GuestMap.UART, ConsoleUart.SIZE, new AlignedHandler(console, ByteOrder.LITTLE_ENDIAN, 4));
        if (vm.check(KvmCapability.ARM_NISV_TO_USER) != 0) {
            // Else an access that KVM cannot decode ends the guest without a word of where it was.
            vm.enable(KvmCapability.ARM_NISV_TO_USER);
        }
    }

    private void setConsoleInterrupt(boolean level) {
        try {
            vm.setIrqLine(ArmIrqLine.spi(GuestMap.UART_SPI), level);
        } catch (VfioException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the VM, for devices} */
    Vm vm() {
        return vm;
    }

    /** {@return the number of a memory slot that is not in use} */
    int nextSlot() {
        return slots++;
    }

    /** {@return the memory, in banks of {@link GuestMap#BANK} bytes, the lowest first} */
    List<GuestMemory> memory() {
        return memory;
    }

    /** {@return where devices answer the guest's accesses} */
    MmioBus bus() {
        return bus;
    }

    /** {@return the console, to type into} */
    ConsoleUart console() {
        return console;
    }

    /**
     * Runs the guest, as Linux wants to be started: with the device tree's address in X0. When this returns no CPU runs.
     *
     * @param entry address of the first instruction
     * @param tree address of the device tree
     * @return what the guest asked for in the end; empty after {@link #stop}
     * @throws IOException if a CPU cannot go on, or the console cannot
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<SystemEvent> run(long entry, long tree) throws IOException, InterruptedException {
        vcpus.get(0).setOneReg(ArmRegister.PC, entry);
        vcpus.get(0).setOneReg(ArmRegister.x(0), tree);
        List<CpuThread> threads = new ArrayList<>();
        try {
            for (Vcpu vcpu : vcpus) {
                threads.add(CpuThread.start(vcpu, bus, end));
            }
            return end.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } finally {
            stop();
            for (CpuThread thread : threads) {
                thread.join();
            }
        }
    }

    /** Ends {@link #run}; by any thread. */
    void stop() {
        end.complete(Optional.empty());
    }

    /** Closes the VM before its memory. */
    @Override
    public void close() {
        kvm.close();
        memory.forEach(GuestMemory::close);
    }
}
