// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.EventFd;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** What {@code /dev/kvm} of an x86-64 machine refuses, and with which error. */
@Timeout(60)
class X86VmTest {
    private static final int PAGE = 0x1000;

    private Kvm kvm;
    private Vm vm;
    private long memory;
    private EventFd event;

    @BeforeEach
    void createVm() throws Exception {
        kvm = X86Guest.openKvm();
        vm = kvm.createVm();
        memory = X86Guest.allocate(2 * PAGE);
        event = EventFd.create(X86Guest.LINUX, "event");
    }

    @AfterEach
    void close() {
        if (kvm != null) {
            kvm.close();
            event.close();
            X86Guest.LINUX.munmap(memory, 2 * PAGE);
        }
    }

    @Test
    void whatEveryKvmHasIsThere() throws Exception {
        assertThat(kvm.check(KvmCapability.USER_MEMORY)).isPositive();
        assertThat(kvm.check(KvmCapability.NR_MEMSLOTS)).isGreaterThanOrEqualTo(32);
        assertThat(vm.check(KvmCapability.IRQFD_RESAMPLE)).isEqualTo(1);
        assertThat(vm.check(KvmCapability.IMMEDIATE_EXIT)).isEqualTo(1);
        assertThat(kvm.check(KvmCapability.ARM_VM_IPA_SIZE)).as("not of x86").isZero();
    }

