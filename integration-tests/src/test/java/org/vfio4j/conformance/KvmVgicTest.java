// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.said;
import static org.vfio4j.conformance.KvmCalls.VGIC_V2;
import static org.vfio4j.conformance.KvmCalls.VGIC_V3;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A GICv3's life until the first run (arch/arm64/kvm/vgic/vgic-init.c, vgic-kvm-device.c, vgic-mmio-v3.c). */
class KvmVgicTest extends ConformanceTest {
    private static final int ADDR = 0;
    private static final int DIST = 2;
    private static final int REDIST = 3;
    private static final int REDIST_REGION = 5;
    private static final int NR_IRQS = 3;
    private static final int CTRL = 4;
    private static final int INIT = 0;
    private static final int SAVE_PENDING = 3;

    private static final long DIST_BASE = 0x800_0000L;
    private static final long REDIST_BASE = 0x80a_0000L;
    private static final long IPA_END = 1L << 40;

    private final KvmCalls kvm = new KvmCalls(world, calls);
    private final int vm = kvm.vm();

    private static long region(long count, long base, long flags, long index) {
        return count << 52 | base | flags << 12 | index;
    }

    @Test
    void aVmHasOneInterruptController() {
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(said(kvm.create(vm, VGIC_V3))).isEqualTo("EEXIST");
        calls.close(gic);
        assertThat(said(kvm.create(vm, VGIC_V3))).as("it stays with the VM").isEqualTo("EEXIST");
        assertThat(said(kvm.create(kvm.vm(), VGIC_V3))).isEqualTo("ok");
    }

