// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.MmioExit;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.VgicV3;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.guest.GuestAssignment;
import org.vfio4j.platform.guest.GuestAssignmentBuilder;
import org.vfio4j.platform.guest.GuestInterrupts;
import org.vfio4j.platform.guest.LineDelivery;
import org.vfio4j.platform.guest.MmioBus;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.PlacedIrq;
import org.vfio4j.platform.guest.tree.PlacedRegion;

/** What runs in the lab: a VMM whose guest has a PL011, and has it interrupt as often as it is told. */
final class AssignedUart {
    private static final int SPI = 1;
    private static final int UART_SLOT = 1;

    private final LinuxSyscalls linux;
    private final Vm vm;
    private final PlatformDevice uart;
    private final long[] report = new long[UartInterruptGuest.REPORTS];
    private long trapped;

    private AssignedUart(LinuxSyscalls linux, Vm vm, PlatformDevice uart) {
        this.linux = linux;
        this.vm = vm;
        this.uart = uart;
    }

    /** Arguments: the device; then for each run how interrupts come, {@code mapped} or {@code trapped}, and how many. */
    public static void main(String[] arguments) throws Exception {
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        try (PlatformDevice uart = PlatformDevice.open(linux, HostFiles.ofMachine(), arguments[0]);
                Kvm kvm = Kvm.open(linux)) {
            for (int i = 1; i < arguments.length; i += 3) {
                try (Vm vm = kvm.createVm()) {
                    LineDelivery delivery = LineDelivery.valueOf(arguments[i]);
                    new AssignedUart(linux, vm, uart)
                            .run(delivery, arguments[i + 1].equals("mapped"), Integer.parseInt(arguments[i + 2]));
                }
            }
        }
    }

    private void run(LineDelivery delivery, boolean mapped, int count) throws Exception {
        MmioBus bus = new MmioBus();
        PlacedDevice placed = new PlacedDevice(
                uart.entry().name(),
                List.of(new PlacedRegion(
                        0, UartInterruptGuest.UART, uart.regions().get(0).size())),
                List.of(new PlacedIrq(0, SPI, true)));
        GuestAssignmentBuilder builder = GuestAssignment.of(uart).place(placed).allowUnconfinedDma();
        if (mapped) {
            builder.memorySlots(vm, () -> UART_SLOT);
        }
        try (UartInterruptGuest guest = new UartInterruptGuest(linux, vm);
                Vcpu vcpu = vm.createVcpu(0);
                VgicV3 gic = new VgicV3(vm.createDevice(KvmDeviceType.VGIC_V3))) {
            vcpu.init();
            gic.setDistributor(UartInterruptGuest.DISTRIBUTOR);
            gic.setRedistributors(UartInterruptGuest.REDISTRIBUTOR);
            gic.initialize();
            guest.start(vcpu, SPI, count);
            try (GuestAssignment assigned = builder.assign(bus);
                    GuestInterrupts interrupts = GuestInterrupts.assign(vm, assigned, placed, delivery)) {
                long start = System.nanoTime();
                run(vcpu, bus);
                System.out.printf(
                        Locale.ROOT,
                        "%s %s: %d sent, %d taken, %d unwanted, %d accesses trapped, %.1f s%n",
                        interrupts.delivery(0),
                        mapped ? "mapped" : "trapped",
                        report[0],
                        report[1],
                        report[2],
                        trapped,
                        (System.nanoTime() - start) / 1e9);
            }
        }
    }

    private void run(Vcpu vcpu, MmioBus bus) throws IOException {
        boolean running = true;
        while (running) {
            switch (vcpu.run()) {
                case MMIO -> running = access(vcpu.mmio(), bus);
                default -> throw new AssertionError("exit " + vcpu.exitNumber());
            }
        }
    }

    private boolean access(MmioExit access, MmioBus bus) {
        long word = (access.address() - UartInterruptGuest.REPORT) / Long.BYTES;
        if (access.address() < UartInterruptGuest.REPORT) {
            trapped++;
            bus.handle(access);
            return true;
        }
        if (word == UartInterruptGuest.REPORTS) {
            return false;
        }
        report[(int) word] = access.value();
        return true;
    }
}