    @Test
    void memoryIsWholePagesSoASmallRegionCannotBeASlot() {
        refused(() -> vm.memory(0, 0x1008, PAGE, memory), Step.KVM_SET_MEMORY, Errno.EINVAL);
        refused(() -> vm.memory(0, 0x1000, 0x18, memory), Step.KVM_SET_MEMORY, Errno.EINVAL);
        refused(() -> vm.memory(0, 0x1000, PAGE, memory + 0x10), Step.KVM_SET_MEMORY, Errno.EINVAL);
        assertThatThrownBy(() -> vm.memory(0, 0x1000, 0, memory)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void slotsAreLimitedAndDoNotOverlap() throws Exception {
        int slots = vm.check(KvmCapability.NR_MEMSLOTS);
        refused(() -> vm.memory(slots, 0x1000, PAGE, memory), Step.KVM_SET_MEMORY, Errno.EINVAL);
        MemorySlot first = vm.memory(0, 0x1000, 2 * PAGE, memory);
        assertThat(first).hasToString("slot 0 at 0x1000 size 0x2000");
        refused(() -> vm.memory(1, 0x2000, PAGE, memory), Step.KVM_SET_MEMORY, Errno.EEXIST);
        first.close();
        vm.memory(1, 0x2000, PAGE, memory).close();
        vm.memory(slots - 1, 0x2000, PAGE, memory);
    }

    @Test
    void aVcpuIsCreatedOnce() throws Exception {
        assertThat(vm.createVcpu(0).id()).isZero();
        refused(() -> vm.createVcpu(0), Step.KVM_CREATE_VCPU, Errno.EEXIST);
        refused(() -> vm.createVcpu(1 << 20), Step.KVM_CREATE_VCPU, Errno.EINVAL);
    }

    @Test
    void theInterruptControllerIsCreatedOnceAndBeforeTheVcpus() throws Exception {
        refused(() -> vm.setIrqLine(4, true), Step.KVM_IRQ_LINE, Errno.ENXIO);
        vm.createIrqChip();
        refused(vm::createIrqChip, Step.KVM_CREATE_IRQCHIP, Errno.EEXIST);
        vm.setIrqLine(4, true);
        vm.setIrqLine(4, false);
        try (Vm other = kvm.createVm()) {
            other.createVcpu(0);
            refused(other::createIrqChip, Step.KVM_CREATE_IRQCHIP, Errno.EINVAL);
        }
    }

    @Test
    void anIrqfdNeedsAnInterruptControllerAndAnEventfdOfItsOwn() throws Exception {
        refused(() -> vm.irqFd(4, event), Step.KVM_IRQFD, Errno.EINVAL);
        vm.createIrqChip();
        IrqFd irqFd = vm.irqFd(4, event);
        assertThat(irqFd.isLevel()).isFalse();
        assertThat(irqFd.gsi()).isEqualTo(4);
        refused(() -> vm.irqFd(5, event), Step.KVM_IRQFD, Errno.EBUSY);
        irqFd.close();
        irqFd.close();
        try (EventFd resample = EventFd.create(X86Guest.LINUX, "resample");
                IrqFd level = vm.irqFd(5, event, resample)) {
            assertThat(level.isLevel()).isTrue();
        }
    }

    @Test
    void anEventfdIsKeptOpenAsLongAsItIsAssigned() throws Exception {
        vm.createIrqChip();
        IrqFd irqFd = vm.irqFd(4, event);
        event.close();
        irqFd.close();
        assertThatThrownBy(() -> vm.irqFd(4, event)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anIoeventfdHasAWidthAndIsThereOnce() throws Exception {
        refused(() -> vm.ioEventFd(IoEventMatch.memory(0x9000, 3), event), Step.KVM_IOEVENTFD, Errno.EINVAL);
        refused(() -> vm.ioEventFd(IoEventMatch.memory(-2, 4), event), Step.KVM_IOEVENTFD, Errno.EINVAL);
        refused(() -> vm.ioEventFd(IoEventMatch.memory(0x9000, 0).ofValue(1), event), Step.KVM_IOEVENTFD, Errno.EINVAL);
        IoEventMatch match = IoEventMatch.memory(0x9000, 4).ofValue(1);
        IoEventFd ioEventFd = vm.ioEventFd(match, event);
        refused(() -> vm.ioEventFd(match, event), Step.KVM_IOEVENTFD, Errno.EEXIST);
        vm.ioEventFd(IoEventMatch.memory(0x9000, 4).ofValue(2), event).close();
        ioEventFd.close();
        ioEventFd.close();
        vm.ioEventFd(match, event);
    }

    @Test
    void routesAreReplacedAsAWhole() throws Exception {
        refused(() -> vm.route(List.of(new GsiRoute.ToPin(4, 0, 4))), Step.KVM_SET_GSI_ROUTING, Errno.EINVAL);
        vm.createIrqChip();
        vm.route(List.of(
                new GsiRoute.ToPin(4, 0, 4),
                new GsiRoute.ToPin(4, 2, 4),
                new GsiRoute.ToMsi(24, new Msi(0xfee0_0000L, 0x31))));
        refused(
                () -> vm.route(List.of(new GsiRoute.ToPin(4, 0, 4), new GsiRoute.ToPin(4, 0, 5))),
                Step.KVM_SET_GSI_ROUTING,
                Errno.EINVAL);
        refused(() -> vm.route(List.of(new GsiRoute.ToPin(4, 9, 4))), Step.KVM_SET_GSI_ROUTING, Errno.EINVAL);
    }

    @Test
    void aCapabilityThatCannotBeEnabledIsRefused() {
        refused(() -> vm.enable(KvmCapability.USER_MEMORY), Step.KVM_ENABLE_CAP, Errno.EINVAL);
        assertThatThrownBy(() -> vm.enable(KvmCapability.USER_MEMORY, 1, 2, 3, 4, 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatBelongsToAVmIsClosedWithIt() throws Exception {
        vm.createIrqChip();
        Vcpu vcpu = vm.createVcpu(0);
        MemorySlot slot = vm.memory(0, 0, PAGE, memory);
        IrqFd irqFd = vm.irqFd(4, event);

        kvm.close();
        kvm.close();

        assertThat(vm.isClosed()).isTrue();
        assertThat(vcpu.isClosed()).isTrue();
        slot.close();
        irqFd.close();
        vcpu.kick();
        event.signal();
        assertThatThrownBy(vcpu::run).isInstanceOf(IllegalStateException.class).hasMessage("vCPU 0 is closed");
        assertThatThrownBy(() -> vm.createVcpu(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(kvm::createVm).isInstanceOf(IllegalStateException.class);
    }

    private static void refused(ThrowingCallable call, Step step, Errno errno) {
        assertThatThrownBy(call).isInstanceOfSatisfying(VfioException.class, e -> {
            assertThat(e.step()).isEqualTo(step);
            assertThat(e.errno()).isEqualTo(errno);
        });
    }
}
