// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.KvmCalls.VGIC_V3;

import org.junit.jupiter.api.Test;

/** A GICv3's registers as attributes (arch/arm64/kvm/vgic/vgic-mmio-v3.c, vgic-sys-reg-v3.c). */
class KvmVgicRegistersTest extends ConformanceTest {
    private static final int DIST = 1;
    private static final int NR_IRQS = 3;
    private static final int CTRL = 4;
    private static final int REDIST = 5;
    private static final int SYSREGS = 6;
    private static final int LEVELS = 7;

    private static final int GICD_TYPER = 4;
    private static final int GICD_ISENABLER1 = 0x104;
    private static final int GICD_ICENABLER1 = 0x184;
    private static final int GICD_IPRIORITYR8 = 0x420;
    private static final int GICD_ICFGR2 = 0xc08;
    private static final int GICR_TYPER = 8;
    private static final int ICC_PMR = 0xc230;
    private static final int ICC_SRE = 0xc665;
    private static final long SECOND = 1L << 32;

    private final KvmCalls kvm = new KvmCalls(world, calls);
    private final int vm = kvm.vm();
    private final int gic = gicWithTwoVcpus();

    private int gicWithTwoVcpus() {
        kvm.initializedVcpu(vm, 0);
        kvm.initializedVcpu(vm, 1);
        int device = kvm.device(vm, VGIC_V3);
        assertThat(kvm.set32(device, NR_IRQS, 0, 96)).isEqualTo("ok");
        return device;
    }

    private void initialize() {
        assertThat(kvm.set(gic, CTRL, 0, null)).isEqualTo("ok");
    }

    @Test
    void nothingIsReadBeforeInitialization() {
        assertThat(kvm.get32(gic, DIST, 0)).isEqualTo("EBUSY");
        assertThat(kvm.get32(gic, REDIST, 0)).isEqualTo("EBUSY");
        assertThat(kvm.get64(gic, SYSREGS, ICC_PMR, 0)).isEqualTo("EBUSY");
        assertThat(kvm.get32(gic, LEVELS, 32)).isEqualTo("EBUSY");
        assertThat(kvm.set32(gic, DIST, 0, 0)).isEqualTo("EBUSY");
        assertThat(kvm.set(gic, DIST, 0, null)).as("the value is taken first").isEqualTo("EFAULT");
        assertThat(kvm.get(gic, DIST, 0, null)).isEqualTo("EBUSY");
    }

    @Test
    void theDistributorSaysHowManyInterruptsThereAre() {
        initialize();
        assertThat(kvm.get32(gic, DIST, GICD_TYPER)).isEqualTo("0x480002");
        assertThat(kvm.get32(gic, DIST, SECOND | GICD_TYPER)).as("any affinity").isEqualTo("0x480002");
        assertThat(kvm.get(gic, DIST, 0, null)).isEqualTo("EFAULT");
    }

    @Test
    void setAndClearAreOfOneBit() {
        initialize();
        assertThat(kvm.set32(gic, DIST, GICD_ISENABLER1, 0xff)).isEqualTo("ok");
        assertThat(kvm.set32(gic, DIST, GICD_ICENABLER1, 0x0f)).isEqualTo("ok");
        assertThat(kvm.get32(gic, DIST, GICD_ISENABLER1)).isEqualTo("0xf0");
        assertThat(kvm.get32(gic, DIST, GICD_ICENABLER1)).isEqualTo("0xf0");
    }

    @Test
    void aPriorityIsKept() {
        initialize();
        assertThat(kvm.set32(gic, DIST, GICD_IPRIORITYR8, 0xa0a0a0a0)).isEqualTo("ok");
        assertThat(kvm.get32(gic, DIST, GICD_IPRIORITYR8)).isEqualTo("0xa0a0a0a0");
    }

    /** vgic_uaccess_read: only KVM_HAS_DEVICE_ATTR refuses them. */
    @Test
    void whatIsNoRegisterReadsAsZerosAndIgnoresWrites() {
        initialize();
        for (long offset : new long[] {0x7000, 0x110, 0x10c, 2}) {
            assertThat(kvm.has(gic, DIST, offset))
                    .as("0x" + Long.toHexString(offset))
                    .isEqualTo("ENXIO");
            assertThat(kvm.set32(gic, DIST, offset, -1)).isEqualTo("ok");
            assertThat(kvm.get32(gic, DIST, offset)).isEqualTo("0x0");
        }
        assertThat(kvm.has(gic, DIST, 0x108)).as("of interrupts 64 to 95").isEqualTo("ok");
    }

