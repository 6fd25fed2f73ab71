// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Calls.said;
import static org.vfio4j.conformance.KvmCalls.VFIO;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.kvm.abi.KvmIoctl;

/** KVM_CREATE_DEVICE and the VFIO device (virt/kvm/kvm_main.c, virt/kvm/vfio.c). */
class KvmVfioDeviceTest extends ConformanceTest {
    private static final int FILE = 1;
    private static final int ADD = 1;
    private static final int DEL = 2;

    private final KvmCalls kvm = new KvmCalls(world, calls);

    @Test
    void theVersionIs12AndTakesNoArgument() {
        assertThat(world.linux().ioctl(kvm.kvm, KvmIoctl.KVM_GET_API_VERSION, 0L))
                .isEqualTo(12);
        assertThat(calls.ioctl(kvm.kvm, KvmIoctl.KVM_GET_API_VERSION, 1L)).isEqualTo("EINVAL");
        assertThat(calls.ioctl(kvm.kvm, KvmIoctl.KVM_GET_VCPU_MMAP_SIZE, 1L)).isEqualTo("EINVAL");
        assertThat(world.linux().ioctl(kvm.kvm, KvmIoctl.KVM_GET_VCPU_MMAP_SIZE, 0L))
                .isEqualTo(2 * world.linux().pageSize());
    }

    @ParameterizedTest
    @CsvSource({
        "0, ENODEV",
        "1, ENODEV",
        "2, ENODEV",
        "3, ENODEV",
        "4, ok",
        "6, ENODEV",
        "7, ok",
        "8, ok",
        "9, ENODEV",
        "10, ENODEV",
        "11, ENODEV",
        "12, ENODEV",
        "999, ENODEV",
        "-1, ENODEV"
    })
    void aTypeIsTestedWithoutADevice(int type, String expected) {
        int vm = kvm.vm();
        int free = world.linux().eventfd(0, 0);
        world.linux().close(free);
        ByteBuffer creation = KvmCalls.creation(type, -77, 1);
        assertThat(calls.ioctl(vm, KvmIoctl.KVM_CREATE_DEVICE, creation)).isEqualTo(expected);
        assertThat(creation.getInt(4)).as("the descriptor is left alone").isEqualTo(-77);
        int next = calls.eventfd(0);
        assertThat(next).as("no descriptor was made").isEqualTo(free);
        assertThat(kvm.test(vm, type)).as("again").isEqualTo(expected);
    }

    @Test
    void flagsThatNobodyKnowsAreIgnored() {
        int vm = kvm.vm();
        ByteBuffer creation = KvmCalls.creation(VFIO, -1, 0x7ffffffe);
        assertThat(calls.ioctl(vm, KvmIoctl.KVM_CREATE_DEVICE, creation)).isEqualTo("ok");
        int device = calls.keep(creation.getInt(4));
        assertThat(kvm.attribute(device, KvmIoctl.KVM_HAS_DEVICE_ATTR, -1, FILE, ADD, null))
                .isEqualTo("ok");
    }

    @Test
    void devicesAreOfVms() {
        int vm = kvm.vm();
        int vcpu = kvm.vcpu(vm, 0);
        assertThat(calls.ioctl(kvm.kvm, KvmIoctl.KVM_CREATE_DEVICE, KvmCalls.creation(VFIO, -1, 0)))
                .isEqualTo("EINVAL");
        assertThat(calls.ioctl(vcpu, KvmIoctl.KVM_CREATE_DEVICE, KvmCalls.creation(VFIO, -1, 0)))
                .isEqualTo("EINVAL");
        assertThat(calls.ioctl(vm, KvmIoctl.KVM_CREATE_DEVICE, 0L)).as("NULL").isEqualTo("EFAULT");
        assertThat(said(kvm.create(vm, 999))).isEqualTo("ENODEV");
    }

