// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.vfio4j.conformance.Calls.said;

import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmCapability;
import org.vfio4j.kvm.KvmDevice;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.ObjectAttributes;
import org.vfio4j.kvm.ProbeMatrix;
import org.vfio4j.kvm.VfioAttributes;
import org.vfio4j.kvm.VgicV3Attributes;
import org.vfio4j.kvm.Vm;
import org.vfio4j.kvm.abi.CreateDeviceLayout;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.VfioException;

/** The device control API of the KVM of an x86-64 machine, in whichever build can open it. */
@Timeout(60)
class KvmOfHostTest {
    private static LinuxSyscalls linux;

    private final Calls calls = new Calls(new World(true, linux, HostFiles.ofMachine(), null));
    private final Kvm kvm;
    private final Vm vm;

    KvmOfHostTest() throws Exception {
        kvm = Kvm.open(linux);
        vm = kvm.createVm();
    }

    @BeforeAll
    static void needsKvmOfX86() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "not run: this machine is not of x86-64");
        linux = LinuxSyscalls.ofMachine();
        int fd = linux.open(Kvm.PATH, LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC);
        assumeTrue(fd >= 0, () -> "not run: " + Kvm.PATH + " does not open: " + said(fd));
        linux.close(fd);
    }

    @AfterEach
    void close() {
        kvm.close();
        calls.close();
    }

    @Test
    void onlyTheTypeVfioIsThereAndATestMakesNoDescriptor() throws Exception {
        for (KvmDeviceType type : KvmDeviceType.values()) {
            assertThat(vm.supports(type)).as(type.toString()).isEqualTo(type == KvmDeviceType.VFIO);
        }
        ByteBuffer test = KvmCalls.creation(KvmCalls.VFIO, -77, 1);
        assertThat(vm.descriptor().ioctl(KvmIoctl.KVM_CREATE_DEVICE, test)).isZero();
        assertThat(test.getInt(CreateDeviceLayout.FD)).as("left alone").isEqualTo(-77);
    }

    @Test
    void aSecondVfioDeviceIsBusyAndNotExisting() throws Exception {
        try (KvmDevice first = vm.createDevice(KvmDeviceType.VFIO)) {
            assertThatThrownBy(() -> vm.createDevice(KvmDeviceType.VFIO))
                    .isInstanceOfSatisfying(VfioException.class, refused -> {
                        assertThat(refused.errno()).isEqualTo(Errno.EBUSY);
                        assertThat(refused.meaning()).isEqualTo("the VM has a VFIO device already");
                    });
            assertThat(first.attributes().has(VfioAttributes.FILE_DEL)).isTrue();
            assertThat(first.attributes().hasRaw(1, 0)).isFalse();
            assertThat(first.attributes().hasRaw(1, 3)).isFalse();
            assertThat(first.attributes().hasRaw(0, 1)).isFalse();
            assertThat(first.attributes().hasRaw(2, 1)).isFalse();
        }
        vm.createDevice(KvmDeviceType.VFIO).close();
    }

    @Test
    void whatTheVfioDeviceRefuses() throws Exception {
        try (KvmDevice device = vm.createDevice(KvmDeviceType.VFIO)) {
            assertRefused(Errno.EPERM, () -> device.attributes().getRaw(0, 1, 1, Calls.memory(4)));
            assertRefused(Errno.EBADF, () -> device.attributes().set(VfioAttributes.FILE_ADD, -1));
            int file = calls.mustOpen("/dev/null");
            assertRefused(Errno.EINVAL, () -> device.attributes().set(VfioAttributes.FILE_ADD, file));
            assertRefused(Errno.ENOENT, () -> device.attributes().set(VfioAttributes.FILE_DEL, file));
            assertRefused(Errno.EFAULT, () -> device.attributes().setRaw(0, 1, 1, null));
            assertRefused(Errno.ENXIO, () -> device.attributes().setRaw(0, 9, 1, Calls.memory(4)));
            assertThat(said(device.descriptor().ioctl(0x1234, 0L))).isEqualTo("ENOTTY");
        }
    }

    @Test
    void theDeviceOutlivesItsVm() throws Exception {
        KvmDevice device = vm.createDevice(KvmDeviceType.VFIO);
        kvm.close();
        assertThat(device.attributes().has(VfioAttributes.FILE_ADD)).isTrue();
        device.close();
    }

    @Test
    void aGicIsNotOfThisMachine() {
        assertThatThrownBy(() -> vm.createDevice(KvmDeviceType.VGIC_V3))
                .isInstanceOfSatisfying(VfioException.class, refused -> {
                    assertThat(refused.errno()).isEqualTo(Errno.ENODEV);
                    assertThat(refused.meaning()).contains("no GICv3");
                });
    }

    @Test
    void kvmItselfSaysWhichStatesOfXsaveAGuestCanHave() throws Exception {
        assumeTrue(kvm.check(KvmCapability.SYS_ATTRIBUTES) != 0, "not run: Linux before 5.17");
        assertThat(kvm.attributes().has(ObjectAttributes.X86_XCOMP_GUEST_SUPPORT))
                .isTrue();
        assertThat(kvm.attributes().get(ObjectAttributes.X86_XCOMP_GUEST_SUPPORT) & 3)
                .as("x87 and SSE")
                .isEqualTo(3);
        assertThat(kvm.attributes().hasRaw(0, 7)).isFalse();
    }

    @Test
    void aVcpuHasAnOffsetOfItsTimeStampCounter() throws Exception {
        assumeTrue(kvm.check(KvmCapability.VCPU_ATTRIBUTES) != 0, "not run: this KVM has no attributes of vCPUs");
        var attributes = vm.createVcpu(0).attributes();
        assertThat(attributes.has(ObjectAttributes.X86_TSC_OFFSET)).isTrue();
        // A KVM in software knows the attribute and keeps 0.
        attributes.set(ObjectAttributes.X86_TSC_OFFSET, 0);
        assertThat(attributes.get(ObjectAttributes.X86_TSC_OFFSET)).isZero();
        assertRefused(Errno.EFAULT, () -> attributes.getRaw(0, 0, 0, null));
        assertRefused(Errno.ENXIO, () -> attributes.getRaw(0, 9, 0, Calls.memory(8)));
    }

    @Test
    void theProbeKnowsItForX86() throws Exception {
        ProbeMatrix matrix = kvm.probe();
        assertThat(matrix.has(VfioAttributes.FILE_ADD)).isTrue();
        assertThat(matrix.has(VgicV3Attributes.INIT)).isFalse();
        assertThat(matrix.has(KvmDeviceType.VGIC_V3)).isFalse();
        assertThat(matrix.toString()).contains("X86_TSC/OFFSET").doesNotContain("TIMER/");
    }

    private static void assertRefused(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VfioException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(errno));
    }
}
