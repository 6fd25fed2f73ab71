// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.vfio4j.conformance.KvmCalls.VGIC_V3;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.vfio4j.kvm.abi.KvmIoctl;

/** Attributes of KVM, VMs and vCPUs of arm64 (arch/arm64/kvm/arm.c, arch_timer.c, pvtime.c, hypercalls.c). */
class KvmObjectAttributesTest extends ConformanceTest {
    private static final int PMU = 0;
    private static final int TIMER = 1;
    private static final int TIME = 2;
    private static final int SMCCC = 0;

    private final KvmCalls kvm = new KvmCalls(world, calls);
    private final int vm = kvm.vm();

    @Test
    void kvmItselfHasNone() {
        for (int request :
                new int[] {KvmIoctl.KVM_HAS_DEVICE_ATTR, KvmIoctl.KVM_GET_DEVICE_ATTR, KvmIoctl.KVM_SET_DEVICE_ATTR}) {
            assertThat(kvm.attribute(kvm.kvm, request, 0, 0, 0, Calls.memory(8)))
                    .isEqualTo("EINVAL");
        }
    }

    @Test
    void aVmHasAFilterOfCallsThatIsOnlySet() {
        assertThat(kvm.has(vm, SMCCC, 0)).isEqualTo("ok");
        assertThat(kvm.has(vm, SMCCC, 1)).isEqualTo("ENXIO");
        assertThat(kvm.has(vm, 1, 0)).isEqualTo("ENXIO");
        assertThat(kvm.get64(vm, SMCCC, 0, 0)).isEqualTo("EINVAL");
        assertThat(kvm.set(vm, SMCCC, 1, filter(0xc600_0000, 1, 1))).isEqualTo("ENXIO");
    }

    private static ByteBuffer filter(int base, int count, int action) {
        return Calls.words(24, base, count, action);
    }

    @Test
    void aRangeOfCallsIsSetOnce() {
        assertThat(kvm.set(vm, SMCCC, 0, null)).isEqualTo("EFAULT");
        assertThat(kvm.set(vm, SMCCC, 0, filter(0xc600_0000, 0, 1))).as("empty").isEqualTo("EINVAL");
        assertThat(kvm.set(vm, SMCCC, 0, filter(-1, 2, 1))).as("wraps").isEqualTo("EINVAL");
        assertThat(kvm.set(vm, SMCCC, 0, filter(0xc600_0000, 1, 3)))
                .as("no such action")
                .isEqualTo("EINVAL");
        assertThat(kvm.set(vm, SMCCC, 0, filter(0xc600_0000, 1, 0x101)))
                .as("padding")
                .isEqualTo("EINVAL");
        assertThat(kvm.set(vm, SMCCC, 0, filter(0xc600_0000, 16, 2))).isEqualTo("ok");
        assertThat(kvm.set(vm, SMCCC, 0, filter(0xc600_000f, 16, 2)))
                .as("overlaps")
                .isEqualTo("EEXIST");
        assertThat(kvm.set(vm, SMCCC, 0, filter(0x8000_0000, 1, 1)))
                .as("the architecture's")
                .isEqualTo("EEXIST");
        assertThat(kvm.set(vm, SMCCC, 0, filter(0xc600_0010, 16, 2))).isEqualTo("ok");
    }

    @Test
    void theTimersInterruptsArePpisOfAllVcpus() {
        int first = kvm.initializedVcpu(vm, 0);
        int second = kvm.initializedVcpu(vm, 1);
        assertThat(kvm.has(first, TIMER, 0)).isEqualTo("ok");
        assertThat(kvm.has(first, TIMER, 3)).isEqualTo("ok");
        assertThat(kvm.has(first, TIMER, 4)).isEqualTo("ENXIO");
        assertThat(kvm.get32(first, TIMER, 0)).as("virtual").isEqualTo("0x1b");
        assertThat(kvm.get32(first, TIMER, 1)).as("physical").isEqualTo("0x1e");
        assertThat(kvm.get32(first, TIMER, 4)).isEqualTo("ENXIO");
        assertThat(kvm.get(first, TIMER, 0, null)).isEqualTo("EFAULT");
        assertThat(kvm.set32(first, TIMER, 0, 20)).as("no interrupt controller").isEqualTo("EINVAL");
        kvm.device(vm, VGIC_V3);
        assertThat(kvm.set32(first, TIMER, 0, 15)).as("an SGI").isEqualTo("EINVAL");
        assertThat(kvm.set32(first, TIMER, 0, 32)).as("an SPI").isEqualTo("EINVAL");
        assertThat(kvm.set(first, TIMER, 0, null)).isEqualTo("EFAULT");
        assertThat(kvm.set32(first, TIMER, 4, 20)).isEqualTo("ENXIO");
        assertThat(kvm.set32(first, TIMER, 0, 20)).isEqualTo("ok");
        assertThat(kvm.get32(second, TIMER, 0)).isEqualTo("0x14");
    }

    /** The lab's kernel is without CONFIG_HW_PERF_EVENTS; one that has it says ENODEV to KVM_SET_DEVICE_ATTR. */
    @Test
    void aVcpuWithoutAPerformanceMonitorHasNothingOfOne() {
        int vcpu = kvm.initializedVcpu(vm, 0);
        kvm.device(vm, VGIC_V3);
        for (int number = 0; number < 4; number++) {
            assertThat(kvm.has(vcpu, PMU, number)).isEqualTo("ENXIO");
            assertThat(kvm.set32(vcpu, PMU, number, 23)).isIn("ENXIO", "ENODEV");
        }
    }

    @Test
    void stolenTimeIsToldInTheGuestsMemory() {
        int vcpu = kvm.initializedVcpu(vm, 0);
        assumeTrue(kvm.has(vcpu, TIME, 0).equals("ok"), "not run: this kernel does not count stolen time");
        assertThat(kvm.has(vcpu, TIME, 1)).isEqualTo("ENXIO");
        assertThat(kvm.get64(vcpu, TIME, 0, 0)).isEqualTo("0xffffffffffffffff");
        assertThat(kvm.set64(vcpu, TIME, 0, 0x4000_0020L)).as("not aligned").isEqualTo("EINVAL");
        assertThat(kvm.set64(vcpu, TIME, 0, 0x4000_0000L)).as("no memory").isEqualTo("EINVAL");
        ByteBuffer slot = Calls.memory(32)
                .putLong(8, 0x4000_0000L)
                .putLong(16, world.linux().pageSize())
                .putLong(24, calls.pages(1));
        assertThat(calls.ioctl(vm, KvmIoctl.KVM_SET_USER_MEMORY_REGION, slot)).isEqualTo("ok");
        assertThat(kvm.set64(vcpu, TIME, 0, 0x4000_0000L)).isEqualTo("ok");
        assertThat(kvm.set64(vcpu, TIME, 0, 0x4000_0000L)).isEqualTo("EEXIST");
        assertThat(kvm.get64(vcpu, TIME, 0, 0)).isEqualTo("0x40000000");
    }

    @Test
    void otherGroupsOfAVcpuAreUnknown() {
        int vcpu = kvm.initializedVcpu(vm, 0);
        assertThat(kvm.has(vcpu, 9, 0)).isEqualTo("ENXIO");
        assertThat(kvm.get64(vcpu, 9, 0, 0)).isEqualTo("ENXIO");
        assertThat(kvm.set64(vcpu, 9, 0, 0)).isEqualTo("ENXIO");
    }
}
