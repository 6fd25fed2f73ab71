// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.kvm.Affinity;
import org.vfio4j.kvm.AttributeAccess;
import org.vfio4j.kvm.AttributePhase;
import org.vfio4j.kvm.AttributeValue;
import org.vfio4j.kvm.ItsAttributes;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmAttribute;
import org.vfio4j.kvm.KvmAttributes;
import org.vfio4j.kvm.KvmDevice;
import org.vfio4j.kvm.KvmDeviceType;
import org.vfio4j.kvm.KvmVfio;
import org.vfio4j.kvm.ObjectAttributes;
import org.vfio4j.kvm.ProbeMatrix;
import org.vfio4j.kvm.RedistributorRegion;
import org.vfio4j.kvm.VfioAttributes;
import org.vfio4j.kvm.VgicIts;
import org.vfio4j.kvm.VgicV3;
import org.vfio4j.kvm.VgicV3Attributes;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.Group;
import org.vfio4j.vfio.VfioException;

/** The objects over the device control API: what they refuse before the kernel does, and what they make of its errnos. */
class KvmDeviceApiTest extends ConformanceTest {
    private static final long DISTRIBUTOR = 0x800_0000L;
    private static final long REDISTRIBUTORS = 0x80a_0000L;

    private final Kvm kvm;
    private final Vm vm;

    KvmDeviceApiTest() throws Exception {
        // For its assumptions: whether there is a KVM of arm64.
        calls.close(new KvmCalls(world, calls).kvm);
        kvm = Kvm.open(world.linux());
        vm = kvm.createVm();
    }

    @AfterEach
    void closeKvm() {
        kvm.close();
    }

    private VgicV3 gic() throws Exception {
        return new VgicV3(vm.createDevice(KvmDeviceType.VGIC_V3));
    }

    private static void assertRefused(Errno errno, String meaning, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(VfioException.class, refused -> {
            assertThat(refused.errno()).isEqualTo(errno);
            assertThat(refused.meaning()).contains(meaning);
        });
    }

    @Test
    void typesAreAskedForWithoutADevice() throws Exception {
        assertThat(vm.supports(KvmDeviceType.VFIO)).isTrue();
        assertThat(vm.supports(KvmDeviceType.VGIC_V3)).isTrue();
        assertThat(vm.supports(KvmDeviceType.VGIC_ITS)).isTrue();
        assertThat(vm.supports(KvmDeviceType.XICS)).isFalse();
        try (KvmDevice first = vm.createDevice(KvmDeviceType.VFIO)) {
            assertThat(vm.supports(KvmDeviceType.VFIO))
                    .as("although there is one")
                    .isTrue();
            assertThat(first.attributes().has(VfioAttributes.FILE_ADD)).isTrue();
        }
    }

    @Test
    void theOrderThatWorks() throws Exception {
        vm.createVcpu(0);
        vm.createVcpu(1);
        try (VgicV3 gic = gic()) {
            gic.setIrqCount(128);
            gic.setDistributor(DISTRIBUTOR);
            gic.setRedistributors(REDISTRIBUTORS);
            gic.initialize();
            gic.initialize();
            assertThat(gic.irqCount()).isEqualTo(128);
            assertThat(gic.read(VgicV3Attributes.distributorRegister(4)) & 0x1f)
                    .as("GICD_TYPER")
                    .isEqualTo(3);
        }
    }