    @Test
    void aRedistributorIsOfAVcpu() {
        initialize();
        assertThat(kvm.get32(gic, REDIST, SECOND | GICR_TYPER + 4))
                .as("its affinity")
                .isEqualTo("0x1");
        assertThat(kvm.get32(gic, REDIST, GICR_TYPER + 4)).isEqualTo("0x0");
        assertThat(kvm.get32(gic, REDIST, 2 * SECOND | GICR_TYPER))
                .as("no third vCPU")
                .isEqualTo("EINVAL");
        assertThat(kvm.set32(gic, REDIST, SECOND | 0x1_0180, -1))
                .as("disable SGIs and PPIs")
                .isEqualTo("ok");
        assertThat(kvm.get32(gic, REDIST, SECOND | 0x1_0100)).isEqualTo("0x0");
        assertThat(kvm.get32(gic, REDIST, 0x1_0100)).as("of the other").isEqualTo("0xffff");
        assertThat(kvm.set32(gic, REDIST, 0x1_0c00, 0)).isEqualTo("ok");
        assertThat(kvm.get32(gic, REDIST, 0x1_0c00)).as("SGIs stay edges").isEqualTo("0xaaaaaaaa");
        assertThat(kvm.set32(gic, REDIST, 0x1_0c04, -1)).isEqualTo("ok");
        assertThat(kvm.get32(gic, REDIST, 0x1_0c04)).as("PPIs stay levels").isEqualTo("0x0");
    }

    @Test
    void aSystemRegisterHas64BitsAndIsOfAVcpu() {
        initialize();
        assertThat(kvm.set64(gic, SYSREGS, SECOND | ICC_PMR, 0xf0)).isEqualTo("ok");
        assertThat(kvm.get64(gic, SYSREGS, SECOND | ICC_PMR, -1)).isEqualTo("0xf0");
        assertThat(kvm.get64(gic, SYSREGS, ICC_PMR, -1)).isEqualTo("0x0");
        assertThat(kvm.get64(gic, SYSREGS, ICC_SRE, -1)).isEqualTo("0x7");
        assertThat(kvm.set64(gic, SYSREGS, ICC_SRE, 0)).isEqualTo("EINVAL");
        assertThat(kvm.get64(gic, SYSREGS, 0x1234, 0)).as("no such register").isEqualTo("ENOENT");
        assertThat(kvm.get64(gic, SYSREGS, 2 * SECOND | ICC_PMR, 0)).isEqualTo("EINVAL");
        assertThat(kvm.get(gic, SYSREGS, ICC_PMR, null)).isEqualTo("EFAULT");
    }

    @Test
    void levelsAreOf32LinesAtAMultipleOf32() {
        initialize();
        assertThat(kvm.get32(gic, LEVELS, 33)).isEqualTo("EINVAL");
        assertThat(kvm.get32(gic, LEVELS, 32 | 1 << 10)).as("something else").isEqualTo("EINVAL");
        assertThat(kvm.get32(gic, DIST, GICD_ICFGR2))
                .as("SPIs are edges at first")
                .isEqualTo("0xaaaaaaaa");
        assertThat(kvm.set32(gic, LEVELS, 32, 0x10)).isEqualTo("ok");
        assertThat(kvm.get32(gic, LEVELS, 32)).as("of an edge it is not shown").isEqualTo("0x0");
        assertThat(kvm.set32(gic, DIST, GICD_ICFGR2, 0xffff_fcff))
                .as("36 is a level")
                .isEqualTo("ok");
        assertThat(kvm.get32(gic, DIST, GICD_ICFGR2)).isEqualTo("0xaaaaa8aa");
        assertThat(kvm.get32(gic, LEVELS, 32)).as("and kept").isEqualTo("0x10");
        assertThat(kvm.get32(gic, LEVELS, SECOND | 32)).as("for any vCPU").isEqualTo("0x10");
        assertThat(kvm.set32(gic, LEVELS, 96, -1)).as("not implemented").isEqualTo("ok");
        assertThat(kvm.get32(gic, LEVELS, 96)).isEqualTo("0x0");
        assertThat(kvm.set32(gic, LEVELS, SECOND, 0xf000_ffff))
                .as("SGIs have none")
                .isEqualTo("ok");
        assertThat(kvm.get32(gic, LEVELS, SECOND)).isEqualTo("0xf0000000");
        assertThat(kvm.get32(gic, LEVELS, 0)).isEqualTo("0x0");
    }
}
