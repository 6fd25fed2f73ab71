// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words that attributes of registers are (Documentation/virt/kvm/devices/arm-vgic*.rst). */
class VgicAttributesTest {
    /** reset_mpidr of arch/arm64/kvm/sys_regs.c. */
    @ParameterizedTest
    @CsvSource({"0, 0.0.0.0", "15, 0.0.0.15", "16, 0.0.1.0", "511, 0.0.31.15", "4096, 0.1.0.0"})
    void aVcpusAffinityFollowsFromItsId(int id, String affinity) {
        assertThat(Affinity.ofVcpu(id)).hasToString(affinity);
    }

    @Test
    void anAttributeHasTheFourLevelsOneAfterTheOtherUnlikeMpidr() {
        Affinity affinity = new Affinity(0x81, 2, 3, 4);

        assertThat(affinity.toAttributeBits()).isEqualTo(0x8102_0304_0000_0000L);
        assertThat(affinity.toMpidr()).isEqualTo(0x81_0002_0304L);
    }

    @Test
    void aRegisterOfARedistributorIsAffinityAndOffset() {
        KvmAttribute register = VgicV3Attributes.redistributorRegister(Affinity.ofVcpu(17), 0x1_0100);

        assertThat(register.number()).isEqualTo(0x0000_0101_0001_0100L);
        assertThat(register.group()).isEqualTo(5);
        assertThat(register.value()).isEqualTo(AttributeValue.U32);
    }

    @Test
    void aSystemRegisterIsTheFieldsOfItsEncoding() {
        KvmAttribute pmr = VgicV3Attributes.systemRegister(Affinity.ofVcpu(1), 3, 0, 4, 6, 0);

        assertThat(pmr.number()).isEqualTo(0x1_0000_c230L);
        assertThat(pmr).hasToString("CPU_SYSREGS/S3_0_C4_C6_0 of VGIC_V3");
        assertThatThrownBy(() -> VgicV3Attributes.systemRegister(Affinity.ofVcpu(1), 4, 0, 4, 6, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VgicV3Attributes.systemRegister(Affinity.ofVcpu(1), 3, 0, 16, 6, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRegisterOfAGicV2IsTheNumberOfTheVcpuAndTheOffset() {
        assertThat(VgicV2Attributes.cpuRegister(7, 0xfc).number()).isEqualTo(0x7_0000_00fcL);
        assertThat(VgicV2Attributes.distributorRegister(255, 0x100).number()).isEqualTo(0xff_0000_0100L);
        assertThatThrownBy(() -> VgicV2Attributes.cpuRegister(256, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 0x1001})
    void anOffsetIsAMultipleOf4(int offset) {
        assertThatThrownBy(() -> VgicV3Attributes.distributorRegister(offset))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiple of 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 12, 0x84, -8, 0xffd2})
    void anOffsetOfAnItsIsAMultipleOfTheRegistersSize(int offset) {
        assertThatThrownBy(() -> ItsAttributes.register(offset)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 8, 0x80, 0xffd4})
    void aRegisterOfAnItsHas64Bits(int offset) {
        assertThat(ItsAttributes.register(offset).number()).isEqualTo(offset);
        assertThat(ItsAttributes.register(offset).value()).isEqualTo(AttributeValue.U64);
    }

    @ParameterizedTest
    @ValueSource(ints = {-32, 1, 33, 1024})
    void levelsAreAskedByMultiplesOf32(int first) {
        assertThatThrownBy(() -> VgicV3Attributes.lineLevels(Affinity.ofVcpu(0), first))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyAttributeIsOfItsOwnerAndCanGoSomeWay() {
        Stream<AttributeOwner> owners =
                Stream.concat(Arrays.stream(KvmDeviceType.values()), Arrays.stream(KvmObject.values()));
        assertThat(owners.flatMap(owner -> {
                    assertThat(owner.attributes()).allMatch(attribute -> attribute.owner() == owner);
                    return owner.attributes().stream();
                }))
                .hasSizeGreaterThan(30)
                .allMatch(attribute ->
                        attribute.access().canRead() || attribute.access().canWrite())
                .allMatch(attribute -> attribute.value() != AttributeValue.NONE
                        || !attribute.access().canRead());
    }
}
