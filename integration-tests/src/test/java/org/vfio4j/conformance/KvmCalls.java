// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.said;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Assumptions;
import org.vfio4j.kvm.abi.ArmIoctl;
import org.vfio4j.kvm.abi.ArmVcpuInitLayout;
import org.vfio4j.kvm.abi.CreateDeviceLayout;
import org.vfio4j.kvm.abi.DeviceAttrLayout;
import org.vfio4j.kvm.abi.KvmIoctl;

/** The calls of a C program that uses KVM's device control API. Everything is closed with the {@link Calls}. */
final class KvmCalls {
    static final String PATH = "/dev/kvm";
    static final int VFIO = 4;
    static final int VGIC_V2 = 5;
    static final int VGIC_V3 = 7;
    static final int ITS = 8;

    private final Calls calls;
    final int kvm;

    /** Ends the test here if the machine has no KVM, or not that of arm64. */
    KvmCalls(World world, Calls calls) {
        this.calls = calls;
        this.kvm = calls.open(PATH);
        if (world.isMachine()) {
            Assumptions.assumeTrue(kvm >= 0, () -> "not run: " + PATH + " does not open: " + said(kvm));
            Assumptions.assumeTrue(
                    System.getProperty("os.arch").equals("aarch64"), "not run: this machine is not of arm64");
        }
        assertThat(said(kvm)).as("open " + PATH).isEqualTo("ok");
    }

    int createVm(long type) {
        return calls.keep(calls.linux.ioctl(kvm, KvmIoctl.KVM_CREATE_VM, type));
    }

    int vm() {
        int vm = createVm(0);
        assertThat(said(vm)).as("KVM_CREATE_VM").isEqualTo("ok");
        return vm;
    }

    /** What KVM_CREATE_VCPU returns. */
    int createVcpu(int vm, long id) {
        return calls.keep(calls.linux.ioctl(vm, KvmIoctl.KVM_CREATE_VCPU, id));
    }

    int vcpu(int vm, int id) {
        int vcpu = createVcpu(vm, id);
        assertThat(said(vcpu)).as("KVM_CREATE_VCPU " + id).isEqualTo("ok");
        return vcpu;
    }

    /** A vCPU after KVM_ARM_VCPU_INIT. */
    int initializedVcpu(int vm, int id) {
        int vcpu = vcpu(vm, id);
        ByteBuffer init = Calls.memory(ArmVcpuInitLayout.SIZE);
        assertThat(calls.ioctl(vm, ArmIoctl.KVM_ARM_PREFERRED_TARGET, init)).isEqualTo("ok");
        assertThat(calls.ioctl(vcpu, ArmIoctl.KVM_ARM_VCPU_INIT, init)).isEqualTo("ok");
        return vcpu;
    }

    String run(int vcpu) {
        return calls.ioctl(vcpu, KvmIoctl.KVM_RUN, 0L);
    }

    static ByteBuffer creation(int type, int fd, int flags) {
        return Calls.words(CreateDeviceLayout.SIZE, type, fd, flags);
    }

    /** The descriptor, or -errno. */
    int create(int vm, int type) {
        ByteBuffer creation = creation(type, -1, 0);
        int result = calls.linux.ioctl(vm, KvmIoctl.KVM_CREATE_DEVICE, creation);
        return result < 0 ? result : calls.keep(creation.getInt(CreateDeviceLayout.FD));
    }

    int device(int vm, int type) {
        int device = create(vm, type);
        assertThat(said(device)).as("KVM_CREATE_DEVICE of type " + type).isEqualTo("ok");
        return device;
    }

    String test(int vm, int type) {
        return calls.ioctl(vm, KvmIoctl.KVM_CREATE_DEVICE, creation(type, -1, 1));
    }

    String has(int fd, int group, long number) {
        return attribute(fd, KvmIoctl.KVM_HAS_DEVICE_ATTR, 0, group, number, null);
    }

    String set(int fd, int group, long number, ByteBuffer value) {
        return attribute(fd, KvmIoctl.KVM_SET_DEVICE_ATTR, 0, group, number, value);
    }

    String set32(int fd, int group, long number, int value) {
        return set(fd, group, number, Calls.words(4, value));
    }

    String set64(int fd, int group, long number, long value) {
        return set(fd, group, number, Calls.memory(8).putLong(0, value));
    }

    String get(int fd, int group, long number, ByteBuffer value) {
        return attribute(fd, KvmIoctl.KVM_GET_DEVICE_ATTR, 0, group, number, value);
    }

    /** What was got, in hexadecimal; or the errno. */
    String get64(int fd, int group, long number, long before) {
        ByteBuffer value = Calls.memory(8).putLong(0, before);
        String said = get(fd, group, number, value);
        return said.equals("ok") ? "0x" + Long.toHexString(value.getLong(0)) : said;
    }

    /** What was got, in hexadecimal; or the errno. */
    String get32(int fd, int group, long number) {
        ByteBuffer value = Calls.memory(4);
        String said = get(fd, group, number, value);
        return said.equals("ok") ? "0x" + Integer.toHexString(value.getInt(0)) : said;
    }

    String attribute(int fd, int request, int flags, int group, long number, ByteBuffer value) {
        ByteBuffer struct = Calls.words(DeviceAttrLayout.SIZE, flags, group).putLong(DeviceAttrLayout.ATTR, number);
        try {
            struct.putLong(DeviceAttrLayout.ADDR, value == null ? 0 : calls.linux.addressOf(value));
            return calls.ioctl(fd, request, struct);
        } finally {
            Reference.reachabilityFence(value);
        }
    }
}
