// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.said;
import static org.vfio4j.conformance.KvmCalls.ITS;
import static org.vfio4j.conformance.KvmCalls.VGIC_V3;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An ITS of a VM (arch/arm64/kvm/vgic/vgic-its.c). */
class KvmItsTest extends ConformanceTest {
    private static final int ADDR = 0;
    private static final int CTRL = 4;
    private static final int REGS = 8;
    private static final int ADDRESS = 4;
    private static final int CTLR = 0;
    private static final int IIDR = 4;
    private static final int TYPER = 8;
    private static final int CBASER = 0x80;

    private final KvmCalls kvm = new KvmCalls(world, calls);
    private final int vm = kvm.vm();

    @Test
    void aVmHasSeveral() {
        kvm.device(vm, VGIC_V3);
        kvm.device(vm, ITS);
        assertThat(said(kvm.create(vm, ITS))).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4, ok",
        "0, 2, ENXIO",
        "0, 5, ENXIO",
        "4, 0, ok",
        "4, 1, ok",
        "4, 2, ok",
        "4, 3, ENXIO",
        "4, 4, ok",
        "4, 5, ENXIO",
        "8, 0, ok",
        "8, 4, ok",
        "8, 8, ok",
        "8, 12, EINVAL",
        "8, 2, EINVAL",
        "8, 128, ok",
        "8, 24, ENXIO",
        "8, 65488, ok",
        "8, 65492, ok",
        "3, 0, ENXIO",
        "7, 0, ENXIO"
    })
    void anAttributeIsThereOrIsNot(int group, long number, String expected) {
        assertThat(kvm.has(kvm.device(vm, ITS), group, number)).isEqualTo(expected);
    }

    @Test
    void theAddressIsAlignedReachableAndSetOnce() {
        int its = kvm.device(vm, ITS);
        assertThat(kvm.set64(its, ADDR, ADDRESS, 0x808_1000L)).isEqualTo("EINVAL");
        assertThat(kvm.set64(its, ADDR, ADDRESS, (1L << 40) - 0x1_0000))
                .as("half of it")
                .isEqualTo("E2BIG");
        assertThat(kvm.set64(its, ADDR, 2, 0x808_0000L)).as("not ENXIO here").isEqualTo("ENODEV");
        assertThat(kvm.get64(its, ADDR, 2, 0)).isEqualTo("ENODEV");
        assertThat(kvm.set(its, ADDR, ADDRESS, null)).isEqualTo("EFAULT");
        assertThat(kvm.get64(its, ADDR, ADDRESS, 0)).isEqualTo("0xffffffffffffffff");
        assertThat(kvm.set64(its, ADDR, ADDRESS, 0x808_0000L)).isEqualTo("ok");
        assertThat(kvm.get64(its, ADDR, ADDRESS, 0)).isEqualTo("0x8080000");
        assertThat(kvm.set64(its, ADDR, ADDRESS, 0x808_0000L)).isEqualTo("EEXIST");
    }

    @Test
    void commandsAreDoneAlsoThoseThatNobodyKnows() {
        kvm.vcpu(vm, 0);
        kvm.device(vm, VGIC_V3);
        int its = kvm.device(vm, ITS);
        for (long command : new long[] {0, 1, 2, 4}) {
            assertThat(kvm.set(its, CTRL, command, null))
                    .as("command " + command)
                    .isEqualTo("ok");
        }
        assertThat(kvm.has(its, CTRL, 99)).isEqualTo("ENXIO");
        assertThat(kvm.set(its, CTRL, 99, null))
                .as("nothing is done, and nothing said")
                .isEqualTo("ok");
        assertThat(kvm.get64(its, CTRL, 0, 0)).isEqualTo("ENXIO");
    }

    @Test
    void registersAreThereWhenTheAddressIs() {
        kvm.vcpu(vm, 0);
        kvm.device(vm, VGIC_V3);
        int its = kvm.device(vm, ITS);
        assertThat(kvm.get64(its, REGS, TYPER, 0)).isEqualTo("ENXIO");
        assertThat(kvm.get64(its, REGS, TYPER + 4, 0))
                .as("alignment is looked at first")
                .isEqualTo("EINVAL");
        kvm.set64(its, ADDR, ADDRESS, 0x808_0000L);
        assertThat(kvm.get64(its, REGS, CTLR, 0)).as("quiescent").isEqualTo("0x80000000");
        assertThat(kvm.get64(its, REGS, TYPER, 0)).isEqualTo("0x1ef71");
        assertThat(kvm.get64(its, REGS, IIDR, 0)).isEqualTo("0x4b00043b");
        assertThat(kvm.set64(its, REGS, IIDR, 0x4b00043bL)).isEqualTo("ok");
        assertThat(kvm.set64(its, REGS, IIDR, 0x4b00143bL))
                .as("another revision")
                .isEqualTo("EINVAL");
        assertThat(kvm.get64(its, REGS, CBASER, 0)).isEqualTo("0x0");
        assertThat(kvm.get64(its, REGS, 0x18, 0)).isEqualTo("ENXIO");
        assertThat(kvm.set(its, REGS, CTLR, null)).isEqualTo("EFAULT");
        assertThat(kvm.get(its, REGS, CTLR, null)).isEqualTo("EFAULT");
    }
}