    @Test
    void aGicV3WithoutTheRegionsOfAGicV2PlaysNone() {
        assertThat(kvm.test(vm, VGIC_V2)).isEqualTo("ENODEV");
        assertThat(said(kvm.create(vm, VGIC_V2))).isEqualTo("ENODEV");
        kvm.device(vm, VGIC_V3);
        assertThat(said(kvm.create(vm, VGIC_V2))).isEqualTo("ENODEV");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, ENXIO",
        "0, 1, ENXIO",
        "0, 2, ok",
        "0, 3, ok",
        "0, 4, ENXIO",
        "0, 5, ok",
        "0, 6, ENXIO",
        "2, 0, ENXIO",
        "3, 0, ok",
        "3, 77, ok",
        "4, 0, ok",
        "4, 1, ENXIO",
        "4, 2, ENXIO",
        "4, 3, ok",
        "4, 4, ENXIO",
        "7, 0, ok",
        "7, 32, ok",
        "7, 1024, ENXIO",
        "8, 0, ENXIO",
        "9, 0, ENXIO"
    })
    void anAttributeIsThereOrIsNot(int group, long number, String expected) {
        assertThat(kvm.has(kvm.device(vm, VGIC_V3), group, number)).isEqualTo(expected);
    }

    @Test
    void aRegisterNeedsAVcpuToBeAskedFor() {
        int gic = kvm.device(vm, VGIC_V3);
        for (int group : new int[] {1, 5, 6}) {
            assertThat(kvm.has(gic, group, 0)).as("group " + group).isEqualTo("EINVAL");
        }
        kvm.initializedVcpu(vm, 0);
        assertThat(kvm.has(gic, 1, 0)).as("GICD_CTLR").isEqualTo("ok");
        assertThat(kvm.has(gic, 1, 2)).isEqualTo("ENXIO");
        assertThat(kvm.has(gic, 1, 0x7000)).isEqualTo("ENXIO");
        assertThat(kvm.has(gic, 5, 0x14)).as("GICR_WAKER").isEqualTo("ok");
        assertThat(kvm.has(gic, 5, 0x1_0100)).as("GICR_ISENABLER0").isEqualTo("ok");
        assertThat(kvm.has(gic, 5, 0x18)).isEqualTo("ENXIO");
        assertThat(kvm.has(gic, 5, 1L << 32)).as("no vCPU of affinity 1").isEqualTo("EINVAL");
        assertThat(kvm.has(gic, 6, 0xc230)).as("ICC_PMR_EL1").isEqualTo("ok");
        assertThat(kvm.has(gic, 6, 0x1234)).isEqualTo("ENXIO");
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void anAddressIsAlignedReachableAndSetOnce(long number) {
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.get64(gic, ADDR, number, 0)).as("before it is set").isEqualTo("0xffffffffffffffff");
        assertThat(kvm.set64(gic, ADDR, number, 0x800_1000L)).as("4 KiB").isEqualTo("EINVAL");
        assertThat(kvm.set64(gic, ADDR, number, IPA_END)).as("beyond 40 bits").isEqualTo("E2BIG");
        assertThat(kvm.set(gic, ADDR, number, null)).isEqualTo("EFAULT");
        assertThat(kvm.set64(gic, ADDR, number, DIST_BASE)).isEqualTo("ok");
        assertThat(kvm.get64(gic, ADDR, number, 0)).isEqualTo("0x8000000");
        assertThat(kvm.set64(gic, ADDR, number, DIST_BASE)).isEqualTo("EEXIST");
        assertThat(kvm.get(gic, ADDR, number, null)).isEqualTo("EFAULT");
    }

    @Test
    void addressesOfOtherControllersAreUnknown() {
        int gic = kvm.device(vm, VGIC_V3);
        for (long number : new long[] {0, 1, 4, 6}) {
            assertThat(kvm.set64(gic, ADDR, number, DIST_BASE)).isEqualTo("ENXIO");
            assertThat(kvm.get64(gic, ADDR, number, 0)).isEqualTo("ENXIO");
        }
        assertThat(kvm.set64(gic, 99, 0, 0)).isEqualTo("ENXIO");
        assertThat(kvm.get64(gic, 99, 0, 0)).isEqualTo("ENXIO");
    }

    @Test
    void theWholeRangeOfTheRedistributorsIsWithinTheGuestsAddresses() {
        kvm.vcpu(vm, 0);
        kvm.vcpu(vm, 1);
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set64(gic, ADDR, REDIST, IPA_END - 0x2_0000)).isEqualTo("E2BIG");
        assertThat(kvm.set64(gic, ADDR, REDIST, IPA_END - 0x4_0000)).isEqualTo("ok");
    }

    @Test
    void aVmOfMoreBitsHasFartherAddresses() {
        int small = calls.keep(kvm.createVm(36));
        int gic = kvm.device(small, VGIC_V3);
        assertThat(kvm.set64(gic, ADDR, DIST, 1L << 36)).isEqualTo("E2BIG");
        assertThat(kvm.set64(gic, ADDR, DIST, (1L << 36) - 0x1_0000)).isEqualTo("ok");
        assertThat(said(kvm.createVm(31))).isEqualTo("EINVAL");
        assertThat(said(kvm.createVm(64))).isEqualTo("EINVAL");
        assertThat(said(kvm.createVm(0x100))).isEqualTo("EINVAL");
    }

    @Test
    void distributorAndRedistributorsDoNotOverlap() {
        kvm.vcpu(vm, 0);
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set64(gic, ADDR, DIST, DIST_BASE)).isEqualTo("ok");
        assertThat(kvm.set64(gic, ADDR, REDIST, DIST_BASE)).isEqualTo("EINVAL");
        assertThat(kvm.set64(gic, ADDR, REDIST, DIST_BASE - 0x1_0000)).isEqualTo("EINVAL");
        assertThat(kvm.set64(gic, ADDR, REDIST, DIST_BASE + 0x1_0000)).isEqualTo("ok");
    }

    @Test
    void theNumberOfInterruptsIsSetOnceBeforeInitialization() {
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.get32(gic, NR_IRQS, 0)).as("before").isEqualTo("0x20");
        for (int wrong : new int[] {0, 32, 63, 65, 1000, 1024, 2048, -32}) {
            assertThat(kvm.set32(gic, NR_IRQS, 0, wrong)).as("" + wrong).isEqualTo("EINVAL");
        }
        assertThat(kvm.set(gic, NR_IRQS, 0, null)).isEqualTo("EFAULT");
        assertThat(kvm.get(gic, NR_IRQS, 0, null)).isEqualTo("EFAULT");
        assertThat(kvm.set32(gic, NR_IRQS, 0, 992)).as("the most there can be").isEqualTo("ok");
        assertThat(kvm.set32(gic, NR_IRQS, 0, 992)).as("again").isEqualTo("EBUSY");
        assertThat(kvm.get32(gic, NR_IRQS, 0)).isEqualTo("0x3e0");
    }

    @Test
    void vcpusAreNoReasonAgainstTheNumberOfInterrupts() {
        kvm.vcpu(vm, 0);
        int gic = kvm.device(vm, VGIC_V3);
        kvm.vcpu(vm, 1);
        assertThat(kvm.set32(gic, NR_IRQS, 0, 128)).isEqualTo("ok");
    }

    @Test
    void initializationFreezesVcpusAndTheNumberOfInterrupts() {
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set(gic, CTRL, INIT, null)).as("without a vCPU").isEqualTo("ok");
        assertThat(kvm.get32(gic, NR_IRQS, 0)).isEqualTo("0x100");
        assertThat(kvm.set32(gic, NR_IRQS, 0, 128)).isEqualTo("EBUSY");
        assertThat(said(kvm.createVcpu(vm, 0))).as("too late for a vCPU").isEqualTo("EBUSY");
        assertThat(kvm.set(gic, CTRL, INIT, null)).as("again").isEqualTo("ok");
        assertThat(kvm.get32(gic, CTRL, INIT)).isEqualTo("ENXIO");
        assertThat(kvm.set(gic, CTRL, 1, null)).as("of an ITS").isEqualTo("ENXIO");
        assertThat(kvm.set64(gic, ADDR, DIST, DIST_BASE)).as("an address still").isEqualTo("ok");
    }

    @Test
    void pendingTablesAreSavedWhenThereAreNone() {
        kvm.vcpu(vm, 0);
        int gic = kvm.device(vm, VGIC_V3);
        kvm.set(gic, CTRL, INIT, null);
        assertThat(kvm.set(gic, CTRL, SAVE_PENDING, null)).isEqualTo("ok");
    }

    @Test
    void regionsOfRedistributorsComeInOrder() {
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(0, REDIST_BASE, 0, 0)))
                .as("empty")
                .isEqualTo("EINVAL");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(2, REDIST_BASE, 1, 0)))
                .as("flags")
                .isEqualTo("EINVAL");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(2, REDIST_BASE, 0, 1)))
                .as("index 1")
                .isEqualTo("EINVAL");
        assertThat(kvm.get64(gic, ADDR, REDIST_REGION, 0)).as("none yet").isEqualTo("ENOENT");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(2, REDIST_BASE, 0, 0)))
                .isEqualTo("ok");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(1, REDIST_BASE + 0x2_0000, 0, 1)))
                .as("overlaps the first")
                .isEqualTo("EINVAL");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(1, REDIST_BASE + 0x4_0000, 0, 2)))
                .as("not the next index")
                .isEqualTo("EINVAL");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(1, IPA_END, 0, 1)))
                .isEqualTo("E2BIG");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(2, IPA_END - 0x2_0000, 0, 1)))
                .as("its end is beyond")
                .isEqualTo("E2BIG");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(3, REDIST_BASE + 0x4_0000, 0, 1)))
                .isEqualTo("ok");
        assertThat(kvm.get64(gic, ADDR, REDIST_REGION, 1))
                .isEqualTo("0x" + Long.toHexString(region(3, REDIST_BASE + 0x4_0000, 0, 1)));
        assertThat(kvm.get64(gic, ADDR, REDIST_REGION, 2)).isEqualTo("ENOENT");
        assertThat(kvm.set64(gic, ADDR, REDIST, REDIST_BASE)).as("mixed").isEqualTo("EINVAL");
        assertThat(kvm.get64(gic, ADDR, REDIST, 0)).as("the first").isEqualTo("0x80a0000");
    }

    /** The 12 bits of the index end up in a u8. */
    @Test
    void fourBitsOfTheIndexAreDropped() {
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(1, REDIST_BASE, 0, 256)))
                .isEqualTo("ok");
        assertThat(kvm.get64(gic, ADDR, REDIST_REGION, 0))
                .isEqualTo("0x" + Long.toHexString(region(1, REDIST_BASE, 0, 0)));
    }

    @Test
    void regionsAfterAllRedistributorsAreMixed() {
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set64(gic, ADDR, REDIST, REDIST_BASE)).isEqualTo("ok");
        assertThat(kvm.set64(gic, ADDR, REDIST_REGION, region(1, 0x900_0000, 0, 0)))
                .isEqualTo("EINVAL");
    }

    @Test
    void aVcpuThatIsNotInitializedDoesNotRun() {
        assertThat(kvm.run(kvm.vcpu(vm, 0))).isEqualTo("ENOEXEC");
    }

    @Test
    void withoutEnoughRedistributorsTheFirstRunEndsTheVm() {
        kvm.initializedVcpu(vm, 0);
        int vcpu = kvm.initializedVcpu(vm, 1);
        int gic = kvm.device(vm, VGIC_V3);
        kvm.set64(gic, ADDR, DIST, DIST_BASE);
        kvm.set64(gic, ADDR, REDIST_REGION, region(1, REDIST_BASE, 0, 0));
        kvm.set(gic, CTRL, INIT, null);
        assertThat(kvm.run(vcpu)).isEqualTo("ENXIO");
        assertThat(kvm.run(vcpu)).as("the VM is dead").isEqualTo("EIO");
        assertThat(kvm.has(gic, ADDR, DIST)).isEqualTo("EIO");
        assertThat(said(kvm.create(vm, KvmCalls.VFIO))).isEqualTo("EIO");
        assertThat(said(kvm.createVcpu(vm, 2))).isEqualTo("EIO");
    }

    @Test
    void withoutInitializationTheFirstRunEndsTheVm() {
        int vcpu = kvm.initializedVcpu(vm, 0);
        int gic = kvm.device(vm, VGIC_V3);
        kvm.set64(gic, ADDR, DIST, DIST_BASE);
        kvm.set64(gic, ADDR, REDIST, REDIST_BASE);
        assertThat(kvm.run(vcpu)).isEqualTo("EBUSY");
        assertThat(kvm.run(vcpu)).isEqualTo("EIO");
    }

    @Test
    void withoutADistributorTheFirstRunEndsTheVm() {
        int vcpu = kvm.initializedVcpu(vm, 0);
        int gic = kvm.device(vm, VGIC_V3);
        kvm.set64(gic, ADDR, REDIST, REDIST_BASE);
        kvm.set(gic, CTRL, INIT, null);
        assertThat(kvm.run(vcpu)).isEqualTo("ENXIO");
    }

    @Test
    void withAnOverlapTheFirstRunEndsTheVm() {
        int vcpu = kvm.initializedVcpu(vm, 0);
        int gic = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set64(gic, ADDR, REDIST, DIST_BASE)).isEqualTo("ok");
        assertThat(kvm.set64(gic, ADDR, DIST, DIST_BASE)).as("not seen here").isEqualTo("ok");
        kvm.set(gic, CTRL, INIT, null);
        assertThat(kvm.run(vcpu)).isEqualTo("EINVAL");
    }

    @Test
    void vcpusHaveIdsOfTheirOwn() {
        kvm.device(vm, VGIC_V3);
        kvm.vcpu(vm, 3);
        assertThat(said(kvm.createVcpu(vm, 3))).isEqualTo("EEXIST");
        assertThat(said(kvm.createVcpu(vm, 512))).isEqualTo("EINVAL");
        assertThat(said(kvm.createVcpu(vm, -1))).isEqualTo("EINVAL");
        assertThat(said(kvm.createVcpu(vm, 511))).isEqualTo("ok");
    }
}
