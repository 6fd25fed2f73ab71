// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.kvm.X86Guest.DS_IS_MMIO;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.vfio.EventFd;

/** Interrupts that eventfds raise in a guest with the interrupt controllers of a PC: {@code virt/kvm/eventfd.c}. */
@Timeout(60)
class X86IrqFdTest {
    private static final int ROUNDS = 50;
    private static final Duration LONG = Duration.ofSeconds(20);

    /** The master 8259: vectors from 0x20, all lines masked but 4, which the second instruction makes a level or not. */
    private static String program(String elcr) {
        return DS_IS_MMIO
                + "b011 e620" // ICW1: in cascade, ICW4 follows
                + "b020 e621" // ICW2: vectors from 0x20
                + "b004 e621" // ICW3: the slave is on line 2
                + "b001 e621" // ICW4: 8086
                + "b0ef e621" // OCW1: only line 4
                + "b0" + elcr + " bad004 ee" // ELCR
                + "c606 0000 02" // mov byte [0], 2: the first exit, all is ready
                + "fb" // sti
                + "f4 eb fd"; // hlt, for ever
    }

    /** Stores to memory where there is none, and ends the interrupt. */
    private static final String HANDLER = "c606 0000 01" // mov byte [0], 1
            + "b020 e620" // mov al, 0x20; out 0x20, al
            + "cf"; // iret

    private static X86Guest guest(String elcr) throws Exception {
        X86Guest guest = X86Guest.withIrqChip(program(elcr));
        int handler = 0x2000;
        byte[] code = HexFormat.of().parseHex(HANDLER.replace(" ", ""));
        guest.memory.put(handler, code).putInt((0x20 + 4) * 4, handler);
        return guest;
    }

    @Test
    void eachSignalOfAnEdgeIsAnInterrupt() throws Exception {
        try (X86Guest guest = guest("00");
                EventFd trigger = EventFd.create(X86Guest.LINUX, "trigger");
                IrqFd irqFd = guest.vm.irqFd(4, trigger);
                RunningVcpu running = new RunningVcpu(guest.vcpu)) {
            assertThat(irqFd.isLevel()).isFalse();
            running.awaitMmioExits(1);
            for (int i = 1; i <= ROUNDS; i++) {
                trigger.signal();
                running.awaitMmioExits(1 + i);
            }
        }
    }

    @Test
    void aLevelIsLoweredAtItsEndAndTheOtherEventfdIsSignalledOnce() throws Exception {
        try (X86Guest guest = guest("10");
                EventFd trigger = EventFd.create(X86Guest.LINUX, "trigger");
                EventFd resample = EventFd.create(X86Guest.LINUX, "resample");
                IrqFd irqFd = guest.vm.irqFd(4, trigger, resample);
                RunningVcpu running = new RunningVcpu(guest.vcpu)) {
            assertThat(irqFd.isLevel()).isTrue();
            running.awaitMmioExits(1);
            for (int i = 1; i <= ROUNDS; i++) {
                trigger.signal();
                assertThat(resample.await(LONG)).isEqualTo(1);
                assertThat(running.mmioExits()).isEqualTo(1 + i);
            }
        }
    }

    @Test
    void anInterruptTakesTheRouteOfItsLine() throws Exception {
        try (X86Guest guest = guest("00");
                RunningVcpu running = new RunningVcpu(guest.vcpu)) {
            running.awaitMmioExits(1);
            guest.vm.route(List.of(new GsiRoute.ToPin(30, 0, 4)));
            guest.vm.setIrqLine(4, false);
            guest.vm.setIrqLine(4, true);
            assertThat(running.mmioExits()).as("of a line without a route").isEqualTo(1);
            guest.vm.setIrqLine(30, false);
            guest.vm.setIrqLine(30, true);

            running.awaitMmioExits(2);
        }
    }
}
