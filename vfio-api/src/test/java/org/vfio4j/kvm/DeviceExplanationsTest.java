// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** One errno means something else for each type of device and group; the rows name the place in Linux 6.12. */
class DeviceExplanationsTest {
    private static VfioException explain(AttributeOwner owner, Step step, int group, Errno errno) {
        return DeviceExplanations.exception(step, owner, "subject", group, errno.number());
    }

    @ParameterizedTest(name = "{0} {1} group {2} {3}: {4}")
    @CsvSource({
        // virt/kvm/kvm_main.c: kvm_ioctl_create_device, kvm_device_ioctl
        "XICS, KVM_CREATE_DEVICE, -1, ENODEV, no such device",
        "VFIO, KVM_CREATE_DEVICE, -1, ENODEV, no VFIO device",
        "VFIO, KVM_SET_DEVICE_ATTR, 1, EIO, another process made the VM",
        "VGIC_V3, KVM_CREATE_DEVICE, -1, EIO, given the VM up",
        "VFIO, KVM_GET_DEVICE_ATTR, 1, EPERM, nothing of a VFIO device can be got",
        "XICS, KVM_SET_DEVICE_ATTR, 1, EPERM, goes this way",
        // virt/kvm/vfio.c: kvm_vfio_create, kvm_vfio_file_add, kvm_vfio_file_del
        "VFIO, KVM_CREATE_DEVICE, -1, EBUSY, has a VFIO device already",
        "VFIO, KVM_SET_DEVICE_ATTR, 1, EEXIST, added already",
        "VFIO, KVM_SET_DEVICE_ATTR, 1, ENOENT, not added",
        "VFIO, KVM_SET_DEVICE_ATTR, 1, EINVAL, not of a VFIO group",
        "VFIO, KVM_SET_DEVICE_ATTR, 1, EBADF, not open",
        "VFIO, KVM_SET_DEVICE_ATTR, 7, ENXIO, no such group or attribute",
        // arch/arm64/kvm/vgic/vgic-init.c: kvm_vgic_create
        "VGIC_V3, KVM_CREATE_DEVICE, -1, EEXIST, interrupt controller already",
        "VGIC_V3, KVM_CREATE_DEVICE, -1, EBUSY, a vCPU has run",
        "VGIC_V2, KVM_CREATE_DEVICE, -1, ENODEV, cannot play a GICv2",
        "VGIC_V2, KVM_CREATE_DEVICE, -1, E2BIG, no more than 8 vCPUs",
        // arch/arm64/kvm/vgic/vgic-kvm-device.c: kvm_vgic_addr, vgic_set_common_attr
        "VGIC_V3, KVM_SET_DEVICE_ATTR, 0, EEXIST, set already",
        "VGIC_V3, KVM_SET_DEVICE_ATTR, 0, E2BIG, beyond the guest's physical addresses",
        "VGIC_V3, KVM_GET_DEVICE_ATTR, 0, ENOENT, no region of this index",
        "VGIC_V3, KVM_SET_DEVICE_ATTR, 3, EBUSY, set already",
        "VGIC_V3, KVM_SET_DEVICE_ATTR, 3, EINVAL, multiple of 32",
        "VGIC_V3, KVM_SET_DEVICE_ATTR, 4, EBUSY, a vCPU is being made",
        "VGIC_V3, KVM_GET_DEVICE_ATTR, 1, EBUSY, not initialized",
        "VGIC_V3, KVM_GET_DEVICE_ATTR, 5, EINVAL, no vCPU has this affinity",
        "VGIC_V3, KVM_GET_DEVICE_ATTR, 6, ENOENT, no such system register",
        "VGIC_V3, KVM_GET_DEVICE_ATTR, 7, EINVAL, multiple of 32",
        "VGIC_V2, KVM_GET_DEVICE_ATTR, 2, EINVAL, no vCPU of this number",
        // arch/arm64/kvm/vgic/vgic-its.c
        "VGIC_ITS, KVM_SET_DEVICE_ATTR, 0, ENODEV, no such attribute",
        "VGIC_ITS, KVM_GET_DEVICE_ATTR, 8, ENXIO, address is not set",
        "VGIC_ITS, KVM_SET_DEVICE_ATTR, 4, EINVAL, entry that is not valid",
    })
    void anErrorMeansWhatItMeansThere(KvmDeviceType type, Step step, int group, Errno errno, String meaning) {
        assertThat(explain(type, step, group, errno).meaning()).contains(meaning);
    }

    @ParameterizedTest(name = "{0} group {1} {2}: {3}")
    @CsvSource({
        // arch/arm64/kvm/pmu-emul.c, arch_timer.c, pvtime.c, hypercalls.c
        "VCPU, 0, ENODEV, no performance monitor",
        "VCPU, 1, EBUSY, a vCPU has run",
        "VCPU, 1, EINVAL, no interrupt controller",
        "VCPU, 2, EEXIST, set already",
        "VM, 0, EEXIST, overlaps",
        "VM, 0, EBUSY, a vCPU has run",
    })
    void anErrorOfAnObjectMeansWhatItMeansThere(KvmObject object, int group, Errno errno, String meaning) {
        assertThat(explain(object, Step.KVM_SET_DEVICE_ATTR, group, errno).meaning())
                .contains(meaning);
    }

    @Test
    void everyRowIsOneLineWithoutAFullStopOfItsOwn() {
        assertThat(DeviceExplanations.all().values()).hasSizeGreaterThan(80).allSatisfy(row -> {
            assertThat(row.meaning()).isNotBlank().doesNotContain("\n").doesNotEndWith(".");
            assertThat(row.remedy()).isNotBlank().doesNotContain("\n").doesNotEndWith(".");
        });
    }

    @ParameterizedTest
    @EnumSource(KvmDeviceType.class)
    void everyTypeExplainsEveryErrorOfEveryCall(KvmDeviceType type) {
        Step[] steps = {
            Step.KVM_CREATE_DEVICE, Step.KVM_SET_DEVICE_ATTR, Step.KVM_GET_DEVICE_ATTR, Step.KVM_HAS_DEVICE_ATTR
        };
        assertThat(Arrays.stream(Errno.values()).filter(errno -> errno != Errno.UNKNOWN))
                .allSatisfy(errno -> assertThat(Stream.of(steps))
                        .allSatisfy(step -> assertThat(explain(type, step, 0, errno))
                                .hasMessageStartingWith(step.call() + " subject: " + errno + " (")
                                .hasMessageContaining("). Remedy: ")));
    }

    @Test
    void anErrorWithoutANameKeepsItsNumber() {
        VfioException exception =
                DeviceExplanations.exception(Step.KVM_SET_DEVICE_ATTR, KvmDeviceType.VFIO, "subject", 1, 524);

        assertThat(exception.errorNumber()).isEqualTo(524);
    }
}
