// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmCapability;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.PlacedIrq;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedInterrupt;
import org.vfio4j.vfio.VfioException;

/** How the IRQs of a device are connected to VFIO and to KVM, and disconnected. */
@Timeout(120)
class GuestInterruptsTest {
    private static final String TIMER = "100000.timer";
    private static final int LEVEL_GSI = 7;
    private static final int EDGE_GSI = 9;

    private final SimulatedBoard board =
            SimulatedBoard.builder(DtsReader.read("""
                    /dts-v1/;
                    / {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        interrupt-parent = <&gic>;
                        gic: interrupt-controller@8000 {
                            compatible = "arm,gic-400";
                            interrupt-controller;
                            #interrupt-cells = <3>;
                            #address-cells = <0>;
                            reg = <0x8000 0x1000>;
                        };
                        timer@100000 {
                            compatible = "test,timer";
                            reg = <0x100000 0x1000>;
                            interrupts = <0 1 4>, <0 2 1>;
                        };
                    };
                    """)).readyToUse().build();

    private final SimulatedInterrupt level = board.interrupt("/timer@100000", 0);
    private final SimulatedInterrupt edge = board.interrupt("/timer@100000", 1);
    private final InterruptKvm played = new InterruptKvm(board.syscalls());
    private final LinuxSyscalls linux = played.syscalls();

    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void catchWhatThreadsThrow() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
    }

    @AfterEach
    void catchNoMore() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @FunctionalInterface
    private interface Use {
        void use(Vm vm, PlatformDevice timer) throws Exception;
    }

    private void use(Use use) throws Exception {
        try (PlatformDevice timer = PlatformDevice.open(linux, board.files(), TIMER);
                Kvm kvm = Kvm.open(linux);
                Vm vm = kvm.createVm()) {
            played.said().clear();
            use.use(vm, timer);
        }
        assertThat(board.openDescriptors()).isEmpty();
    }

    private static List<GuestIrq> both(PlatformDevice timer) {
        return List.of(
                new GuestIrq(timer.irqs().get(0), LEVEL_GSI),
                new GuestIrq(timer.irqs().get(1), EDGE_GSI));
    }

    private static GuestInterrupts assign(Vm vm, PlatformDevice timer, LineDelivery delivery) throws VfioException {
        return GuestInterrupts.assign(vm, timer.device(), both(timer), TrapWhilePending.NOTHING_MAPPED, delivery);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as("nanoseconds waited").isLessThan(30_000_000_000L);
            Thread.sleep(1);
        }
    }

    /** As QEMU 10.1 does in hw/vfio/platform.c: KVM listens first, and the end is wired before anything can end. */
    @Test
    void theKernelDeliversLevelsWithResampleAndEdgesWithout() throws Exception {
        use((vm, timer) -> {
            try (GuestInterrupts interrupts = GuestInterrupts.assign(
                    vm, timer.device(), both(timer), TrapWhilePending.NOTHING_MAPPED, LineDelivery.KERNEL)) {
                assertThat(played.said())
                        .containsExactly(
                                "irqfd gsi 7 with resample",
                                "unmask eventfd",
                                "trigger eventfd",
                                "unmask",
                                "irqfd gsi 9",
                                "trigger eventfd");
                assertThat(interrupts.delivery(0)).isEqualTo(LineDelivery.KERNEL);
                assertThat(interrupts.delivery(1)).isEqualTo(LineDelivery.KERNEL);
                played.said().clear();
            }
            assertThat(played.said())
                    .containsExactly(
                            "no trigger", "no unmask eventfd", "no irqfd gsi 7", "no trigger", "no irqfd gsi 9");
        });
    }

    /** When the guest has ended the interrupt, VFIO's line can fire again. */
    @Test
    void theEndOfALevelInTheGuestUnmasksTheHostsIrq() throws Exception {
        use((vm, timer) -> {
            try (GuestInterrupts interrupts = assign(vm, timer, LineDelivery.KERNEL)) {
                int trigger = board.openDescriptors().entrySet().stream()
                        .filter(open -> open.getValue().contains("eventfd"))
                        .findFirst()
                        .orElseThrow()
                        .getKey();
                level.raise();
                assertThat(taken(trigger)).isOne();
                assertThat(taken(trigger)).isZero();
                played.end(LEVEL_GSI);
                assertThat(taken(trigger)).isOne();
                level.lower();
                played.end(LEVEL_GSI);
                assertThat(taken(trigger)).isZero();
                assertThat(interrupts.delivery(0)).isEqualTo(LineDelivery.KERNEL);
            }
        });
    }

    private long taken(int eventFd) {
        ByteBuffer count = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
        return board.syscalls().read(eventFd, count) == Long.BYTES ? count.getLong(0) : 0;
    }

    @Test
    void whereKvmCannotResampleTheProgramDeliversLevelsAndTheKernelEdges() throws Exception {
        played.has(KvmCapability.IRQFD);
        use((vm, timer) -> {
            try (GuestInterrupts interrupts = assign(vm, timer, LineDelivery.KERNEL)) {
                assertThat(interrupts.delivery(0)).isEqualTo(LineDelivery.PROGRAM);
                assertThat(interrupts.delivery(1)).isEqualTo(LineDelivery.KERNEL);
                assertThat(played.irqFds()).containsExactly(EDGE_GSI);
                level.raise();
                await(() -> played.isHigh(LEVEL_GSI));
                level.lower();
                interrupts.accessed();
                assertThat(played.isHigh(LEVEL_GSI)).isFalse();
            }
        });
    }

    @Test
    void theProgramKeepsALevelHighUntilAnAccessLowersIt() throws Exception {
        use((vm, timer) -> {
            try (GuestInterrupts interrupts = assign(vm, timer, LineDelivery.PROGRAM)) {
                assertThat(played.irqFds()).isEmpty();
                level.raise();
                await(() -> played.isHigh(LEVEL_GSI));
                interrupts.accessed();
                assertThat(played.isHigh(LEVEL_GSI))
                        .as("the device still asserts")
                        .isTrue();
                level.lower();
                interrupts.accessed();
                assertThat(played.isHigh(LEVEL_GSI)).isFalse();
                level.raise();
                await(() -> played.isHigh(LEVEL_GSI));
            }
            assertThat(played.isHigh(LEVEL_GSI)).as("closed").isFalse();
        });
    }

    @Test
    void theProgramMakesAnEdgeAPulse() throws Exception {
        played.has();
        use((vm, timer) -> {
            try (GuestInterrupts interrupts = assign(vm, timer, LineDelivery.KERNEL)) {
                assertThat(interrupts.delivery(1)).isEqualTo(LineDelivery.PROGRAM);
                played.said().clear();
                edge.pulse();
                await(() -> played.said().size() == 2);
                assertThat(played.said()).containsExactly("line 9 high", "line 9 low");
            }
        });
    }

    /** KVM_IRQ_LINE of Documentation/virt/kvm/api.rst 4.25: type 1 is an SPI, and the number that of the interrupt id. */
    @Test
    void onArmALineIsTheSpiOfKvmsOwnNumbering() throws Exception {
        played.has(KvmCapability.ARM_PSCI_0_2);
        use((vm, timer) -> {
            try (GuestInterrupts interrupts = assign(vm, timer, LineDelivery.PROGRAM)) {
                level.raise();
                await(() -> played.isHigh(1 << 24 | LEVEL_GSI + 32));
                level.lower();
                interrupts.accessed();
                assertThat(played.linesSet()).containsExactly(1 << 24 | LEVEL_GSI + 32);
            }
        });
    }

    @Test
    void mappedRegionsTrapFromAnEventUntilItIsQuiet() throws Exception {
        List<String> slots = Collections.synchronizedList(new ArrayList<>());
        TrapWhilePending mapped = new TrapWhilePending() {
            @Override
            public void trap() {
                slots.add("trap");
            }

            @Override
            public void map() {
                slots.add("map");
            }
        };
        use((vm, timer) -> {
            try (GuestInterrupts interrupts =
                    GuestInterrupts.assign(vm, timer.device(), both(timer), mapped, LineDelivery.PROGRAM)) {
                edge.pulse();
                await(() -> played.said().contains("line 9 low"));
                assertThat(slots).as("an edge is over when it came").isEmpty();
                level.raise();
                await(() -> played.isHigh(LEVEL_GSI));
                assertThat(slots).containsExactly("trap");
                Thread.sleep(4 * ProgramDelivery.QUIET_MILLIS);
                assertThat(slots).as("pending").containsExactly("trap");
                level.lower();
                interrupts.accessed();
                await(() -> slots.size() > 1);
                assertThat(slots).containsExactly("trap", "map");
            }
        });
    }

    /** The guest cleared by a mapped region what the event tells of, before its accesses trapped. */
    @Test
    void anEventThatTheGuestOutranIsNotDelivered() throws Exception {
        TrapWhilePending outrun = new TrapWhilePending() {
            @Override
            public void trap() {
                level.lower();
            }

            @Override
            public void map() {}
        };
        use((vm, timer) -> {
            try (GuestInterrupts interrupts =
                    GuestInterrupts.assign(vm, timer.device(), both(timer), outrun, LineDelivery.PROGRAM)) {
                level.raise();
                await(() -> !level.isRaised());
                Thread.sleep(2 * ProgramDelivery.QUIET_MILLIS);
                assertThat(played.linesSet()).doesNotContain(LEVEL_GSI);
                interrupts.accessed();
            }
        });
    }

    @Test
    void thatInterruptsDoNotComeAnyMoreIsToldAtTheNextAccess() throws Exception {
        TrapWhilePending refusing = new TrapWhilePending() {
            @Override
            public void trap() throws IOException {
                throw new IOException("no");
            }

            @Override
            public void map() {}
        };
        use((vm, timer) -> {
            try (GuestInterrupts interrupts =
                    GuestInterrupts.assign(vm, timer.device(), both(timer), refusing, LineDelivery.PROGRAM)) {
                interrupts.accessed();
                level.raise();
                await(() -> !uncaught.isEmpty());
                assertThatThrownBy(interrupts::accessed)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the guest interrupts of " + TIMER + " do not come any more")
                        .hasRootCauseMessage("no");
            }
        });
    }

    @Test
    void onlyWhatIsTheGuestsHasADelivery() throws Exception {
        use((vm, timer) -> {
            List<GuestIrq> one = List.of(new GuestIrq(timer.irqs().get(1), EDGE_GSI));
            try (GuestInterrupts interrupts = GuestInterrupts.assign(
                    vm, timer.device(), one, TrapWhilePending.NOTHING_MAPPED, LineDelivery.KERNEL)) {
                assertThatThrownBy(() -> interrupts.delivery(0))
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessage("IRQs [1] of " + TIMER + " are the guest's, not 0");
            }
        });
    }

    @Test
    void anIrqIsPlacedAsWhatItIs() throws Exception {
        use((vm, timer) -> {
            try (GuestAssignment assigned =
                    GuestAssignment.of(timer).allowUnconfinedDma().assign(new MmioBus())) {
                PlacedDevice wrong = new PlacedDevice(TIMER, List.of(), List.of(new PlacedIrq(1, 4, true)));
                assertThatThrownBy(() -> GuestInterrupts.assign(vm, assigned, wrong, LineDelivery.KERNEL))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(TIMER + " IRQ 1 is placed as a level, but is an edge");
                PlacedDevice right = new PlacedDevice(TIMER, List.of(), List.of(new PlacedIrq(0, 4, true)));
                GuestInterrupts.assign(vm, assigned, right, LineDelivery.KERNEL);
                assertThat(played.irqFds()).containsExactly(4);
            }
            assertThat(played.irqFds()).as("closed with the assignment").isEmpty();
        });
    }

    private void live(Vm vm, PlatformDevice timer, LineDelivery delivery) throws Exception {
        try (GuestInterrupts interrupts = assign(vm, timer, delivery)) {
            interrupts.accessed();
        }
    }

    /** Whatever call fails, it is a typed error, and afterwards the interrupts can be the guest's all the same. */
    @ParameterizedTest
    @EnumSource
    void eachCallThatFailsIsATypedErrorAndNothingIsLeft(LineDelivery delivery) throws Exception {
        use((vm, timer) -> {
            live(vm, timer, delivery);
            Map<Integer, String> before = board.openDescriptors();
            int calls = played.made().size();
            live(vm, timer, delivery);
            calls = played.made().size() - calls;
            assertThat(calls).isGreaterThan(10);
            int refused = 0;
            for (int i = 0; i < calls; i++) {
                played.fail(i, Errno.ENOMEM);
                Throwable thrown = catchThrowable(() -> live(vm, timer, delivery));
                played.failNoMore();
                if (thrown != null) {
                    refused++;
                    Throwable refusal = thrown instanceof RuntimeException ? thrown.getCause() : thrown;
                    assertThat(refusal).as("call " + i).isInstanceOfSatisfying(VfioException.class, typed -> {
                        assertThat(typed.errno()).isEqualTo(Errno.ENOMEM);
                        assertThat(typed.remedy()).isNotBlank();
                    });
                }
                assertThat(board.openDescriptors()).as("call " + i).isEqualTo(before);
                live(vm, timer, delivery);
                assertThat(played.irqFds()).isEmpty();
            }
            assertThat(refused).isGreaterThan(5);
        });
    }
}
