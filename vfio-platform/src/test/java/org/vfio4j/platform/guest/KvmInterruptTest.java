// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.MmioExit;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.VfioException;

/** Interrupts of two lines at once, through the machine's KVM to a guest that serves them. */
class KvmInterruptTest {
    /** How many level-triggered ones, of both lines together. */
    private static final int COUNT = Integer.getInteger("vfio4j.guest.interrupts", 100_000);

    private static final long SEED = 6;
    private static final List<Integer> GSIS = List.of(5, 3);

    @BeforeAll
    static void requireKvm() throws Exception {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "not run: the guest is an x86, and this machine a " + System.getProperty("os.arch"));
        try {
            Kvm.open(LinuxSyscalls.ofMachine()).close();
        } catch (VfioException refused) {
            abort("not run: " + refused.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(1800)
    void noLevelIsLostAndNoneComesTwice(LineDelivery delivery) throws Exception {
        noneIsLostAndNoneComesTwice(delivery, true, COUNT);
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(1800)
    void noEdgeIsLostAndNoneComesTwice(LineDelivery delivery) throws Exception {
        noneIsLostAndNoneComesTwice(delivery, false, COUNT / 10);
    }

    private static void noneIsLostAndNoneComesTwice(LineDelivery delivery, boolean level, int count) throws Exception {
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        try (Kvm kvm = Kvm.open(linux);
                Vm vm = kvm.createVm();
                PlayedDevice device = new PlayedDevice(linux, GSIS.size(), level, SEED)) {
            vm.createIrqChip();
            try (RealModeGuest guest = new RealModeGuest(linux, vm, GSIS, level);
                    Vcpu vcpu = vm.createVcpu(0);
                    GuestInterrupts interrupts = GuestInterrupts.assign(
                            vm, device.device(), irqs(device), TrapWhilePending.NOTHING_MAPPED, delivery)) {
                assertThat(interrupts.delivery(0)).isEqualTo(delivery);
                long nanos = serveAll(vcpu, device, interrupts, count);
                System.out.printf(
                        "%d %s interrupts by %s in %.1f s%n", count, level ? "level" : "edge", delivery, nanos / 1e9);
                String what = "seed " + SEED;
                for (int i = 0; i < GSIS.size(); i++) {
                    assertThat(guest.taken(i)).as(what).isEqualTo(count / GSIS.size());
                    assertThat(guest.unwanted(i)).as(what).isZero();
                }
                assertThat(guest.phantoms()).as(what).isZero();
                assertThat(device.wrong()).as(what).isZero();
            }
        }
    }

    private static List<GuestIrq> irqs(PlayedDevice device) {
        List<GuestIrq> irqs = new ArrayList<>();
        for (int i = 0; i < GSIS.size(); i++) {
            irqs.add(new GuestIrq(device.irq(i), GSIS.get(i)));
        }
        return irqs;
    }

    /** In so many nanoseconds. */
    private static long serveAll(Vcpu vcpu, PlayedDevice device, GuestInterrupts interrupts, int count)
            throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        FutureTask<Void> running = new FutureTask<>(() -> run(vcpu, device, interrupts, ready), null);
        Thread thread = new Thread(running, "vCPU");
        thread.start();
        long nanos;
        try {
            assertThat(ready.await(60, TimeUnit.SECONDS)).isTrue();
            long start = System.nanoTime();
            List<Future<?>> raising = new ArrayList<>();
            for (int i = 0; i < GSIS.size(); i++) {
                raising.add(device.raise(i, count / GSIS.size()));
            }
            for (Future<?> line : raising) {
                line.get();
            }
            nanos = System.nanoTime() - start;
            // What would come twice comes now.
            Thread.sleep(200);
        } finally {
            vcpu.close();
            thread.join();
        }
        running.get();
        return nanos;
    }

    private static void run(Vcpu vcpu, PlayedDevice device, GuestInterrupts interrupts, CountDownLatch ready) {
        try {
            while (true) {
                switch (vcpu.run()) {
                    case MMIO -> access(vcpu.mmio(), device, interrupts, ready);
                    case INTERRUPTED -> {
                        return;
                    }
                    default -> throw new AssertionError("exit " + vcpu.exitNumber());
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void access(MmioExit access, PlayedDevice device, GuestInterrupts interrupts, CountDownLatch ready) {
        long offset = access.address() - RealModeGuest.DEVICE;
        if (access.address() == RealModeGuest.READY) {
            ready.countDown();
        } else if (access.isWrite()) {
            device.write(offset, access.value());
        } else {
            access.answer(device.read(offset));
        }
        interrupts.accessed();
    }
}
