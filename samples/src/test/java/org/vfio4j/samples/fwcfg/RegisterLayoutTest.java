// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterLayoutTest {
    /** FW_CFG_CTRL_OFF, _DATA_OFF and _DMA_OFF of drivers/firmware/qemu_fw_cfg.c; LoongArch and MIPS by QEMU. */
    @ParameterizedTest
    @CsvSource({
        "ARM, 24, 24@0x0:8:0:16, 8, BIG_ENDIAN",
        "RISCV, 24, 24@0x0:8:0:16, 8, BIG_ENDIAN",
        "LOONGARCH, 24, 24@0x0:8:0:16, 8, BIG_ENDIAN",
        "X86, 12, 12@0x0:0:1:4, 1, LITTLE_ENDIAN",
        "SPARC64, 2, 2@0x0:0:1, 1, LITTLE_ENDIAN",
        "SPARC32, 3, 3@0x0:0:2, 1, BIG_ENDIAN",
        "POWERPC, 3, 3@0x0:0:2, 1, BIG_ENDIAN",
        "PARISC, 5, 5@0x0:0:4, 1, BIG_ENDIAN",
        "MIPS, 16, 16@0x0:0:8, 8, BIG_ENDIAN"
    })
    void everyArchitectureHasItsOffsets(Architecture architecture, int size, String text, int width, String order) {
        RegisterLayout layout = RegisterLayout.of(architecture, size);
        assertThat(layout).hasToString(text);
        assertThat(layout.dataWidth()).isEqualTo(width);
        assertThat(layout.selectorOrder()).hasToString(order);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aWindowThatIsTooSmallIsRefused(Architecture architecture) {
        int needed = Math.max(architecture.control() + 2, architecture.data() + 1);
        RegisterLayout.of(architecture, needed);
        assertThatThrownBy(() -> RegisterLayout.of(architecture, needed - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too small");
    }

    @Test
    void anOldWindowHasNoDma() {
        assertThat(RegisterLayout.of(Architecture.ARM, 10).dma()).isEmpty();
        assertThat(RegisterLayout.of(Architecture.ARM, 23).dma()).isEmpty();
        assertThat(RegisterLayout.of(Architecture.ARM, 24).dma()).hasValue(16);
    }

    @Test
    void theNodeMustBeAFwCfgDevice() {
        assertThat(RegisterLayout.of(List.of("a,b", "qemu,fw-cfg-mmio"), Architecture.ARM, 0x18))
                .isEqualTo(RegisterLayout.of(Architecture.ARM, 0x18));
        assertThatThrownBy(() -> RegisterLayout.of(List.of("arm,pl011"), Architecture.ARM, 0x18))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[arm,pl011]");
    }

    @ParameterizedTest
    @CsvSource({
        "24@0x9020000, 24@0x9020000:8:0:16",
        "0x18@151126016, 24@0x9020000:8:0:16",
        "030@0x9020000:010:0x0, 24@0x9020000:8:0:16",
        "24@0x9020000:0:8:16, 24@0x9020000:0:8:16",
        "4K@0xfffffffffffff000:0:2, 4096@0xfffffffffffff000:0:2:16",
        "10@0x9020000:8:0, 10@0x9020000:8:0",
        "1G@0, 1073741824@0x0:8:0:16"
    })
    void theGrammarOfLinux(String text, String expected) {
        assertThat(RegisterLayout.parse(text, Architecture.ARM)).hasToString(expected);
    }

    @Test
    void theDefaultsOfTheProposal() {
        RegisterLayout x86 = RegisterLayout.parse("12@0x510:0:1:4", Architecture.X86);
        assertThat(x86).isEqualTo(new RegisterLayout(0x510, 12, 0, 1, OptionalInt.of(4), 1, ByteOrder.LITTLE_ENDIAN));
        // Its own default for ARM has a window without room for the register at 16.
        assertThatThrownBy(() -> RegisterLayout.parse("16@0x9020000:8:0:16", Architecture.ARM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a window of 16 bytes is too small for the DMA address register of 8 bytes at 16;"
                        + " expected 24 bytes or more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "24",
                "@0x9020000",
                "24@",
                "24@1:8",
                "24@1:8:0:16:1",
                "24@1:8:0:",
                "24@1 ",
                " 24@1",
                "24@1:8:0x",
                "24X@1",
                "-24@1",
                "24@-1",
                "08@1",
                "24@0x10000000000000000",
                "9223372036854775807K@0",
                "64K@0:8:40000",
                "24@1:8:0:18446744073709551615",
                "24@1:7:0",
                "24@1:8:0:17"
            })
    void somethingElseIsRefused(String text) {
        assertThatThrownBy(() -> RegisterLayout.parse(text, Architecture.ARM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void theDataRegisterIsNotReadIntoTheSelector() {
        assertThat(RegisterLayout.parse("24@0:8:4", Architecture.ARM).dataWidth())
                .isEqualTo(4);
        assertThat(RegisterLayout.parse("24@0:8:7", Architecture.ARM).dataWidth())
                .isEqualTo(1);
        assertThat(RegisterLayout.parse("12@0:0:8", Architecture.ARM).dataWidth())
                .isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "aarch64, ARM",
        "arm, ARM",
        "riscv64, RISCV",
        "loongarch64, LOONGARCH",
        "amd64, X86",
        "i386, X86",
        "sparcv9, SPARC64",
        "ppc64le, POWERPC",
        "mips64el, MIPS"
    })
    void javasNamesOfArchitectures(String name, Architecture expected) {
        assertThat(Architecture.of(name)).isEqualTo(expected);
    }

    @Test
    void anArchitectureWithoutTheDeviceIsRefused() {
        assertThatThrownBy(() -> Architecture.of("s390x"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("s390x")
                .hasMessageContaining("24@0x9020000:8:0:16");
    }
}
