// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.VgicV2;
import org.vfio4j.kvm.VgicV2Attributes;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.VfioException;

/** A GICv2 for a guest, which the lab's machine cannot play (arch/arm64/kvm/vgic/vgic-init.c, vgic-v2.c, vgic-mmio-v2.c). */
class KvmGicV2Test {
    private static final long DISTRIBUTOR = 0x800_0000L;
    private static final long CPU_INTERFACE = 0x801_0000L;

    private final SimulatedBoard board =
            SimulatedBoard.builder(KvmTree.of(KvmTree.V3_WITH_V2)).build();
    private final Kvm kvm;
    private final Vm vm;

    KvmGicV2Test() throws Exception {
        kvm = Kvm.open(board.syscalls());
        vm = kvm.createVm();
    }

    @AfterEach
    void close() {
        kvm.close();
    }

    private VgicV2 gic() throws Exception {
        return new VgicV2(vm.createDevice(KvmDeviceType.VGIC_V2));
    }

    private static void assertRefused(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(errno));
    }

    @Test
    void theTypesFollowFromTheMachinesGic() throws Exception {
        assertThat(types(KvmTree.V3)).isEqualTo("VFIO VGIC_V3 VGIC_ITS");
        assertThat(types(KvmTree.V3_WITH_V2)).isEqualTo("VFIO VGIC_V2 VGIC_V3 VGIC_ITS");
        assertThat(types(KvmTree.V2)).isEqualTo("VFIO VGIC_V2");
        assertThat(types(KvmTree.NONE)).isEqualTo("VFIO");
    }

    private static String types(String gic) throws Exception {
        SimulatedBoard machine = SimulatedBoard.builder(KvmTree.of(gic)).build();
        StringBuilder types = new StringBuilder();
        try (Kvm opened = Kvm.open(machine.syscalls());
                Vm any = opened.createVm()) {
            for (KvmDeviceType type : KvmDeviceType.values()) {
                if (any.supports(type)) {
                    types.append(types.isEmpty() ? "" : " ").append(type);
                }
            }
        }
        return types.toString();
    }

    @Test
    void aKernelCanBeWithoutKvm() {
        SimulatedBoard without =
                SimulatedBoard.builder(KvmTree.of(KvmTree.V3)).kvm(false).build();

        assertRefused(Errno.ENOENT, () -> Kvm.open(without.syscalls()));
    }

    @Test
    void oneOfTwoKindsIsAll() throws Exception {
        try (VgicV2 gic = gic()) {
            assertThat(gic.isClosed()).isFalse();
            assertRefused(Errno.EEXIST, () -> vm.createDevice(KvmDeviceType.VGIC_V3));
        }
        assertRefused(Errno.EEXIST, () -> vm.createDevice(KvmDeviceType.VGIC_V2));
    }

    @Test
    void itIsForUpTo8Vcpus() throws Exception {
        for (int id = 0; id < 8; id++) {
            vm.createVcpu(id);
        }
        try (VgicV2 gic = gic()) {
            assertRefused(Errno.EINVAL, () -> vm.createVcpu(8));
            assertThat(gic.device().attributes().has(VgicV2Attributes.cpuRegister(7, 0)))
                    .isTrue();
        }
        try (Vm larger = kvm.createVm()) {
            for (int id = 0; id < 9; id++) {
                larger.createVcpu(id);
            }
            assertRefused(Errno.E2BIG, () -> larger.createDevice(KvmDeviceType.VGIC_V2));
        }
    }

    @Test
    void addressesAreMultiplesOf4KiBAndSetOnce() throws Exception {
        try (VgicV2 gic = gic()) {
            assertThatThrownBy(() -> gic.setDistributor(0x800_0800L)).isInstanceOf(IllegalArgumentException.class);
            assertRefused(Errno.E2BIG, () -> gic.setCpuInterface((1L << 40) - 0x1000));
            gic.setDistributor(0x800_1000L);
            gic.setCpuInterface(0x800_2000L);
            assertThat(gic.device().attributes().get(VgicV2Attributes.CPU_INTERFACE))
                    .isEqualTo(0x800_2000L);
            assertThatThrownBy(() -> gic.setCpuInterface(0x800_2000L)).isInstanceOf(IllegalStateException.class);
            assertThat(gic.device().attributes().hasRaw(0, 2)).as("of a GICv3").isFalse();
        }
    }

    @Test
    void anAccessToARegisterInitializesIt() throws Exception {
        try (VgicV2 gic = gic()) {
            assertThatThrownBy(() -> gic.device().attributes().get(VgicV2Attributes.distributorRegister(0, 4)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("after the vCPUs");
            vm.createVcpu(0);
            assertThat(gic.device().attributes().get(VgicV2Attributes.distributorRegister(0, 4)))
                    .as("256 interrupts, one vCPU")
                    .isEqualTo(7);
            assertThatThrownBy(() -> gic.setIrqCount(64))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("before INIT");
            assertThatThrownBy(() -> vm.createVcpu(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatIsMissingOrOverlapsEndsTheVmAtTheFirstRun() throws Exception {
        assertThat(firstRun(-1, CPU_INTERFACE)).isEqualTo(Errno.ENXIO);
        assertThat(firstRun(DISTRIBUTOR, -1)).isEqualTo(Errno.ENXIO);
        assertThat(firstRun(DISTRIBUTOR, DISTRIBUTOR)).isEqualTo(Errno.EINVAL);
        assertThat(firstRun(DISTRIBUTOR, DISTRIBUTOR - 0x1000)).isEqualTo(Errno.EINVAL);
        assertThat(firstRun(DISTRIBUTOR, CPU_INTERFACE))
                .as("initialized by the run; the simulation has no processor")
                .isEqualTo(Errno.ENOSYS);
    }

    private Errno firstRun(long distributor, long cpuInterface) throws Exception {
        try (Vm own = kvm.createVm();
                VgicV2 gic = new VgicV2(own.createDevice(KvmDeviceType.VGIC_V2))) {
            KvmRun run = KvmRun.of(own);
            if (distributor >= 0) {
                gic.setDistributor(distributor);
            }
            if (cpuInterface >= 0) {
                gic.setCpuInterface(cpuInterface);
            }
            return run.run();
        }
    }
}
