// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.kvm.ArmIrqLine;
import org.vfio4j.kvm.ArmRegister;
import org.vfio4j.kvm.OneReg;
import org.vfio4j.linux.CHeaders.Expression;

/** The numbers of KVM on arm64 that are put together of several are what a C compiler makes of its headers. */
class ArmNumbersTest {
    private static final String CORE_64 = "KVM_REG_ARM64 | KVM_REG_ARM_CORE | KVM_REG_SIZE_U64 | ";
    private static final String CORE_32 = "KVM_REG_ARM64 | KVM_REG_ARM_CORE | KVM_REG_SIZE_U32 | ";
    private static final String CORE_128 = "KVM_REG_ARM64 | KVM_REG_ARM_CORE | KVM_REG_SIZE_U128 | ";

    @TempDir
    private Path directory;

    @Test
    void theyAreWhatTheHeadersSay() throws Exception {
        CHeaders gcc = new CHeaders(directory);
        assumeTrue(gcc.canCompile(), "not run: gcc is not installed (apt-get install gcc libc6-dev)");
        assumeTrue(
                gcc.hasHeadersOf("aarch64"),
                "not run: no headers of Linux on aarch64 (apt-get install linux-libc-dev-arm64-cross)");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put(CORE_64 + "KVM_REG_ARM_CORE_REG(regs.regs[0])", ArmRegister.x(0));
        ours.put(CORE_64 + "KVM_REG_ARM_CORE_REG(regs.regs[30])", ArmRegister.x(30));
        ours.put(CORE_64 + "KVM_REG_ARM_CORE_REG(regs.sp)", ArmRegister.SP_EL0);
        ours.put(CORE_64 + "KVM_REG_ARM_CORE_REG(regs.pc)", ArmRegister.PC);
        ours.put(CORE_64 + "KVM_REG_ARM_CORE_REG(regs.pstate)", ArmRegister.PSTATE);
        ours.put(CORE_64 + "KVM_REG_ARM_CORE_REG(sp_el1)", ArmRegister.SP_EL1);
        ours.put(CORE_64 + "KVM_REG_ARM_CORE_REG(elr_el1)", ArmRegister.ELR_EL1);
        ours.put(CORE_128 + "KVM_REG_ARM_CORE_REG(fp_regs.vregs[0])", ArmRegister.v(0));
        ours.put(CORE_128 + "KVM_REG_ARM_CORE_REG(fp_regs.vregs[31])", ArmRegister.v(31));
        ours.put(CORE_32 + "KVM_REG_ARM_CORE_REG(fp_regs.fpsr)", ArmRegister.FPSR);
        ours.put(CORE_32 + "KVM_REG_ARM_CORE_REG(fp_regs.fpcr)", ArmRegister.FPCR);
        String type = " << KVM_ARM_IRQ_TYPE_SHIFT | ";
        ours.put("KVM_ARM_IRQ_TYPE_SPI" + type + "(32 + 7)", (long) ArmIrqLine.spi(7));
        ours.put("KVM_ARM_IRQ_TYPE_SPI" + type + "1019", (long) ArmIrqLine.spi(987));
        ours.put("KVM_ARM_IRQ_TYPE_PPI" + type + "3 << KVM_ARM_IRQ_VCPU_SHIFT | 27", (long) ArmIrqLine.ppi(3, 11));
        ours.put(
                "KVM_ARM_IRQ_TYPE_PPI" + type + "5 << KVM_ARM_IRQ_VCPU_SHIFT | 2 << KVM_ARM_IRQ_VCPU2_SHIFT | 16",
                (long) ArmIrqLine.ppi(0x205, 0));

        Map<Expression, Optional<Long>> inC = gcc.evaluate(
                "aarch64",
                ours.keySet().stream().map(ArmNumbersTest::expression).collect(Collectors.toSet()));

        assertThat(ours)
                .allSatisfy((code, value) ->
                        assertThat(inC.get(expression(code))).as(code).contains(value));
    }

    @Test
    void anIdHasTheSizeOfItsRegister() {
        assertThat(OneReg.size(ArmRegister.PC)).isEqualTo(8);
        assertThat(OneReg.size(ArmRegister.FPSR)).isEqualTo(4);
        assertThat(OneReg.size(ArmRegister.v(7))).isEqualTo(16);
        assertThat(OneReg.size(0x6000_0000_0000_0000L)).isEqualTo(1);
        assertThat(OneReg.size(0x6080_0000_0015_0000L)).as("a slice of SVE").isEqualTo(256);
    }

    @Test
    void whatDoesNotExistHasNoNumber() {
        assertThatThrownBy(() -> ArmRegister.x(31)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ArmRegister.v(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ArmIrqLine.spi(988)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ArmIrqLine.ppi(0, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ArmIrqLine.ppi(0x1000, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Expression expression(String code) {
        return new Expression(List.of("linux/kvm.h"), code);
    }
}