    @Test
    void aVmHasOneVfioDeviceAtATime() {
        int vm = kvm.vm();
        int device = kvm.device(vm, VFIO);
        assertThat(said(kvm.create(vm, VFIO))).isEqualTo("EBUSY");
        assertThat(kvm.test(vm, VFIO)).as("the type is there all the same").isEqualTo("ok");
        assertThat(said(kvm.create(kvm.vm(), VFIO))).as("another VM").isEqualTo("ok");
        calls.close(device);
        assertThat(said(kvm.create(vm, VFIO))).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, ok",
        "1, 2, ok",
        "1, 0, ENXIO",
        "1, 3, ENXIO",
        "0, 1, ENXIO",
        "2, 1, ENXIO",
        "1, 4294967297, ENXIO"
    })
    void itsAttributesAreAddAndDel(int group, long number, String expected) {
        assertThat(kvm.has(kvm.device(kvm.vm(), VFIO), group, number)).isEqualTo(expected);
    }

    @Test
    void nothingCanBeGot() {
        int device = kvm.device(kvm.vm(), VFIO);
        assertThat(kvm.get32(device, FILE, ADD)).isEqualTo("EPERM");
        assertThat(kvm.get32(device, 99, 99)).isEqualTo("EPERM");
        assertThat(calls.ioctl(device, KvmIoctl.KVM_GET_DEVICE_ATTR, 0L))
                .as("before the structure is looked at")
                .isEqualTo("EPERM");
    }

    @Test
    void onlyOpenFilesOfVfioAreAdded() {
        int device = kvm.device(kvm.vm(), VFIO);
        int eventfd = calls.eventfd(0);
        assertThat(kvm.set32(device, FILE, ADD, -1)).isEqualTo("EBADF");
        assertThat(kvm.set32(device, FILE, ADD, 9999)).isEqualTo("EBADF");
        assertThat(kvm.set32(device, FILE, ADD, eventfd)).isEqualTo("EINVAL");
        assertThat(kvm.set32(device, FILE, ADD, device)).as("itself").isEqualTo("EINVAL");
        assertThat(kvm.set32(device, FILE, ADD, calls.container()))
                .as("a container")
                .isEqualTo("EINVAL");
        assertThat(kvm.set32(device, FILE, DEL, -1)).isEqualTo("EBADF");
        assertThat(kvm.set32(device, FILE, DEL, eventfd)).isEqualTo("ENOENT");
        assertThat(kvm.set(device, FILE, ADD, null)).as("address 0").isEqualTo("EFAULT");
        assertThat(kvm.set(device, FILE, DEL, null)).isEqualTo("EFAULT");
        assertThat(kvm.set32(device, FILE, 7, eventfd)).isEqualTo("ENXIO");
        assertThat(kvm.set32(device, 7, ADD, eventfd)).isEqualTo("ENXIO");
        assertThat(calls.ioctl(device, KvmIoctl.KVM_SET_DEVICE_ATTR, 0L))
                .as("NULL")
                .isEqualTo("EFAULT");
        assertThat(calls.ioctl(device, KvmIoctl.KVM_HAS_DEVICE_ATTR, 0L)).isEqualTo("EFAULT");
        assertThat(calls.ioctl(device, 0x1234, 0L)).isEqualTo("ENOTTY");
        assertThat(calls.ioctl(device, KvmIoctl.KVM_CREATE_VCPU, 0L)).isEqualTo("ENOTTY");
    }

    @Test
    void aGroupIsAddedOnceAndRemovedOnce() {
        int device = kvm.device(kvm.vm(), VFIO);
        int group = calls.group(LabDevice.SATA);
        assertThat(kvm.set32(device, FILE, DEL, group)).as("not added").isEqualTo("ENOENT");
        assertThat(kvm.set32(device, FILE, ADD, group)).isEqualTo("ok");
        assertThat(kvm.set32(device, FILE, ADD, group)).isEqualTo("EEXIST");
        assertThat(kvm.set32(device, FILE, ADD, calls.group(LabDevice.CRYPTO)))
                .as("another")
                .isEqualTo("ok");
        assertThat(kvm.set32(device, FILE, DEL, group)).isEqualTo("ok");
        assertThat(kvm.set32(device, FILE, DEL, group)).isEqualTo("ENOENT");
        assertThat(kvm.set32(device, FILE, ADD, group))
                .as("after it was removed")
                .isEqualTo("ok");
    }

    /** vfio_file_is_valid, since Linux 6.6 also of a device. */
    @Test
    void aDeviceCanBeAddedInsteadOfItsGroup() {
        int device = kvm.device(kvm.vm(), VFIO);
        int opened = calls.device(LabDevice.SATA);
        assertThat(kvm.set32(device, FILE, ADD, opened)).isEqualTo("ok");
        assertThat(kvm.set32(device, FILE, ADD, opened)).isEqualTo("EEXIST");
        assertThat(kvm.set32(device, FILE, DEL, opened)).isEqualTo("ok");
    }

    @Test
    void aDeviceOfACharacterDeviceIsAddedBeforeItIsBound() {
        int device = kvm.device(kvm.vm(), VFIO);
        int opened = Cdev.open(calls, sysfs, LabDevice.SATA).fd;
        assertThat(kvm.set32(device, FILE, ADD, opened)).isEqualTo("ok");
        assertThat(kvm.set32(device, FILE, DEL, opened)).isEqualTo("ok");
    }

    @Test
    void whatWasAddedStaysOpenUntilTheDeviceIsClosed() {
        int device = kvm.device(kvm.vm(), VFIO);
        int group = calls.group(LabDevice.SATA);
        kvm.set32(device, FILE, ADD, group);
        calls.close(group);
        String path = sysfs.groupFile(LabDevice.SATA);
        assertThat(said(calls.open(path))).as("KVM has it open").isEqualTo("EBUSY");
        calls.close(device);
        assertThat(said(calls.open(path))).isEqualTo("ok");
    }

    @Test
    void theDeviceWorksAfterItsVmIsClosed() {
        int vm = kvm.vm();
        int device = kvm.device(vm, VFIO);
        calls.close(vm);
        calls.close(kvm.kvm);
        int group = calls.group(LabDevice.SATA);
        assertThat(kvm.has(device, FILE, ADD)).isEqualTo("ok");
        assertThat(kvm.set32(device, FILE, ADD, group)).isEqualTo("ok");
        assertThat(kvm.set32(device, FILE, DEL, group)).isEqualTo("ok");
    }

    @Test
    void readWriteAndMapAreNotThere() {
        int device = kvm.device(kvm.vm(), VFIO);
        assertThat(said(world.linux().read(device, Calls.memory(8)))).isEqualTo("EINVAL");
        assertThat(said(world.linux().write(device, Calls.memory(8)))).isEqualTo("EINVAL");
        assertThat(said(world.linux().mmap(0, 4096, 3, 1, device, 0))).isEqualTo("ENODEV");
    }
}