    @Test
    void initializationWithoutVcpusIsRefusedAsLinuxWouldMakeNoneAfterwards() throws Exception {
        try (VgicV3 gic = gic()) {
            assertThatThrownBy(gic::initialize)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("CTRL/INIT of VGIC_V3 is legal after the vCPUs: expected the VM to have all its vCPUs,"
                            + " got none so far, and Linux makes no vCPU after it");
            vm.createVcpu(0);
            gic.initialize();
            assertThatThrownBy(() -> vm.createVcpu(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("before the interrupt controller is initialized");
        }
    }

    @Test
    void theRawCallsDoWhatTheTypedRefuseAndAreNotedAllTheSame() throws Exception {
        try (VgicV3 gic = gic()) {
            gic.device().attributes().setRaw(0, 4, 0, null);
            assertThatThrownBy(() -> vm.createVcpu(0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> gic.setIrqCount(128))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("NR_IRQS of VGIC_V3 is legal before INIT");
            ByteBuffer count = Calls.words(4, 128);
            assertRefused(
                    Errno.EBUSY, "set already", () -> gic.device().attributes().setRaw(0, 3, 0, count));
        }
    }

    @Test
    void whatCanBeSetOnceIsRefusedTheSecondTime() throws Exception {
        try (VgicV3 gic = gic()) {
            gic.setDistributor(DISTRIBUTOR);
            assertThatThrownBy(() -> gic.setDistributor(DISTRIBUTOR))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected ADDR/DIST of VGIC_V3 to be set once, got a second value for it");
            ByteBuffer address = Calls.memory(8).putLong(0, DISTRIBUTOR);
            assertRefused(
                    Errno.EEXIST, "set already", () -> gic.device().attributes().setRaw(0, 0, 2, address));
        }
    }

    @Test
    void whatWasSetRawIsSetForTheTypedCallsToo() throws Exception {
        vm.createVcpu(0);
        try (VgicV3 gic = gic();
                VgicIts its = new VgicIts(vm.createDevice(KvmDeviceType.VGIC_ITS))) {
            ByteBuffer address = Calls.memory(8).putLong(0, DISTRIBUTOR);
            gic.device().attributes().setRaw(0, 0, 2, address);
            assertThatThrownBy(() -> gic.setDistributor(DISTRIBUTOR))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("to be set once");
            address.putLong(0, 0x808_0000L);
            its.device().attributes().setRaw(0, 0, 4, address);
            assertThat(its.device().attributes().get(ItsAttributes.register(0))).isNotZero();
        }
    }

    @Test
    void whatTheKernelRefusedCanBeTriedAgain() throws Exception {
        try (VgicV3 gic = gic()) {
            assertRefused(Errno.E2BIG, "beyond the guest's physical addresses", () -> gic.setDistributor(1L << 40));
            gic.setDistributor(DISTRIBUTOR);
        }
    }

    @Test
    void registersAreForAnInitializedController() throws Exception {
        vm.createVcpu(0);
        try (VgicV3 gic = gic()) {
            KvmAttribute control = VgicV3Attributes.distributorRegister(0);
            assertThatThrownBy(() -> gic.read(control))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("legal after INIT")
                    .hasMessageContaining("got one that is not");
            assertRefused(
                    Errno.EBUSY,
                    "not initialized",
                    () -> gic.device().attributes().getRaw(0, 1, 0, Calls.memory(4)));
            gic.initialize();
            assertThat(gic.read(control)).isNotZero();
            KvmAttribute levels = VgicV3Attributes.lineLevels(Affinity.ofVcpu(0), 0);
            gic.write(levels, 0xf001_0000L);
            assertThat(gic.read(levels)).as("unsigned").isEqualTo(0xf001_0000L);
        }
    }

    @Test
    void redistributorsCanBeInRegions() throws Exception {
        try (VgicV3 gic = gic()) {
            RedistributorRegion first = new RedistributorRegion(0, REDISTRIBUTORS, 2);
            assertThat(gic.redistributors(0)).isEmpty();
            gic.addRedistributors(first);
            assertThat(gic.redistributors(0)).contains(first);
            assertRefused(Errno.EINVAL, "mixed", () -> gic.setRedistributors(0x900_0000L));
            assertRefused(
                    Errno.EINVAL, "not the next index", () -> gic.addRedistributors(new RedistributorRegion(5, 0, 1)));
        }
    }

    @Test
    void whatCannotBeIsRefusedBeforeTheKernelIsAsked() throws Exception {
        try (VgicV3 gic = gic()) {
            KvmAttributes attributes = gic.device().attributes();
            assertThatThrownBy(() -> gic.setDistributor(0x800_1000L))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected an address that is a multiple of 0x10000 for ADDR/DIST of VGIC_V3,"
                            + " got 0x8001000");
            assertThatThrownBy(() -> gic.setIrqCount(1024))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("from 64 to 992")
                    .hasMessageContaining("got 1024");
            assertThatThrownBy(() -> attributes.get(VgicV3Attributes.INIT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected an attribute that can be got, got CTRL/INIT of VGIC_V3");
            assertThatThrownBy(() -> attributes.set(VgicV3Attributes.IRQ_COUNT, 1L << 32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected an unsigned 32-bit number for NR_IRQS of VGIC_V3, got 0x100000000");
            assertThatThrownBy(() -> attributes.set(VgicV3Attributes.IRQ_COUNT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("got no value");
            assertThatThrownBy(() -> attributes.set(ItsAttributes.RESET))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected an attribute of VGIC_V3, got CTRL/RESET of VGIC_ITS");
            assertThatThrownBy(() -> attributes.get(VgicV3Attributes.REDISTRIBUTOR_REGION))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("says which of several");
            assertThatThrownBy(() -> attributes.setRaw(1, 4, 0, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Linux ignores them, got 0x1");
            assertThatThrownBy(() -> new VgicIts(gic.device()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a device of VGIC_ITS, got one of VGIC_V3");
        }
    }

    @Test
    void anAttributeOfOnesOwnMaking() throws Exception {
        KvmAttribute mine = new KvmAttribute(
                KvmDeviceType.VGIC_V3,
                "NR_IRQS/7",
                3,
                7,
                AttributeValue.U32,
                AttributeAccess.READ,
                AttributePhase.ANY,
                false);
        try (VgicV3 gic = gic()) {
            assertThat(gic.device().attributes().has(mine)).isTrue();
            assertThat(gic.device().attributes().get(mine)).isEqualTo(32);
            assertThatThrownBy(() -> gic.device().attributes().set(mine, 64))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected an attribute that can be set, got NR_IRQS/7 of VGIC_V3");
        }
    }

    @Test
    void anItsHasRegistersAfterItsAddress() throws Exception {
        vm.createVcpu(0);
        try (VgicV3 gic = gic();
                VgicIts its = new VgicIts(vm.createDevice(KvmDeviceType.VGIC_ITS))) {
            KvmAttributes attributes = its.device().attributes();
            assertThatThrownBy(() -> attributes.get(ItsAttributes.register(8)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected the address of the ITS (ADDR/ITS), got none");
            its.setAddress(0x808_0000L);
            its.initialize();
            its.reset();
            assertThat(attributes.get(ItsAttributes.register(8)) & 1).isEqualTo(1);
            assertThat(attributes.has(ItsAttributes.SAVE_TABLES)).isTrue();
            gic.initialize();
        }
    }

    @Test
    void aGroupIsToldOnce() throws Exception {
        try (KvmVfio vfio = new KvmVfio(vm.createDevice(KvmDeviceType.VFIO));
                Group group = Group.open(world.linux(), sysfs.groupFile(LabDevice.SATA))) {
            vfio.add(group);
            assertRefused(Errno.EEXIST, "added already", () -> vfio.add(group));
            assertRefused(Errno.EBUSY, "VFIO device already", () -> vm.createDevice(KvmDeviceType.VFIO));
            vfio.remove(group);
            assertRefused(Errno.ENOENT, "not added", () -> vfio.remove(group));
        }
    }

    @Test
    void attributesOfVmsAndVcpus() throws Exception {
        var vcpu = vm.createVcpu(0);
        assertThat(vm.attributes().has(ObjectAttributes.SMCCC_FILTER)).isTrue();
        assertThat(vcpu.attributes().get(ObjectAttributes.VIRTUAL_TIMER_IRQ)).isEqualTo(27);
        assertRefused(
                Errno.EINVAL,
                "no interrupt controller",
                () -> vcpu.attributes().set(ObjectAttributes.VIRTUAL_TIMER_IRQ, 20));
        try (VgicV3 gic = gic()) {
            vcpu.attributes().set(ObjectAttributes.VIRTUAL_TIMER_IRQ, 20);
            assertThat(vcpu.attributes().get(ObjectAttributes.VIRTUAL_TIMER_IRQ))
                    .isEqualTo(20);
            assertThat(gic.irqCount()).isEqualTo(32);
        }
        ByteBuffer filter = Calls.words(24, 0xc600_0000, 16, 2);
        vm.attributes().set(ObjectAttributes.SMCCC_FILTER, filter);
        assertRefused(Errno.EEXIST, "overlaps", () -> vm.attributes().set(ObjectAttributes.SMCCC_FILTER, filter));
        assertThatThrownBy(() -> vm.attributes().set(ObjectAttributes.SMCCC_FILTER, Calls.memory(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("24 bytes");
    }

    @Test
    void aDeviceIsUsefulAfterItsVmAndIsClosedOnce() throws Exception {
        KvmDevice device = vm.createDevice(KvmDeviceType.VFIO);
        vm.close();
        assertThat(device.attributes().has(VfioAttributes.FILE_ADD)).isTrue();
        device.close();
        device.close();
        assertThat(device.isClosed()).isTrue();
        assertThatThrownBy(() -> device.attributes().has(VfioAttributes.FILE_ADD))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(() -> vm.createDevice(KvmDeviceType.VFIO)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingWhileOthersCallRefusesThemAndNothingElse() throws Exception {
        for (int round = 0; round < 20; round++) {
            KvmDevice device = vm.createDevice(KvmDeviceType.VFIO);
            CountDownLatch called = new CountDownLatch(1);
            AtomicReference<Throwable> ended = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    while (true) {
                        assertThat(device.attributes().has(VfioAttributes.FILE_ADD))
                                .isTrue();
                        called.countDown();
                    }
                } catch (Throwable refused) {
                    ended.set(refused);
                }
            });
            caller.start();
            called.await();
            device.close();
            caller.join();
            assertThat(ended.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("is closed");
        }
    }

    @Test
    void theProbeListsTypesAndAttributesAndChangesNothing() throws Exception {
        ProbeMatrix matrix = kvm.probe();
        assertThat(matrix.has(KvmDeviceType.VFIO)).isTrue();
        assertThat(matrix.has(KvmDeviceType.VGIC_V3)).isTrue();
        assertThat(matrix.has(KvmDeviceType.VGIC_V2)).isFalse();
        assertThat(matrix.has(VfioAttributes.FILE_ADD)).isTrue();
        assertThat(matrix.has(VgicV3Attributes.REDISTRIBUTOR_REGION)).isTrue();
        assertThat(matrix.has(VgicV3Attributes.distributorRegister(0))).isTrue();
        assertThat(matrix.has(ItsAttributes.SAVE_TABLES)).isTrue();
        assertThat(matrix.has(ObjectAttributes.SMCCC_FILTER)).isTrue();
        assertThat(matrix.has(ObjectAttributes.VIRTUAL_TIMER_IRQ)).isTrue();
        assertThat(matrix.has(ObjectAttributes.PMU_IRQ))
                .as("of a vCPU without one")
                .isFalse();
        assertThat(matrix.toString().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")))
                .contains(
                        "/dev/kvm | yes",
                        "VGIC_V2 (5) | ENODEV",
                        "VGIC_V3 (7) | yes",
                        "ADDR/DIST | yes | 0/0x2 | 64 bits | read, write | before the first run, once",
                        "CTRL/INIT | yes | 4/0x0 | command | write | after the vCPUs")
                .noneMatch(line -> line.contains("unknown"));
        vm.createVcpu(0);
        try (VgicV3 gic = gic()) {
            gic.initialize();
        }
        assertThat(kvm.probe()).as("with a GIC in a VM").isEqualTo(matrix);
    }
}
